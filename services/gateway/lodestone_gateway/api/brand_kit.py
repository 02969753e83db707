"""The brand kit: read it, write parts of it."""

from typing import Annotated

from fastapi import APIRouter, Response
from lodestone.jobs.lead_magnet import BusinessType
from lodestone.wire import MAX_ENTRIES, JsonObject, RequiredText, Text, TextList, WireModel
from pydantic import Field

from lodestone_gateway.brand_kit import BrandKit, read_brand_kit, write_brand_kit
from lodestone_gateway.entity_tags import IfMatch, known_tags
from lodestone_gateway.fields import KeptBody, WebAddress, given_columns
from lodestone_gateway.parts import Caller, ThisProcess


class ContentLink(WireModel):
    """A page that the emails may link to."""

    title: RequiredText
    url: Annotated[WebAddress, Field(min_length=1)]


class BrandKitChanges(KeptBody):
    """The changes; fields left out stay. Null clears a text, [] clears a list."""

    business_description: Text | None = None
    business_type: BusinessType | None = None
    credibility_markers: TextList = []
    urgent_pains: TextList = []
    templates: TextList = []
    processes: TextList = []
    tools: TextList = []
    frequent_questions: TextList = []
    results: TextList = []
    success_example: Text | None = None
    audience_tools: TextList = []
    preferred_tone: Text | None = None
    style_profile: JsonObject | None = None
    sender_name: Text | None = None
    best_video_url: WebAddress | None = None
    best_video_title: Text | None = None
    content_links: Annotated[list[ContentLink], Field(max_length=MAX_ENTRIES)] = []
    community_url: WebAddress | None = None


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/brand-kit", tags=["brand kit"])
    routes.add_api_route("", _read, methods=["GET"], name="read_brand_kit")
    routes.add_api_route("", _write, methods=["PUT"], name="write_brand_kit")
    return routes


async def _read(parts: ThisProcess, caller: Caller, response: Response) -> BrandKit:
    """The caller's brand kit; all empty before there is one."""
    return _tagged(await read_brand_kit(parts.engine, caller.id), response)


async def _write(
    parts: ThisProcess, caller: Caller, body: BrandKitChanges, response: Response, if_match: IfMatch = None
) -> BrandKit:
    """Changes the fields in the body and returns the whole kit."""
    known = known_tags(if_match)
    return _tagged(await write_brand_kit(parts.engine, caller.id, given_columns(body), known), response)


def _tagged(kit: BrandKit, response: Response) -> BrandKit:
    response.headers["ETag"] = kit.tag
    return kit

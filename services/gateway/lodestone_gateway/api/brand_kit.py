"""The brand kit: read it, write parts of it."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from pydantic import create_model

from lodestone_gateway.brand_kit import BrandKit, read_brand_kit, write_brand_kit
from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.fields import KeptBody, given_columns
from lodestone_gateway.parts import Caller, IfMatch, ThisProcess
from lodestone_gateway.store.brand_kit_table import SHAPES, OwnersPart

if TYPE_CHECKING:

    class BrandKitChanges(KeptBody):
        """The fields that owners write."""

else:
    BrandKitChanges = create_model(
        "BrandKitChanges",
        __base__=KeptBody,
        __doc__="The changes; fields left out stay. Null clears a text, [] clears a list.",
        **{name: (shape, OwnersPart.model_fields[name].default) for name, shape in SHAPES.items()},
    )


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

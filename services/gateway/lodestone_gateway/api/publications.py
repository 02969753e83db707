"""What a user has published of a lead magnet."""

from fastapi import APIRouter
from lodestone.wire import WireModel
from pydantic import Field

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.exports.publishing import Publication, publish, read_publication, unpublish
from lodestone_gateway.parts import Caller, IfMatch, LeadMagnetId, ThisProcess


class NewPublication(WireModel):
    """How it is published."""

    is_listed: bool = Field(default=False, description="Whether search engines may list it.")


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/lead-magnets/{lead_magnet_id}/publication", tags=["lead magnets"])
    routes.add_api_route("", _read, methods=["GET"], name="read_publication")
    routes.add_api_route("", _publish, methods=["PUT"], name="publish")
    routes.add_api_route("", _unpublish, methods=["DELETE"], status_code=204, name="unpublish")
    return routes


async def _read(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> Publication:
    """What is published, and how often it was opened; 404 while nothing is."""
    return await read_publication(parts.engine, caller.id, lead_magnet_id)


async def _publish(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    body: NewPublication,
    if_match: IfMatch = None,
) -> Publication:
    """Publishes the page or the tool as it is now, again at the same address; 404 while there is none. Later
    changes are public once it is published again. If-Match names the lead magnet's ETag."""
    tags = known_tags(if_match)
    return await publish(parts.engine, caller.id, lead_magnet_id, tags, is_listed=body.is_listed)


async def _unpublish(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> None:
    """Takes it back for good: publishing again gives another address."""
    await unpublish(parts.engine, caller.id, lead_magnet_id)

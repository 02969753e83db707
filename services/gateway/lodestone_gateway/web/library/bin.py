"""/library/bin: what was deleted on a page, to be restored or deleted for good."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from lodestone_gateway.lead_magnets.bin import (
    bin_draft,
    bin_lead_magnet,
    read_bin,
    restore_draft,
    restore_lead_magnet,
)
from lodestone_gateway.lead_magnets.lead_magnet import delete_lead_magnet
from lodestone_gateway.lead_magnets.wizard_drafts import delete_draft
from lodestone_gateway.parts import LeadMagnetId, ThisProcess, id_in_path
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import Visitor

NO_DRAFT = "You have no such draft."


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/library/bin", _list, methods=["GET"])
    lead_magnet, draft = "/library/{lead_magnet_id}", "/create/drafts/{draft_id}"
    routes.add_api_route(f"{lead_magnet}/delete", _bin, methods=["POST"])
    routes.add_api_route(f"{lead_magnet}/put-back", _restore, methods=["POST"])
    routes.add_api_route(f"{lead_magnet}/erase", _erase, methods=["POST"])
    routes.add_api_route(f"{draft}/delete", _bin_draft, methods=["POST"])
    routes.add_api_route(f"{draft}/put-back", _restore_draft, methods=["POST"])
    routes.add_api_route(f"{draft}/erase", _erase_draft, methods=["POST"])
    return routes


async def _list(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """The bin."""
    kept = timedelta(days=parts.bin_days)
    return await show(request, user, "library/bin.html", bin=await read_bin(parts.engine, user.id), kept=kept)


async def _bin(parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId) -> Response:
    """Puts a lead magnet into the bin; the next page offers to undo it."""
    await bin_lead_magnet(parts.engine, user.id, lead_magnet_id)
    return see(f"/library?binned={lead_magnet_id}")


async def _restore(parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId) -> Response:
    """Takes a lead magnet out of the bin."""
    await restore_lead_magnet(parts.engine, user.id, lead_magnet_id)
    return see(f"/library/{lead_magnet_id}")


async def _erase(parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId) -> Response:
    """Deletes a lead magnet for good, with everything that belongs to it."""
    await delete_lead_magnet(parts.engine, user.id, lead_magnet_id)
    return see("/library/bin")


async def _bin_draft(parts: ThisProcess, user: Visitor, draft_id: str) -> Response:
    """Puts a draft into the bin; the next page offers to undo it."""
    id = id_in_path(draft_id, NO_DRAFT)
    await bin_draft(parts.engine, user.id, id)
    return see(f"/create?binned={id}")


async def _restore_draft(parts: ThisProcess, user: Visitor, draft_id: str) -> Response:
    """Takes a draft out of the bin."""
    id = id_in_path(draft_id, NO_DRAFT)
    await restore_draft(parts.engine, user.id, id)
    return see(f"/create?draft={id}")


async def _erase_draft(parts: ThisProcess, user: Visitor, draft_id: str) -> Response:
    """Deletes a draft for good."""
    await delete_draft(parts.engine, user.id, id_in_path(draft_id, NO_DRAFT))
    return see("/library/bin")

"""One part of a piece made again, with a word on how it is to differ; everything else stays."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import InvalidRequest
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.parts import MAX_INSTRUCTION

from lodestone_gateway.fields import check_storable
from lodestone_gateway.jobs.one_part import AskedPart
from lodestone_gateway.parts import LeadMagnetId, ThisProcess
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import Trouble
from lodestone_gateway.web.library.routes import start, workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.places import address
from lodestone_gateway.web.session import Visitor

CHIP = "chip"  # a word that is ready to use, before what is typed


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    routes.add_api_route("/again", _again, methods=["POST"])
    return routes


async def _again(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Starts the job that makes the part."""
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    form = await read_form(request)
    name, wish = form.text("piece"), form.text(CHIP) or form.text("instruction")
    if workspace.piece(name) is None:
        return see(f"/library/{workspace.row.id}")
    asked = AskedPart(form.text("part"), wish)
    troubles = _too_long(name, wish) or await start(
        parts, user, workspace, [JOB_TYPES[name]], form.text("key"), asked
    )
    if troubles:
        fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
        said = {piece: Trouble(sentence) for piece, sentence in troubles.items()}
        return await workspace_page(request, user, fresh, name, status=409, troubles=said)
    return see(address(workspace.row.id, name))


def _too_long(name: str, wish: str) -> dict[str, str]:
    try:
        check_storable({"instruction": wish}, "")
    except InvalidRequest:
        return {name: "Nothing was started: what you typed has a character that cannot be stored."}
    if len(wish) > MAX_INSTRUCTION:
        return {name: f"Nothing was started: say it in at most {MAX_INSTRUCTION} characters."}
    return {}

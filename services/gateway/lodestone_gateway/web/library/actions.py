"""What an owner does with a piece as a whole: mark the emails as ready."""

import re

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest

from lodestone_gateway.job_types.versions import EMAILS
from lodestone_gateway.lead_magnets.email_sequences import activate_emails
from lodestone_gateway.parts import LeadMagnetId, ThisProcess
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import Trouble
from lodestone_gateway.web.library.routes import workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.places import address
from lodestone_gateway.web.session import Visitor

PLACE = re.compile(r" in emails\[(\d)\]\.(\w+)")
NAMES = {"subject": "the subject of ", "replyTrigger": "the question of "}


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    routes.add_api_route("/activate", _activate, methods=["POST"])
    return routes


async def _activate(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Marks the emails as ready that the owner has seen, or shows what is still to be filled in."""
    form = await read_form(request)
    wrong: dict[str, str] = {}
    try:
        await activate_emails(parts.engine, user.id, lead_magnet_id, [f'"{form.text("version")}"'])
    except InvalidRequest as refused:
        errors = refused.members.get("errors", [])
        wrong = {error["field"].partition(".")[2]: PLACE.sub("", error["message"]) for error in errors}
        status, message = 422, " ".join(PLACE.sub(_in_words, error["message"]) for error in errors)
    except Conflict as refused:
        status, message = 409, refused.message
    else:
        return see(address(lead_magnet_id, EMAILS))
    fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
    troubles = {EMAILS: Trouble(message, wrong=wrong)}
    return await workspace_page(request, user, fresh, EMAILS, status=status, troubles=troubles)


def _in_words(place: re.Match[str]) -> str:
    return f" in {NAMES.get(place[2], '')}the email for day {place[1]}"

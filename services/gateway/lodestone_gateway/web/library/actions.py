"""What an owner does with a piece as a whole: activate the emails, restore an earlier version."""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.ids import parse_id

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.own_texts import EMAILS
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.jobs.read import read_job
from lodestone_gateway.lead_magnets.email_sequences import activate_emails, replace_emails
from lodestone_gateway.lead_magnets.lead_magnet import change_lead_magnet
from lodestone_gateway.lead_magnets.replaced_texts import replaced_text
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import Trouble
from lodestone_gateway.web.library.routes import workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.session import Visitor

PLACE = re.compile(r"emails\[(\d)\]\.(\w+)")
NAMES = {"subject": "the subject of ", "replyTrigger": "the question of "}


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    routes.add_api_route("/activate", _activate, methods=["POST"])
    for piece in PIECES:
        routes.add_api_route(f"/restore/{piece}", _handler(piece), methods=["POST"], name=f"restore_{piece}")
    return routes


async def _activate(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Activates the emails that the owner has seen."""
    form = await read_form(request)
    try:
        await activate_emails(parts.engine, user.id, lead_magnet_id, [f'"{form.text("version")}"'])
    except InvalidRequest as refused:
        said = " ".join(error["message"] for error in refused.members.get("errors", []))
        status, message = 422, PLACE.sub(_in_words, said)
    except Conflict as refused:
        status, message = 409, refused.message
    else:
        return see(f"/library/{lead_magnet_id}#{EMAILS}")
    fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
    return await workspace_page(request, user, fresh, status=status, troubles={EMAILS: Trouble(message)})


def _in_words(place: re.Match[str]) -> str:
    return f"{NAMES.get(place[2], '')}the email for day {place[1]}"


def _handler(piece: str) -> Callable[..., Awaitable[Response]]:
    async def restore(
        request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
    ) -> Response:
        """Restores what an earlier job or the owner wrote; the version it replaces is kept."""
        workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
        form = await read_form(request)
        if form.text("text"):
            await _own(parts, user, workspace, form)
        else:
            await _of_job(parts, user, workspace, form)
        return see(f"/library/{lead_magnet_id}#{piece}")

    return restore


async def _of_job(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    asked = next((job for job in workspace.jobs if str(job.id) == form.text("job")), None)
    job = await read_job(parts.engine, user.id, asked.id) if asked else None
    if job is None or not job.result:
        raise NotFound("This version does not exist.")
    if EMAILS in job.result:
        await replace_emails(parts.engine, user.id, workspace.row.id, job.result[EMAILS])
    piece = PIECES[job.job_type]
    columns = {**piece.of_result(job.result), piece.job_column: job.id}
    await change_lead_magnet(parts.engine, user.id, workspace.row.id, columns, ())


async def _own(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    id = parse_id(form.text("text"))
    texts = await replaced_text(parts.engine, user.id, workspace.row.id, id) if id else None
    if texts is None:
        raise NotFound("This version does not exist.")
    if EMAILS in texts:
        await replace_emails(parts.engine, user.id, workspace.row.id, texts[EMAILS])
    else:
        await change_lead_magnet(parts.engine, user.id, workspace.row.id, texts, ())

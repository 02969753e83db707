"""The owner's own words instead of the model's: every piece can be edited, and edits stay."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest
from lodestone.wire import JsonObject
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import Form, given_columns
from lodestone_gateway.job_types.product import Edit
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS
from lodestone_gateway.lead_magnets.changes import LeadMagnetChanges
from lodestone_gateway.lead_magnets.email_sequences import NewEmails, replace_emails
from lodestone_gateway.lead_magnets.lead_magnet import change_lead_magnet
from lodestone_gateway.lead_magnets.versions import keep_beside
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import returned
from lodestone_gateway.web.library.routes import workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.places import DETAILS, address
from lodestone_gateway.web.session import Visitor

MOST_PARTS = 100  # of a piece that a browser is led back to
UNFIT = "Nothing was changed: a required text is empty, too long or not valid."
NEWER = "Nothing was changed: there is a newer version. Choose which one to keep."

OF_TITLE = Edit(
    {"title": "Title"},
    lambda stored, form: {"title": [stored.row.title]},
    lambda stored, form: {"title": form.text("title")},
)
OF_DETAILS = Edit(
    {"title": "Title", "externalUrl": "Link for readers"},
    lambda stored, form: {"title": [stored.row.title], "externalUrl": [stored.row.external_url or ""]},
    lambda stored, form: {"title": form.text("title"), "externalUrl": form.text("externalUrl") or None},
)


def router() -> APIRouter:
    """The routes: the details, and the edits of each piece."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    of_pieces = [(piece.name, piece.edits) for piece in PIECES.values()]
    for piece, edits in [(DETAILS, {"details": OF_DETAILS, "title": OF_TITLE}), *of_pieces]:
        for path, edit in edits.items():
            handler = _handler(piece, path, edit)
            routes.add_api_route(f"/{path}", handler, methods=["POST"], name=f"edit_{path}")
    return routes


def _handler(piece: str, path: str, edit: Edit) -> Callable[..., Awaitable[Response]]:
    async def handle(
        request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
    ) -> Response:
        workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
        form, is_choice = await read_form(request), False
        place = _place(piece, form)
        try:
            changed = edit.changed(workspace, form)
            if form.text("beside") and piece in PIECES:
                await _keep_beside(parts, user, workspace, piece, changed)
            else:
                known = [workspace.overwritten_by(piece, form.text("version"))]
                await _write(parts, user, workspace, changed, known)
        except ValidationError:
            message = UNFIT
        except InvalidRequest as refused:
            message = f"Nothing was changed: {_said(refused)}"
        except Conflict:
            message, is_choice = NEWER, True
        else:
            return see(address(workspace.row.id, place) + _part(form, path))
        fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
        version = fresh.version_of(piece)
        trouble = returned(
            form,
            path,
            message,
            edit.present(fresh, form),
            edit.labels,
            version=version,
            is_choice=is_choice,
        )
        status = 409 if is_choice else 422
        return await workspace_page(request, user, fresh, place, status=status, troubles={place: trouble})

    return handle


def _place(piece: str, form: Form) -> str:
    """Where the form stands: the title's is above every piece."""
    at = form.text("at")
    return at if piece == DETAILS and at in PIECES else piece


async def _write(
    parts: Parts, user: CurrentUser, workspace: Workspace, changed: JsonObject, known: list[str]
) -> None:
    """Overwrites the version of that tag. Raises Conflict if there is a newer one."""
    id, columns = workspace.row.id, _columns(changed)
    if EMAILS in columns:
        await replace_emails(parts.engine, user.id, id, columns[EMAILS], known)
    else:
        await change_lead_magnet(parts.engine, user.id, id, columns, known)


async def _keep_beside(
    parts: Parts, user: CurrentUser, workspace: Workspace, piece: str, changed: JsonObject
) -> None:
    """Leaves what is newer in place; what was typed becomes a version."""
    await keep_beside(parts.engine, user.id, workspace.row.id, piece, _columns(changed))


def _part(form: Form, path: str) -> str:
    """Where the part is that was edited, for a browser without scripts."""
    place = form.place("section", MOST_PARTS) if form.text("section") else form.place("place", MOST_PARTS)
    return f"#{path}-{place}" if place is not None else ""


def _columns(changed: JsonObject) -> dict[str, Any]:
    """Checked as the API checks them. Raises ValidationError."""
    if EMAILS in changed:
        return NewEmails.model_validate(changed).to_wire()
    return given_columns(LeadMagnetChanges.model_validate(changed))


def _said(refused: InvalidRequest) -> str:
    return " ".join(error["message"] for error in refused.members.get("errors", [])) or refused.message

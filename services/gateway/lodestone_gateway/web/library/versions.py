"""/library/{id}/versions/{piece}: what a piece was, beside what it is now; restored, or left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.ids import parse_id

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.product import Piece
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS, MOST
from lodestone_gateway.lead_magnets.versions import (
    GONE,
    decline_version,
    list_versions,
    read_version,
    restore_version,
)
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.store.lead_magnet_queries import ListedVersion
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.compared import Pair, paragraphs, side_by_side
from lodestone_gateway.web.library.pieces import ShownPiece, Workspace
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.places import address
from lodestone_gateway.web.session import Visitor

MOST_PARTS = 100  # that a page offers


@dataclass(frozen=True)
class Compared:
    """A version beside what is in place."""

    version: ListedVersion
    pairs: Sequence[Pair]

    @property
    def changes(self) -> int:
        """In how many paragraphs they differ."""
        return sum(pair.differs for pair in self.pairs)


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}/versions/{piece}")
    routes.add_api_route("", _page, methods=["GET"])
    routes.add_api_route("/restore", _restore, methods=["POST"])
    routes.add_api_route("/decline", _decline, methods=["POST"])
    return routes


async def _page(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    lead_magnet_id: LeadMagnetId,
    piece: str,
    v: str = "",
    part: Annotated[int | None, Query(ge=0, lt=MOST_PARTS)] = None,
    read: bool = False,
) -> Response:
    """The versions of a piece, or of one of its parts; one of them beside what is in place, or alone."""
    id = parse_id(v) if v else None
    return await _shown(request, parts, user, lead_magnet_id, piece, id, part, is_alone=read)


async def _restore(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId, piece: str
) -> Response:
    """Puts a version in place, if what it was compared with is still there."""
    form = await read_form(request)
    id, part = _asked(form), form.place("part", MOST_PARTS)
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    known = [workspace.overwritten_by(piece, form.text("version"))]
    try:
        await restore_version(parts.engine, user.id, lead_magnet_id, id, known, part)
    except InvalidRequest as refused:
        message = " ".join(error["message"] for error in refused.members.get("errors", []))
        return await _shown(request, parts, user, lead_magnet_id, piece, id, part, (422, message))
    except Conflict:
        message = "Nothing was changed: this piece has changed since you opened the page. Compare again."
        return await _shown(request, parts, user, lead_magnet_id, piece, id, part, (409, message))
    return see(address(lead_magnet_id, piece))


async def _decline(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId, piece: str
) -> Response:
    """Leaves what is in place."""
    await decline_version(parts.engine, user.id, lead_magnet_id, _asked(await read_form(request)))
    return see(address(lead_magnet_id, piece))


def _asked(form: Form) -> UUID:
    id = parse_id(form.text("id"))
    if id is None:
        raise NotFound(GONE)
    return id


async def _shown(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    lead_magnet_id: UUID,
    name: str,
    id: UUID | None,
    part: int | None,
    trouble: tuple[int, str] = (200, ""),
    *,
    is_alone: bool = False,
) -> Response:
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    piece = workspace.piece(name)
    if piece is None:
        raise NotFound("This lead magnet has no such piece.")
    in_parts = part if PIECES[name].parts else None
    listed = await list_versions(parts.engine, user.id, lead_magnet_id, name, in_parts)
    chosen = await _compared(parts, user, workspace, piece, listed, id, in_parts)
    status, message = trouble
    return await show(
        request,
        user,
        "library/versions.html",
        status=status,
        work=workspace,
        row=workspace.row,
        piece=piece,
        listed=listed,
        chosen=chosen,
        part=in_parts,
        in_parts=_places(workspace, PIECES[name]),
        most=MOST,
        trouble=message,
        is_alone=is_alone,
        jobs={job.id: job for job in workspace.jobs},
    )


async def _compared(
    parts: Parts,
    user: CurrentUser,
    workspace: Workspace,
    piece: ShownPiece,
    listed: Sequence[ListedVersion],
    id: UUID | None,
    part: int | None,
) -> Compared | None:
    chosen = next((each for each in listed if each.id == id), listed[0] if listed and id is None else None)
    if chosen is None and id is not None:
        raise NotFound(GONE)
    if chosen is None:
        return None
    version = await read_version(parts.engine, user.id, workspace.row.id, chosen.id)
    kind = PIECES[piece.name]
    sides = [_texts(kind, texts, part) for texts in (version.texts, _present(workspace, kind))]
    return Compared(chosen, side_by_side(*sides))


def _texts(piece: Piece, texts: Mapping[str, Any], part: int | None) -> Any:
    labels = {name: label for edit in piece.edits.values() for name, label in edit.labels.items()}
    if part is not None:
        texts = {piece.parts: (texts.get(piece.parts) or [])[part : part + 1]}
    ordered = {name: texts.get(name) for name in ((EMAILS,) if piece.name == EMAILS else piece.columns)}
    return paragraphs(ordered, labels, piece.parts if part is None else "")


def _present(workspace: Workspace, piece: Piece) -> dict[str, Any]:
    if piece.name == EMAILS:
        return {EMAILS: workspace.emails.emails if workspace.emails else []}
    return {name: getattr(workspace.row, name) for name in piece.columns}


def _places(workspace: Workspace, piece: Piece) -> range:
    """Of its parts that have versions of their own."""
    parts = _present(workspace, piece).get(piece.parts) or []
    return range(min(len(parts), MOST_PARTS))

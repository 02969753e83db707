"""/library: the workspace of each lead magnet: one piece at a time, made and remade separately."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from lodestone.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    RateLimited,
    Rejected,
    UsageLimitExceeded,
)
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.status import LIVE
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.brand_kit import read_brand_kit
from lodestone_gateway.job_types.table import ASKS, PIECES
from lodestone_gateway.jobs.one_part import AskedPart
from lodestone_gateway.jobs.read import start_of
from lodestone_gateway.jobs.submit import Submission, submit
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.store import queries
from lodestone_gateway.store.lead_magnet_queries import plan_of
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.reading import Explained, explain
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.pieces import Workspace, shown_jobs
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import Trouble
from lodestone_gateway.web.pages import OWNERS_PICTURES, PageRoute, see, show
from lodestone_gateway.web.places import DETAILS, WORDS, address
from lodestone_gateway.web.room import in_sentences, refusals
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.usual import usual_time

RUNNING = "It is being written already. Stop that first to start it again."


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library")
    one = "/{lead_magnet_id}"
    routes.add_api_route(one, _shows(next(iter(PIECES))), methods=["GET"])
    for place, word in WORDS.items():
        routes.add_api_route(f"{one}/{word}", _shows(place), methods=["GET"], name=f"show_{word}")
    routes.add_api_route(f"{one}/make", _make, methods=["POST"])
    return routes


def _shows(place: str) -> Callable[..., Awaitable[Response]]:
    async def handle(
        request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
    ) -> Response:
        workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
        if place != DETAILS and workspace.piece(place) is None:
            raise NotFound("This lead magnet has no such piece.")
        return await workspace_page(request, user, workspace, place)

    return handle


async def workspace_page(
    request: Request,
    user: CurrentUser,
    workspace: Workspace,
    place: str,
    *,
    status: int = 200,
    troubles: Mapping[str, Trouble] | None = None,
) -> Response:
    """A place of the workspace; `troubles` says by place what failed."""
    parts: Parts = request.app.state.parts
    piece = workspace.piece(place)
    job = piece.job if piece and piece.is_live else None
    told = await explain(parts.reader, job, parts.hub.holds, parts.recent_runs) if job else Explained()
    refused = await refusals(parts, user, [JOB_TYPES[name] for name in PIECES])
    failed = piece.job if piece and piece.has_failed else None
    return await show(
        request,
        user,
        "library/workspace.html",
        status=status,
        headers=OWNERS_PICTURES,
        work=workspace,
        row=workspace.row,
        at=place,
        piece=piece,
        shown=shown_jobs(workspace),
        troubles=troubles or {},
        start=await start_of(parts.engine, job, parts.hub.holds) if job else None,
        estimate=told.estimate,
        usual=await usual_time(parts, place),
        contents=workspace.contents(piece, await _plan(parts, user, job)) if piece else [],
        no_room=in_sentences(refused),
        shut=[name for name, refusal in refused.items() if refusal.lasts],
        not_again={failed.id: refused[place]} if failed and place in refused else {},
        key=new_id(),
        bin_days=parts.bin_days,
        of={name: piece.helpers for name, piece in PIECES.items()},
    )


async def _plan(parts: Parts, user: CurrentUser, job: BackgroundJob | None) -> list[str]:
    if job is None:
        return []
    async with transaction(parts.engine, user.id) as session:
        return await plan_of(session, job.id)


async def _make(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Starts the jobs of one piece or several, and stays where the reader is."""
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    form = await read_form(request)
    kinds = [JOB_TYPES[name] for name in form.entries("piece") if name in PIECES]
    if not kinds or (kinds == [ASKS] and workspace.unanswered):
        return see(f"/library/{workspace.row.id}/questions")
    place = form.text("at") if form.text("at") in WORDS else kinds[0].name
    troubles = await start(parts, user, workspace, kinds, form.text("key"))
    if troubles:
        fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
        return await workspace_page(request, user, fresh, place, status=409, troubles=_as_troubles(troubles))
    return see(address(workspace.row.id, place))


def _as_troubles(sentences: dict[str, str]) -> dict[str, Trouble]:
    return {piece: Trouble(sentence) for piece, sentence in sentences.items()}


async def start(
    parts: Parts,
    user: CurrentUser,
    workspace: Workspace,
    kinds: list[JobType],
    key: str,
    part: AskedPart | None = None,
) -> dict[str, str]:
    """Submits a job of each type, or for one part; returns by type why one could not be started."""
    kit = await read_brand_kit(parts.engine, user.id)
    ideation = None
    if workspace.row.ideation_job_id is not None:
        async with transaction(parts.engine, user.id) as session:
            ideation = await queries.job(session, workspace.row.ideation_job_id)
    troubles: dict[str, str] = {}
    for kind in kinds:
        if part is None and _is_running_already(workspace, kind, key):
            troubles[kind.name] = RUNNING
            continue
        try:
            asked = PIECES[kind.name].asked(workspace, kit, ideation)
            await _submit(parts, user, workspace, kind, asked, key, part)
        except ValidationError:
            troubles[kind.name] = "Nothing was started: something it needs is missing."
        except (Conflict, InvalidRequest, RateLimited, UsageLimitExceeded) as refused:
            troubles[kind.name] = _in_words(refused)
    return troubles


def _is_running_already(workspace: Workspace, kind: JobType, key: str) -> bool:
    """Whether a job of this type runs on the lead magnet that another form than this one started."""
    newest = workspace.newest.get(kind.name)
    return newest is not None and newest.status in LIVE and newest.idempotency_key != _key_of(key, kind)


def _key_of(key: str, kind: JobType, part: AskedPart | None = None) -> str | None:
    return f"{key}-{kind.name}{'-again' if part else ''}" if key else None


async def _submit(
    parts: Parts,
    user: CurrentUser,
    workspace: Workspace,
    kind: JobType,
    asked: dict[str, Any],
    key: str,
    part: AskedPart | None,
) -> None:
    input = kind.input.model_validate(asked).to_wire()
    submission = Submission(
        user.id,
        kind,
        input | part.to_wire() if part else input,
        workspace.row.id,
        idempotency_key=_key_of(key, kind, part),
        asked_part=part,
    )
    await submit(parts.engine, parts.limiter, parts.group, submission)


def _in_words(refused: Rejected) -> str:
    said = [error["message"] for error in refused.members.get("errors", [])]
    return " ".join(said) or refused.message

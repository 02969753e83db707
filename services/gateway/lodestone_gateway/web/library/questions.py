"""The questions that turn an idea into content: one by one or all at once, saved as they are typed."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from lodestone.ids import new_id
from lodestone.jobs.questions import Question, questions_for

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.brand_kit import BrandKit, read_brand_kit
from lodestone_gateway.job_types.table import ASKS, PIECES
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.sources.source import texts_for
from lodestone_gateway.store.session import transaction
from lodestone_gateway.web.forms import Invalid, Kept, keep_draft, read_form, validate
from lodestone_gateway.web.library.hints import Hint, of_kit, of_sources
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import ANSWERS, read_workspace
from lodestone_gateway.web.library.routes import start
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.places import address
from lodestone_gateway.web.room import Refusals, in_sentences, refusals, shut_page
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.usual import usual_time

QUESTIONS_STEP = 3
AT_FIRST = 3  # questions that are shown at once; the others are behind a disclosure
MISSING = "This answer is required. A few sentences are enough."


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}/questions")
    routes.add_api_route("", _ask, methods=["GET"])
    routes.add_api_route("", _answer, methods=["POST"])
    return routes


async def _ask(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    lead_magnet_id: LeadMagnetId,
    q: str | None = None,
    all: str | None = None,
) -> Response:
    """The question asked for, else the first without an answer; with `all`, all of them.

    Whose answers would be refused sees that before the first of them.
    """
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    refused = await refusals(parts, user, [ASKS])
    if q is None and all is None:
        form = f"/library/{lead_magnet_id}/questions?q={questions_for(workspace.archetype)[0].id}"
        if shut := await shut_page(request, user, refused, form):
            return shut
    return await _page(request, parts, user, workspace, q, all_at_once=all is not None, refused=refused)


async def _answer(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Saves the answers; goes to another question, or starts the writing."""
    form = await read_form(request)
    workspace = (await read_workspace(parts.engine, user.id, lead_magnet_id)).answered(form.first_texts())
    errors = _wrong(workspace)
    kept = await keep_answers(parts, user, workspace, form.text("tag"))
    workspace, trouble = replace(workspace, answers_tag=kept.tag), kept.unsaved
    go, here = form.text("go"), f"/library/{workspace.row.id}"
    if go != "write":
        errors = {id: message for id, message in errors.items() if message != MISSING}
    if errors or kept.is_newer or (trouble and go != "write"):
        return await _page(
            request,
            parts,
            user,
            workspace,
            None,
            all_at_once=True,
            errors=errors,
            trouble=trouble,
            is_kept=not kept.unsaved,
        )
    if go != "write":
        asked = [question.id for question in questions_for(workspace.archetype)]
        return see(f"{here}/questions?q={go}" if go in asked else here)
    troubles = await start(parts, user, workspace, [ASKS], form.text("key"))
    if troubles:
        trouble, is_kept = " ".join(troubles.values()), not kept.unsaved
        return await _page(
            request, parts, user, workspace, None, all_at_once=True, trouble=trouble, is_kept=is_kept
        )
    return see(address(workspace.row.id, ASKS.name))


def _wrong(workspace: Workspace) -> dict[str, str]:
    """Which answers the job would reject, and why, by question."""
    asked = PIECES[ASKS.name].asked(workspace, BrandKit(), None)
    known = {f"answers.{question.id}": question.id for question in questions_for(workspace.archetype)}
    try:
        validate(ASKS.input, asked, known, dict.fromkeys(known, MISSING))
    except Invalid as invalid:
        return {known[field]: message for field, message in invalid.errors.items() if field in known}
    return {}


async def keep_answers(parts: Parts, user: CurrentUser, workspace: Workspace, known: str) -> Kept:
    """Saves the answers, unless they changed since the one that is `known`."""
    row, answers = workspace.row, {id: [answer] for id, answer in workspace.answers.items()}
    return await keep_draft(
        parts, user, row.id, ANSWERS, answers, title=row.title, step=QUESTIONS_STEP, known=known
    )


async def _page(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    workspace: Workspace,
    asked: str | None,
    *,
    all_at_once: bool,
    errors: dict[str, str] | None = None,
    trouble: str = "",
    is_kept: bool = True,
    refused: Refusals | None = None,
) -> Response:
    questions = questions_for(workspace.archetype)
    place = next((place for place, question in enumerate(questions) if question.id == asked), None)
    if place is None:
        place = next((place for place, each in enumerate(questions) if not workspace.answers.get(each.id)), 0)
    refused = await refusals(parts, user, [ASKS]) if refused is None else refused
    return await show(
        request,
        user,
        "library/questions.html",
        status=422 if errors or trouble else 200,
        work=workspace,
        questions=questions,
        first=questions[:AT_FIRST],
        rest=questions[AT_FIRST:],
        is_rest_open=_is_rest_open(workspace, errors or {}),
        place=place,
        all_at_once=all_at_once,
        errors=errors or {},
        trouble=trouble,
        is_kept=is_kept,
        no_room=in_sentences(refused),
        usual=await usual_time(parts, ASKS.name),
        hints=await _hints(parts, user, workspace, questions[place]),
        key=new_id(),
    )


def _is_rest_open(workspace: Workspace, errors: Mapping[str, str]) -> bool:
    """Whether the later questions show: one has an answer or is wrong, or the first ones are answered."""
    questions = questions_for(workspace.archetype)
    answered = {each.id for each in questions if workspace.answers.get(each.id, "").strip()}
    first = {each.id for each in questions[:AT_FIRST]}
    rest = {each.id for each in questions[AT_FIRST:]}
    return bool(rest & (answered | errors.keys())) or first <= answered


async def _hints(parts: Parts, user: CurrentUser, workspace: Workspace, question: Question) -> list[Hint]:
    kit = await read_brand_kit(parts.engine, user.id)
    async with transaction(parts.engine, user.id) as session:
        sources = await texts_for(session, user.id, workspace.row.id)
    named = {source.name: source.text for source in sources}
    about = f"{question.question} {question.context or ''} {workspace.row.title}"
    passages = await asyncio.to_thread(of_sources, named, about)  # a quarter of a second for all it may have
    return [*passages, *of_kit(workspace.row.concept or {}, kit)]

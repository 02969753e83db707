"""The questions that turn an idea into content: one by one or all at once, answers kept while typed."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from lodestone.ids import new_id
from lodestone.jobs.extraction import EXTRACTION
from lodestone.jobs.questions import Question, questions_for

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.usecases.brand_kit import BrandKit, read_brand_kit
from lodestone_gateway.usecases.wizard_drafts import save_draft
from lodestone_gateway.web.forms import Form, read_form
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import ANSWERS, read_workspace
from lodestone_gateway.web.library.routes import start
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import Visitor

QUESTIONS_STEP = 3
HINTS_OF_A_FIELD = 1
MISSING = "This answer is required. A few sentences are enough."


@dataclass(frozen=True)
class Hint:
    """Something of the owner's own that may belong into an answer."""

    text: str
    source: str


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
    """The question asked for, else the first without an answer; with `all`, all of them."""
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    return await _page(request, parts, user, workspace, q, all_at_once=all is not None)


async def _answer(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Keeps the answers; goes on to another question, or lets the content be written."""
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    form, questions = await read_form(request), questions_for(workspace.archetype)
    await _keep(parts, user, workspace, form, questions)
    go, here = form.text("go"), f"/library/{workspace.row.id}"
    if go != "write":
        return see(f"{here}/questions?q={go}" if go in [question.id for question in questions] else here)
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    if workspace.unanswered:
        errors = {
            question.id: MISSING
            for question in questions
            if question.required and not workspace.answers.get(question.id, "").strip()
        }
        return await _page(request, parts, user, workspace, None, all_at_once=True, errors=errors)
    troubles = await start(parts, user, workspace, [EXTRACTION], form.text("key"))
    if troubles:
        trouble = " ".join(troubles.values())
        return await _page(request, parts, user, workspace, None, all_at_once=True, trouble=trouble)
    return see(f"{here}#{EXTRACTION.name}")


async def _keep(
    parts: Parts, user: CurrentUser, workspace: Workspace, form: Form, questions: tuple[Question, ...]
) -> None:
    answers = {question.id: form.fields.get(question.id, [""])[:1] for question in questions}
    columns = {
        "wizard_state": {ANSWERS: answers},
        "title": workspace.row.title,
        "current_step": QUESTIONS_STEP,
    }
    await save_draft(parts.engine, user.id, workspace.row.id, columns)


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
) -> Response:
    questions = questions_for(workspace.archetype)
    place = next((place for place, question in enumerate(questions) if question.id == asked), None)
    if place is None:
        place = next((place for place, each in enumerate(questions) if not workspace.answers.get(each.id)), 0)
    return await show(
        request,
        user,
        "library/questions.html",
        status=422 if errors else 200,
        work=workspace,
        questions=questions,
        place=place,
        all_at_once=all_at_once,
        errors=errors or {},
        trouble=trouble,
        hints=_hints(workspace, await read_brand_kit(parts.engine, user.id)),
        key=new_id(),
    )


def _hints(workspace: Workspace, kit: BrandKit) -> list[Hint]:
    grounds = (workspace.row.concept or {}).get("groundedIn") or ""
    sources = {
        "What this idea rests on": [grounds] if grounds else [],
        "Your results": kit.results,
        "Your processes": kit.processes,
        "Why people believe you": kit.credibility_markers,
        "Your success": [kit.success_example] if kit.success_example else [],
        "Pains of your clients": kit.urgent_pains,
    }
    hints: dict[str, Hint] = {}
    for source, texts in sources.items():
        for text in texts[:HINTS_OF_A_FIELD]:
            hints.setdefault(text, Hint(text, source))
    return list(hints.values())

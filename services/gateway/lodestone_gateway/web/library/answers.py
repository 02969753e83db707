"""/library/…/answers: answers drafted by the AI, each to be taken or left; an essay is split into answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest, RateLimited, UsageLimitExceeded
from lodestone.ids import new_id
from lodestone.jobs.answers import ANSWERS, AnswersInput, SourceText
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.jobs.questions import Question, questions_for
from lodestone.status import LIVE
from lodestone.wire import MAX_ENTRIES, MAX_TEXT, JsonObject
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.brand_kit import read_brand_kit
from lodestone_gateway.jobs.read import start_of
from lodestone_gateway.jobs.submit import Submission, submit
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.sources.source import list_sources, texts_for
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.source_table import SourceRow
from lodestone_gateway.web.forms import forget_kept, keep_draft, read_form, read_kept
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.questions import QUESTIONS_STEP, keep_answers
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.room import Refusals, in_sentences, refusals, shut_page
from lodestone_gateway.web.session import Visitor

MOST_SENT = 60_000  # characters of all sources together
ALL = "all"
ESSAY = "essay"  # the field, and the part of a draft that keeps it
NOTHING_LEFT = "Every question has an answer already. Clear one to have it drafted."
TOO_LONG = f"An essay may have {MAX_TEXT:,} characters. Keep the rest as a source."


@dataclass(frozen=True)
class Place:
    """A question, the owner's answer, and the draft of one."""

    question: Question
    answer: str
    draft: str
    missing: str

    @property
    def is_open(self) -> bool:
        """Whether its draft waits for the owner."""
        return bool(self.draft) and not self.answer


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}/answers")
    routes.add_api_route("", _show, methods=["GET"])
    routes.add_api_route("", _draft, methods=["POST"])
    routes.add_api_route("/take", _take, methods=["POST"])
    return routes


async def _show(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    lead_magnet_id: LeadMagnetId,
    write: str | None = None,
) -> Response:
    """The drafts so far; the page looks the same to anyone who comes back to it.

    Who has none yet and would be refused sees that before the form.
    """
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    refused = await refusals(parts, user, [ANSWERS])
    if write is None and ANSWERS.name not in workspace.newest:
        form = f"/library/{lead_magnet_id}/answers?write=1"
        if shut := await shut_page(request, user, refused, form):
            return shut
    return await _page(request, parts, user, workspace, refused=refused)


async def _draft(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Starts the drafting; the same form twice starts one job."""
    form = await read_form(request)
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    essay = form.text("essay")
    trouble = TOO_LONG if len(essay) > MAX_TEXT else "" if _is_anything_open(workspace) else NOTHING_LEFT
    if not trouble:
        await _keep_essay(parts, user, workspace, essay, form.text("tag"))
        if not _is_live(workspace):
            trouble = await _submit(parts, user, workspace, essay, form.text("key"))
    if trouble:
        return await _page(
            request, parts, user, workspace, essay=essay, what="Nothing was started.", trouble=trouble
        )
    return see(f"/library/{workspace.row.id}/answers")


async def _take(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Makes one draft the owner's answer, or all of them; then to its question, if it is to be changed."""
    form = await read_form(request)
    workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
    wanted = form.text("take") or form.text("change")
    taken = {
        each.question.id: each.draft
        for each in places(workspace)
        if each.is_open and wanted in (ALL, each.question.id)
    }
    if taken:
        answered = workspace.answered({**workspace.answers, **taken})
        kept = await keep_answers(parts, user, answered, workspace.answers_tag)
        if kept.unsaved:
            return await _page(
                request, parts, user, workspace, what="No draft was taken.", trouble=kept.unsaved
            )
    here = f"/library/{workspace.row.id}"
    return see(f"{here}/questions?q={form.text('change')}" if form.text("change") else f"{here}/answers")


def places(workspace: Workspace) -> list[Place]:
    """Each question with its answer and the draft of the newest job."""
    job = workspace.newest.get(ANSWERS.name)
    items = workspace.items.get(job.id, []) if job else []
    drafts: Mapping[str, JsonObject] = {entry["item"]["id"]: entry["item"] for entry in items}
    return [
        Place(
            question,
            workspace.answers.get(question.id, "").strip(),
            drafts.get(question.id, {}).get("answer", ""),
            drafts.get(question.id, {}).get("missing", ""),
        )
        for question in questions_for(workspace.archetype)
    ]


def source_texts(rows: Sequence[SourceRow]) -> Iterator[SourceText]:
    """The sources as a job takes them: each in pieces that fit, up to what all together may have."""
    left = MOST_SENT
    for row in rows:
        for start in range(0, len(row.text), MAX_TEXT):
            text = row.text[start : start + min(MAX_TEXT, left)]
            if text.strip():
                yield SourceText(id=row.id, name=row.name, text=text)
            left -= len(text)
            if left <= 0:
                return


async def _keep_essay(parts: Parts, user: CurrentUser, workspace: Workspace, essay: str, known: str) -> None:
    """The job has it; the draft is for the next time. One that was emptied is no draft."""
    id, title = _essay_of(user, workspace), workspace.row.title
    if essay:
        fields = {ESSAY: [essay]}
        await keep_draft(parts, user, id, ESSAY, fields, title=title, step=QUESTIONS_STEP, known=known)
    else:
        await forget_kept(parts.engine, user.id, id, known)


def _essay_of(user: CurrentUser, workspace: Workspace) -> UUID:
    """The draft that keeps the essay of this lead magnet."""
    return uuid5(user.id, f"{ESSAY} {workspace.row.id}")


def _is_live(workspace: Workspace) -> bool:
    job = workspace.newest.get(ANSWERS.name)
    return job is not None and job.status in LIVE


def _is_anything_open(workspace: Workspace) -> bool:
    return any(not each.answer for each in places(workspace))


async def _submit(parts: Parts, user: CurrentUser, workspace: Workspace, essay: str, key: str) -> str:
    """Why it could not be started; empty if it was."""
    kit = await read_brand_kit(parts.engine, user.id)
    async with transaction(parts.engine, user.id) as session:
        sources = [*source_texts(await texts_for(session, user.id, workspace.row.id))][:MAX_ENTRIES]
    known = set(BusinessContext.model_fields)
    context = kit.model_dump(mode="json", include=known) if kit.business_description else None
    try:
        asked = AnswersInput.model_validate(
            {
                "archetype": workspace.archetype,
                "concept": workspace.row.concept,
                "answers": {each.question.id: each.answer for each in places(workspace) if each.answer},
                "essay": essay,
                "sources": sources,
                "businessContext": context,
            }
        )
        submission = Submission(
            user.id, ANSWERS, asked.to_wire(), workspace.row.id, idempotency_key=key or None
        )
        await submit(parts.engine, parts.limiter, parts.group, submission)
    except ValidationError:
        return "The essay has characters that cannot be kept."
    except (Conflict, InvalidRequest, RateLimited, UsageLimitExceeded) as refused:
        return refused.message
    return ""


async def _page(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    workspace: Workspace,
    *,
    essay: str | None = None,
    what: str = "",
    trouble: str = "",
    refused: Refusals | None = None,
) -> Response:
    kept, tag = await read_kept(parts.engine, user.id, _essay_of(user, workspace), ESSAY)
    job = workspace.newest.get(ANSWERS.name)
    is_live = _is_live(workspace)
    refused = await refusals(parts, user, [ANSWERS]) if refused is None else refused
    return await show(
        request,
        user,
        "library/answers.html",
        status=422 if trouble else 200,
        work=workspace,
        job=job,
        is_live=is_live,
        start=await start_of(parts.engine, job, parts.hub.holds) if job and is_live else None,
        places=places(workspace),
        sources=await list_sources(parts.engine, user.id, workspace.row.id),
        essay=kept.text(ESSAY) if essay is None else essay,
        essay_tag=tag,
        essay_draft=_essay_of(user, workspace),
        what=what,
        trouble=trouble,
        no_room=in_sentences(refused),
        not_again={job.id: refused[ANSWERS.name]} if job and ANSWERS.name in refused else {},
        key=new_id(),
    )

"""/create: the context form, saved as it is typed, and the ten ideas that come from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from lodestone.errors import CapReached, RateLimited, Unavailable, UsageLimitExceeded
from lodestone.ids import new_id, parse_id
from lodestone.jobs.ideation import IDEATION, IdeationInput
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.status import LIVE

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.brand_kit import read_brand_kit, write_brand_kit
from lodestone_gateway.entity_tags import ABSENT
from lodestone_gateway.fields import Form
from lodestone_gateway.jobs.read import list_jobs, read_job
from lodestone_gateway.jobs.submit import Submission, check_key, submit
from lodestone_gateway.lead_magnets.bin import Binned, just_binned
from lodestone_gateway.lead_magnets.wizard_drafts import (
    FORM,
    WizardDraft,
    list_drafts,
    read_draft,
)
from lodestone_gateway.parts import Parts, ThisProcess
from lodestone_gateway.store.draft_queries import ListedDraft
from lodestone_gateway.store.lead_magnet_tables import WizardDraftRow
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.create.fields import (
    ALL,
    MAIN,
    MISSING,
    MORE,
    SOURCES,
    job_input,
    kit_form,
    title_of,
)
from lodestone_gateway.web.forms import Invalid, keep_draft, kept_form, read_form, validate
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.room import QUOTA, Refusals, in_sentences, refusals, shut_page
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.usual import usual_time

CONTEXT_STEP = 1
NEW = "new"  # asks for an empty form
RUNS_SHOWN = 20


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/create", _context, methods=["GET"])
    routes.add_api_route("/create", _generate, methods=["POST"])
    return routes


@dataclass(frozen=True)
class Opened:
    """A form with the draft that keeps it."""

    draft_id: UUID
    form: Form
    tag: str = ABSENT  # of the draft
    is_saved: bool = False
    from_kit: bool = False


async def _context(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    draft: str | None = None,
    binned: str | None = None,
) -> Response:
    """The form: the draft asked for, or the newest one, or what the brand kit knows.

    It offers to undo what has just been put into the bin. Whose form would be refused sees that first.
    """
    refused = await _refusals(parts, user)
    drafts = await _drafts(parts, user)
    if draft is None and binned is None:
        if QUOTA in refused:
            return await limit_page(request, parts, user)
        form = f"/create?draft={drafts[0].id if drafts else NEW}"
        if shut := await shut_page(request, user, refused, form):
            return shut
    opened = await _open(parts, user, draft, drafts)
    undo = await just_binned(parts.engine, user.id, WizardDraftRow, binned)
    return await _form_page(request, parts, user, opened, refused, binned=undo)


async def _refusals(parts: Parts, user: CurrentUser) -> Refusals:
    return await refusals(parts, user, [IDEATION], uses_quota=True)


async def _open(parts: Parts, user: CurrentUser, asked: str | None, drafts: list[ListedDraft]) -> Opened:
    if asked not in (None, NEW) and (id := parse_id(asked)) is not None:
        return _of_draft(await read_draft(parts.engine, user.id, id))
    if asked is None and drafts:
        return _of_draft(await read_draft(parts.engine, user.id, drafts[0].id))
    kit = await read_brand_kit(parts.engine, user.id)
    if asked == NEW or not kit.business_description:
        return Opened(new_id(), Form({}))
    return Opened(new_id(), kit_form(kit), from_kit=True)


def _of_draft(draft: WizardDraft) -> Opened:
    return Opened(draft.id, kept_form(draft.wizard_state.get(FORM)), draft.tag, is_saved=True)


async def _drafts(parts: Parts, user: CurrentUser) -> list[ListedDraft]:
    return [draft for draft in await list_drafts(parts.engine, user.id) if draft.has_form]


async def _generate(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """Saves the form, updates the brand kit, and starts ten ideas. The same form twice starts one job."""
    form = await read_form(request)
    check_key(form.text("key") or None)
    draft_id = parse_id(form.text("draft")) or new_id()
    kept = {name: values for name, values in form.fields.items() if name in {field.name for field in ALL}}
    known, title = form.text("tag"), title_of(form)
    saved = await keep_draft(parts, user, draft_id, FORM, kept, title=title, step=CONTEXT_STEP, known=known)
    unsaved = saved.unsaved
    opened = Opened(draft_id, form, saved.tag, is_saved=not unsaved)
    if saved.is_newer:
        return await _form_page(request, parts, user, opened, status=409, trouble=unsaved)
    try:
        asked = validate(IdeationInput, job_input(form), [field.name for field in ALL], MISSING)
        alike = await _running_alike(parts, user, asked)
        if alike and form.text("key") != alike.idempotency_key and form.text("again") != str(alike.id):
            return await _form_page(request, parts, user, opened, status=409, alike=alike)
        return await _start(parts, user, asked, form.text("key"))
    except Invalid as invalid:
        return await _form_page(
            request, parts, user, opened, status=422, errors=invalid.errors, trouble=unsaved
        )
    except (CapReached, RateLimited, Unavailable) as refused:
        trouble = f"{refused.message} {unsaved}".strip()
        return await _form_page(request, parts, user, opened, status=refused.status, trouble=trouble)
    except UsageLimitExceeded as refused:
        return await limit_page(request, parts, user, status=refused.status, unsaved=unsaved, draft=draft_id)


async def _running_alike(parts: Parts, user: CurrentUser, asked: IdeationInput) -> BackgroundJob | None:
    """The job that the same form started and that has not ended."""
    for listed in await _runs(parts, user, limit=RUNS_SHOWN, statuses=LIVE):
        job = await read_job(parts.engine, user.id, listed.id)
        if job.input == asked.to_wire():
            return job
    return None


async def _start(parts: Parts, user: CurrentUser, asked: IdeationInput, key: str) -> Response:
    context = asked.model_dump(mode="json", include=set(BusinessContext.model_fields) - {"audience_tools"})
    await write_brand_kit(parts.engine, user.id, context)
    submission = Submission(user.id, IDEATION, asked.to_wire(), idempotency_key=key or None)
    accepted = await submit(parts.engine, parts.limiter, parts.group, submission)
    return see(f"/create/ideas/{accepted.job_id}")


async def _form_page(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    opened: Opened,
    refused: Refusals | None = None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    trouble: str = "",
    binned: Binned | None = None,
    alike: BackgroundJob | None = None,
) -> Response:
    drafts = [each for each in await _drafts(parts, user) if each.id != opened.draft_id]
    last_run = next(iter(await _runs(parts, user, limit=1)), None)
    refused = await _refusals(parts, user) if refused is None else refused
    return await show(
        request,
        user,
        "create/context.html",
        is_first=not (drafts or last_run or opened.is_saved or opened.from_kit or errors or trouble),
        status=status,
        draft_id=opened.draft_id,
        tag=opened.tag,
        form=opened.form,
        saved_at=opened.is_saved,
        from_kit=opened.from_kit,
        key=new_id(),
        main_fields=MAIN,
        more_fields=MORE,
        sources=SOURCES,
        errors=_in_order(errors or {}),
        trouble=trouble,
        binned=binned,
        alike=alike,
        no_room=in_sentences(refused),
        drafts=drafts,
        last_run=last_run,
        estimate=await usual_time(parts, IDEATION.name),
    )


def _in_order(errors: dict[str, str]) -> "Errors":
    """In the order of the fields on the page, so that the first wrong one gets the focus."""
    places = [field.name for field in ALL]
    known = sorted(errors, key=lambda name: places.index(name) if name in places else len(places))
    return Errors({name: errors[name] for name in known})


class Errors(dict[str, str]):
    """Messages by field; a field without one has none."""

    def __missing__(self, name: str) -> str:
        return ""


async def limit_page(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    *,
    form: str | None = None,
    status: int = 200,
    unsaved: str = "",
    draft: UUID | None = None,
) -> Response:
    """What is used up, when it renews, and what still works, also instead of a form that would be refused.

    `unsaved` says why the form that was sent could not be saved, if so; `form` is where it can be written.
    """
    newest = next((each.id for each in await _drafts(parts, user)), NEW)
    form = form or f"/create?draft={draft or newest}"
    context: dict[str, Any] = {"runs": await _runs(parts, user, limit=RUNS_SHOWN), "unsaved": unsaved}
    is_sent = status != HTTPStatus.OK
    return await show(
        request, user, "create/limit.html", status=status, is_sent=is_sent, form=form, **context
    )


async def _runs(
    parts: Parts, user: CurrentUser, *, limit: int, statuses: Sequence[str] = ()
) -> list[BackgroundJob]:
    page = await list_jobs(
        parts.engine, user.id, statuses=statuses, job_types=(IDEATION.name,), cursor=None, limit=limit
    )
    return list(page.rows)

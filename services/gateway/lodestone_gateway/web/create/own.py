"""/create/own: the owner's own idea instead of ours."""

from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, UsageLimitExceeded
from lodestone.ids import parse_id

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.entity_tags import ABSENT
from lodestone_gateway.fields import Form
from lodestone_gateway.lead_magnets.new import NewLeadMagnet, from_own_idea
from lodestone_gateway.lead_magnets.wizard_drafts import OWN
from lodestone_gateway.parts import Parts, ThisProcess
from lodestone_gateway.web.create.fields import Field
from lodestone_gateway.web.create.routes import Errors, limit_page
from lodestone_gateway.web.forms import Invalid, forget_kept, read_form, read_kept, validate
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.room import QUOTA, Refusals, in_sentences, refusals, shut_page
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.words import KINDS

WRITE = "/create/own?write=1"  # the form, even if it would be refused
FIELDS = (
    Field(
        "title",
        "Title",
        "A thing and a result: “The two-page quote that raised fees 22%”.",
        kind="line",
        required=True,
        missing="Give it a title; you can change it later.",
    ),
    Field(
        "painSolved",
        "The pain it solves",
        "In the words of the people who have it.",
        kind="area",
        required=True,
        missing="Say in one sentence which pain it solves.",
    ),
    Field(
        "archetype",
        "Kind",
        "The kind decides the questions, and what your answers become.",
        kind="pick",
        choices={kind.value: name for kind, name in KINDS.items()},
    ),
    Field("whyNowHook", "Why now", "Why someone would open it this week.", kind="line"),
    Field("contents", "What is in it", kind="area"),
)


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/create/own")
    routes.add_api_route("", _ask, methods=["GET"])
    routes.add_api_route("", _make, methods=["POST"])
    return routes


async def _ask(request: Request, parts: ThisProcess, user: Visitor, write: str | None = None) -> Response:
    """The form, with what was typed into it before. Who would be refused sees that first."""
    refused = await _refusals(parts, user)
    if write is None and QUOTA in refused:
        return await limit_page(request, parts, user, form=WRITE)
    if write is None and (shut := await shut_page(request, user, refused, WRITE)):
        return shut
    form, tag = await read_kept(parts.engine, user.id, _draft_of(user), OWN)
    return await _page(request, user, form, tag, refused)


async def _refusals(parts: Parts, user: CurrentUser) -> Refusals:
    return await refusals(parts, user, [], uses_quota=True, stores=True)


async def _make(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """Makes the lead magnet; its questions come next."""
    form = await read_form(request)
    values = {field.name: form.text(field.name) for field in FIELDS}
    missing = {field.name: field.missing for field in FIELDS if field.missing}
    try:
        idea = validate(NewLeadMagnet, values, list(values), missing)
        beside = [again] if (again := parse_id(form.text("again"))) else []
        row = await from_own_idea(parts.engine, user.id, idea.own_concept(), beside=beside)
    except Invalid as invalid:
        refused, tag = await _refusals(parts, user), form.text("tag") or ABSENT
        return await _page(request, user, form, tag, refused, errors=invalid.errors)
    except UsageLimitExceeded as over:
        return await limit_page(request, parts, user, form=WRITE, status=over.status)
    except Conflict as conflict:
        _, tag = await read_kept(parts.engine, user.id, _draft_of(user), OWN)
        refused, alike = await _refusals(parts, user), conflict.members["leadMagnetId"]
        return await _page(request, user, form, tag, refused, alike=alike)
    await forget_kept(parts.engine, user.id, _draft_of(user), form.text("tag"))
    return see(f"/library/{row.id}/questions")


async def _page(
    request: Request,
    user: CurrentUser,
    form: Form,
    tag: str,
    refused: Refusals,
    *,
    errors: dict[str, str] | None = None,
    alike: str | None = None,
) -> Response:
    return await show(
        request,
        user,
        "create/own.html",
        status=422 if errors else 409 if alike else 200,
        alike=alike,
        fields=FIELDS,
        form=form,
        errors=Errors(errors or {}),
        no_room=in_sentences(refused),
        draft_id=_draft_of(user),
        tag=tag,
    )


def _draft_of(user: CurrentUser) -> UUID:
    """A user has one own idea in progress at a time."""
    return uuid5(user.id, OWN)

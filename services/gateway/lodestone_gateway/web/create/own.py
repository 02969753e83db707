"""/create/own: an idea of the owner's own, in the place of ours."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import UsageLimitExceeded
from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, Archetype
from lodestone.wire import RequiredText, Text, WireModel

from lodestone_gateway.parts import ThisProcess
from lodestone_gateway.usecases.new_lead_magnet import MAX_TITLE, custom_concept, from_own_idea
from lodestone_gateway.web.create.fields import Field
from lodestone_gateway.web.create.routes import Errors, limit_page
from lodestone_gateway.web.forms import Form, Invalid, read_form, validate
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import Visitor

FIELDS = (
    Field(
        "title",
        "What it is called",
        "A thing and a result: “The two-page quote that raised fees 22%”.",
        kind="line",
        required=True,
        missing="Give it a title; you can change it later.",
    ),
    Field(
        "painSolved",
        "Which pain it takes away",
        "In the words of the people who have it.",
        kind="area",
        required=True,
        missing="Say in a sentence which pain it takes away.",
    ),
    Field(
        "archetype",
        "What kind it is",
        "The kind decides the questions, and what comes of the answers.",
        kind="pick",
        choices={kind.value: name for kind, name in ARCHETYPE_NAMES.items()},
    ),
    Field("whyNowHook", "Why now", "What makes somebody open it this week.", kind="line"),
    Field("contents", "What is in it", kind="area"),
)


class OwnIdea(WireModel):
    """The form."""

    title: RequiredText
    pain_solved: RequiredText
    archetype: Archetype
    why_now_hook: Text = ""
    contents: Text = ""


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/create/own")
    routes.add_api_route("", _ask, methods=["GET"])
    routes.add_api_route("", _make, methods=["POST"])
    return routes


async def _ask(request: Request, user: Visitor) -> Response:
    """The empty form."""
    return await show(request, user, "create/own.html", fields=FIELDS, form=Form({}), errors=Errors())


async def _make(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """Makes the lead magnet; its questions come next."""
    form = await read_form(request)
    values = {field.name: form.text(field.name) for field in FIELDS}
    missing = {field.name: field.missing for field in FIELDS if field.missing}
    try:
        idea = validate(OwnIdea, values, list(values), missing)
        if len(idea.title) > MAX_TITLE:
            raise Invalid({"title": f"Must be at most {MAX_TITLE} characters long."})
        concept = custom_concept(idea.archetype, **idea.model_dump(exclude={"archetype"}))
        row = await from_own_idea(parts.engine, user.id, concept)
    except Invalid as invalid:
        errors = Errors(invalid.errors)
        return await show(
            request, user, "create/own.html", status=422, fields=FIELDS, form=form, errors=errors
        )
    except UsageLimitExceeded as refused:
        return await limit_page(request, parts, user, refused)
    return see(f"/library/{row.id}/questions")

"""Lead magnets: make, read, list, change, delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.exceptions import RequestValidationError
from lodestone.errors import InvalidRequest
from lodestone.jobs.content import ChosenConcept, ExtractedContent
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.polish import PolishedContent, page_metadata
from lodestone.jobs.posts import PostVariation
from lodestone.wire import MAX_ENTRIES, JsonObject, RequiredText, Text, WireModel
from pydantic import AfterValidator, Field, ValidationError, field_validator

from lodestone_gateway.api.fields import KeptBody, Moment, Title, WebAddress, given_columns
from lodestone_gateway.parts import Caller, LeadMagnetId, ThisProcess
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.usecases.lead_magnet_view import (
    LeadMagnet,
    LeadMagnetStatus,
    LeadMagnetSummary,
    entity_tag,
)
from lodestone_gateway.usecases.lead_magnets import (
    change_lead_magnet,
    delete_lead_magnet,
    list_lead_magnets,
    read_lead_magnet,
)
from lodestone_gateway.usecases.new_lead_magnet import custom_concept, from_ideation, from_own_idea


class NewLeadMagnet(WireModel):
    """A concept of an ideation job (`ideationJobId`, `conceptIndex`), or an idea of one's own."""

    ideation_job_id: UUID | None = None
    concept_index: Annotated[int, Field(ge=0, le=9)] | None = None
    title: Title | None = None
    pain_solved: RequiredText | None = None
    archetype: Archetype = Archetype.SINGLE_BREAKDOWN
    why_now_hook: Text = ""
    contents: Text = ""
    delivery_format: Text = ""


def _counted(content: PolishedContent | None) -> PolishedContent | None:
    if content is None:
        return None
    return content.model_copy(update={"metadata": page_metadata(content.hero_summary, content.sections)})


class LeadMagnetChanges(KeptBody):
    """What is to be changed; what is left out stays, null takes a part away."""

    title: Title | None = None
    archetype: Archetype | None = None
    status: LeadMagnetStatus | None = None
    concept: ChosenConcept | None = None
    extracted_content: ExtractedContent | None = None
    generated_content: JsonObject | None = None
    interactive_config: JsonObject | None = None
    polished_content: Annotated[PolishedContent | None, AfterValidator(_counted)] = None
    linkedin_post: Text | None = None
    post_variations: Annotated[list[PostVariation], Field(max_length=MAX_ENTRIES)] | None = None
    dm_template: Text | None = None
    cta_word: Text | None = None
    external_url: WebAddress | None = None
    scheduled_time: Moment | None = None

    @field_validator("title", "archetype", "status")
    @classmethod
    def _not_null(cls, value: str | None) -> str:
        if value is None:
            raise ValueError("must not be null")
        return value


class LeadMagnetList(WireModel):
    """A page of lead magnets; `nextCursor` is null on the last one."""

    items: list[LeadMagnetSummary]
    next_cursor: str | None


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/lead-magnets", tags=["lead magnets"])
    one = "/{lead_magnet_id}"
    routes.add_api_route("", _list, methods=["GET"], name="list_lead_magnets")
    routes.add_api_route("", _make, methods=["POST"], status_code=201, name="make_lead_magnet")
    routes.add_api_route(one, _read, methods=["GET"], name="read_lead_magnet")
    routes.add_api_route(one, _change, methods=["PATCH"], name="change_lead_magnet")
    routes.add_api_route(one, _delete, methods=["DELETE"], status_code=204, name="delete_lead_magnet")
    return routes


async def _list(
    parts: ThisProcess,
    caller: Caller,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> LeadMagnetList:
    """The caller's lead magnets, newest first."""
    page = await list_lead_magnets(parts.engine, caller.id, cursor=cursor, limit=limit)
    return LeadMagnetList(
        items=[LeadMagnetSummary.of(row) for row in page.rows], next_cursor=page.next_cursor
    )


async def _make(parts: ThisProcess, caller: Caller, body: NewLeadMagnet, response: Response) -> LeadMagnet:
    """Makes a lead magnet. An idea of one's own uses one of the plan; a concept's job has used it already."""
    if body.ideation_job_id is None:
        row = await from_own_idea(parts.engine, caller.id, _own_idea(body))
    else:
        if body.concept_index is None:
            raise InvalidRequest(errors=[_required("conceptIndex")])
        row = await from_ideation(parts.engine, caller.id, body.ideation_job_id, body.concept_index)
    response.headers["Location"] = f"/api/lead-magnets/{row.id}"
    return _shown(row, response)


async def _read(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, response: Response
) -> LeadMagnet:
    """A lead magnet with all its parts."""
    return _shown(await read_lead_magnet(parts.engine, caller.id, lead_magnet_id), response)


async def _change(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    body: LeadMagnetChanges,
    response: Response,
    if_match: Annotated[
        str | None,
        Header(description="The ETag that was read: 409 when it is no longer so. Without it, the last wins."),
    ] = None,
) -> LeadMagnet:
    """Changes what the body names."""
    changes = given_columns(body)
    try:
        row = await change_lead_magnet(
            parts.engine, caller.id, lead_magnet_id, changes, _tags(if_match) if if_match else ()
        )
    except ValidationError as error:
        raise _in_interactive_config(error, body) from None
    return _shown(row, response)


async def _delete(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> None:
    """Deletes a lead magnet with its emails; jobs on it that still run are cancelled."""
    await delete_lead_magnet(parts.engine, caller.id, lead_magnet_id)


def _shown(row: LeadMagnetRow, response: Response) -> LeadMagnet:
    response.headers["ETag"] = entity_tag(row)
    response.headers["Cache-Control"] = "private, no-cache"
    return LeadMagnet.of(row)


def _own_idea(body: NewLeadMagnet) -> ChosenConcept:
    given = {"title": body.title, "pain_solved": body.pain_solved}
    missing = [_required(field) for field, name in _NEEDED.items() if given[name] is None]
    if missing:
        raise InvalidRequest(errors=missing)
    texts = body.model_dump(include={*given, "why_now_hook", "contents", "delivery_format"})
    return custom_concept(body.archetype, **texts)


_NEEDED = {"title": "title", "painSolved": "pain_solved"}


def _required(field: str) -> dict[str, str]:
    return {"field": field, "message": "This field is required."}


def _tags(if_match: str) -> list[str]:
    """Compared weakly: proxies that compress mark our tags as weak."""
    return [tag.strip().removeprefix("W/") for tag in if_match.split(",")]


def _in_interactive_config(error: ValidationError, body: LeadMagnetChanges) -> RequestValidationError:
    errors = [{**each, "loc": ("body", "interactiveConfig", *each["loc"])} for each in error.errors()]
    return RequestValidationError(errors, body={"interactiveConfig": body.interactive_config})

"""Lead magnets: create, read, list, change, delete."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.exceptions import RequestValidationError
from lodestone.errors import InvalidRequest
from lodestone.wire import WireModel
from pydantic import ValidationError

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.fields import given_columns
from lodestone_gateway.lead_magnets.changes import LeadMagnetChanges
from lodestone_gateway.lead_magnets.lead_magnet import (
    change_lead_magnet,
    delete_lead_magnet,
    list_lead_magnets,
    read_lead_magnet,
)
from lodestone_gateway.lead_magnets.new import (
    NewLeadMagnet,
    from_ideation,
    from_own_idea,
    required,
)
from lodestone_gateway.lead_magnets.replaced_texts import ReplacedText, read_replaced_texts
from lodestone_gateway.lead_magnets.view import LeadMagnet, LeadMagnetSummary, entity_tag
from lodestone_gateway.parts import Caller, IfMatch, LeadMagnetId, ThisProcess
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow


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
    """Creates a lead magnet. A user's own idea counts against the plan; a concept's job has already
    counted."""
    if body.ideation_job_id is None:
        row = await from_own_idea(parts.engine, caller.id, body.own_concept())
    else:
        if body.concept_index is None:
            raise InvalidRequest(errors=[required("conceptIndex")])
        row = await from_ideation(parts.engine, caller.id, body.ideation_job_id, body.concept_index)
    response.headers["Location"] = f"/api/lead-magnets/{row.id}"
    return _shown(row, response)


async def _read(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, response: Response
) -> LeadMagnet:
    """A lead magnet with all its parts."""
    row = await read_lead_magnet(parts.engine, caller.id, lead_magnet_id)
    return _shown(row, response, await read_replaced_texts(parts.engine, caller.id, row.id))


async def _change(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    body: LeadMagnetChanges,
    response: Response,
    if_match: IfMatch = None,
) -> LeadMagnet:
    """Changes the fields in the body. What it replaces becomes a version of its piece."""
    changes = given_columns(body)
    try:
        row = await change_lead_magnet(parts.engine, caller.id, lead_magnet_id, changes, known_tags(if_match))
    except ValidationError as error:
        raise _in_body(error, body) from None
    return _shown(row, response, await read_replaced_texts(parts.engine, caller.id, row.id))


async def _delete(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> None:
    """Deletes a lead magnet with its emails; its running jobs are cancelled."""
    await delete_lead_magnet(parts.engine, caller.id, lead_magnet_id)


def _shown(row: LeadMagnetRow, response: Response, replaced: Sequence[ReplacedText] = ()) -> LeadMagnet:
    response.headers["ETag"] = entity_tag(row)
    return LeadMagnet.of(row, replaced)


def _in_body(error: ValidationError, body: LeadMagnetChanges) -> RequestValidationError:
    errors = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
    return RequestValidationError(errors, body=body.to_wire())

"""For operators: actions on many jobs, looked at before they begin."""

from typing import Annotated, Literal, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Body, Depends, Query, Response
from lodestone.errors import InvalidRequest
from lodestone.ids import parse_id
from lodestone.wire import WireModel
from pydantic import ConfigDict

from lodestone_gateway.api.filters import Limit
from lodestone_gateway.filter_values import choices
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.bulk_actions import (
    NO_SUCH,
    BulkAction,
    JobOutcome,
    abort,
    list_bulk_actions,
    list_outcomes,
    look,
    read,
    start,
)
from lodestone_gateway.operating.bulk_filter import BulkAsked, Rate
from lodestone_gateway.parts import Operator, ThisProcess, id_in_path

STATES = ["looking", "dry_run", "running", "completed", "aborted"]

log = structlog.get_logger(__name__)


class BulkRequest(BulkAsked):
    """What is to be done to many jobs. It is only looked at: begin it by its id."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Literal[True] = True
    """Always: what begins is what somebody has looked at."""


class BulkStart(WireModel):
    """How fast; without a rate, as the dry run said."""

    model_config = ConfigDict(extra="forbid")

    rate_per_minute: Rate | None = None


class BulkActionList(WireModel):
    """A page of bulk actions, newest first; `nextCursor` is null on the last one."""

    items: list[BulkAction]
    next_cursor: str | None


class OutcomeList(WireModel):
    """A page of a bulk action's jobs, by id; `nextCursor` is null on the last one."""

    items: list[JobOutcome]
    next_cursor: str | None

    @classmethod
    def of(cls, items: list[JobOutcome], after: UUID | None) -> Self:
        """The view of a page."""
        return cls(items=items, next_cursor=str(after) if after else None)


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    one = "/bulk-actions/{bulk_id}"
    routes.add_api_route("/bulk-actions", _list, methods=["GET"], name="list_bulk_actions")
    routes.add_api_route(
        "/bulk-actions", _look, methods=["POST"], status_code=201, name="look_at_bulk_action"
    )
    routes.add_api_route(one, _read, methods=["GET"], name="read_bulk_action")
    routes.add_api_route(f"{one}/start", _start, methods=["POST"], status_code=202, name="start_bulk_action")
    routes.add_api_route(f"{one}/abort", _abort, methods=["POST"], name="abort_bulk_action")
    routes.add_api_route(f"{one}/jobs", _jobs, methods=["GET"], name="list_bulk_action_jobs")


async def get_bulk_id(bulk_id: str) -> UUID:
    """The id of a bulk action. Raises NotFound."""
    return id_in_path(bulk_id, NO_SUCH)


BulkId = Annotated[UUID, Depends(get_bulk_id)]


async def _list(
    parts: ThisProcess,
    _: Operator,
    state: Annotated[str | None, Query(description="One or more, separated by commas")] = None,
    cursor: str | None = None,
    limit: Limit = 20,
) -> BulkActionList:
    """Bulk actions and dry runs, newest first."""
    states = choices("state", state, STATES)
    page = await list_bulk_actions(parts.reader, states, cursor=cursor, limit=limit)
    return BulkActionList(items=list(map(BulkAction.of, page.rows)), next_cursor=page.next_cursor)


async def _look(
    parts: ThisProcess, operator: Operator, asked: Annotated[BulkRequest, Body()], response: Response
) -> BulkAction:
    """A dry run: how many jobs match, how many are not eligible and why, and what it may cost.

    A search, by `text` or `costAbove`, may go on afterwards: until its `state` is `dry_run`.
    """
    found = await look(parts.reader, parts.engine, operator.id, asked, parts.hub.holds)
    parts.bulk.wake()
    response.headers["Location"] = f"/api/ops/bulk-actions/{found.id}"
    return found


async def _read(parts: ThisProcess, _: Operator, bulk_id: BulkId) -> BulkAction:
    """A bulk action and how far it is."""
    return await read(parts.reader, bulk_id)


async def _start(
    parts: ThisProcess, operator: Operator, bulk_id: BulkId, asked: Annotated[BulkStart | None, Body()] = None
) -> BulkAction:
    """Begins what a dry run looked at, within ten minutes; on all jobs that match now, whoever looks on.

    Of a search, on those that it found.
    """
    rate = asked.rate_per_minute if asked else None
    begun = await start(parts.reader, parts.engine, Actor(operator.id), bulk_id, rate, parts.hub.holds)
    parts.bulk.wake()
    log.warning("bulk action started", operator=str(operator.id), bulk_action=str(bulk_id), jobs=begun.total)
    return begun


async def _abort(parts: ThisProcess, operator: Operator, bulk_id: BulkId) -> BulkAction:
    """Ends a bulk action, or a dry run that still looks; what it has done stays done."""
    ended = await abort(parts.engine, Actor(operator.id), bulk_id)
    log.warning("bulk action aborted", operator=str(operator.id), bulk_action=str(bulk_id), open=ended.open)
    return ended


async def _jobs(
    parts: ThisProcess,
    operator: Operator,
    bulk_id: BulkId,
    outcome: Annotated[
        Literal["done", "refused", "open"] | None, Query(description="`open`: not yet its turn; default: all")
    ] = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> OutcomeList:
    """What became of its jobs: done, as which job, or refused and why."""
    after = parse_id(cursor) if cursor else None
    if cursor and after is None:
        raise InvalidRequest(
            errors=[{"field": "cursor", "message": "Must be the nextCursor of an earlier page."}]
        )
    actor = Actor(operator.id)
    return OutcomeList.of(
        *await list_outcomes(parts.reader, parts.engine, actor, bulk_id, outcome, after=after, limit=limit)
    )

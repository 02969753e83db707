"""/console/bulk: actions on many runs: looked at, begun, watched, aborted, and what became of each run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from lodestone.errors import Conflict, ErrorCode, InvalidRequest
from lodestone.ids import parse_id
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.bulk_actions import (
    NO_SUCH,
    BulkAction,
    abort,
    list_bulk_actions,
    list_outcomes,
    look,
    read,
    start,
)
from lodestone_gateway.operating.bulk_filter import BulkAsked, BulkFilter, fitting_statuses, meant_by
from lodestone_gateway.operating.runs import FILTERS as RUNS_FILTERS
from lodestone_gateway.parts import Operator, Parts, ThisProcess, id_in_path
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.waiting import WORDS
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.forms import Invalid, read_form, validate
from lodestone_gateway.web.pages import see

PAGE = 20
OUTCOMES = {"": "All", "done": "Done", "refused": "Refused", "open": "Not yet its turn"}
FILTERS = [field.alias or name for name, field in BulkFilter.model_fields.items()]
NOT_HERE = "A bulk action has no such filter, so this would mean more runs than the list showed."


@dataclass(frozen=True)
class BulkForm:
    """The form as the address or the last attempt filled it, and what is wrong with it."""

    given: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of these pages."""
    one = "/bulk/{bulk_id}"
    routes.add_api_route("/bulk", _list, methods=["GET"])
    routes.add_api_route("/bulk", _look, methods=["POST"])
    routes.add_api_route(one, _one, methods=["GET"])
    routes.add_api_route(f"{one}/start", _start, methods=["POST"])
    routes.add_api_route(f"{one}/abort", _abort, methods=["POST"])


async def get_bulk_id(bulk_id: str) -> UUID:
    """The id of a bulk action. Raises NotFound."""
    return id_in_path(bulk_id, NO_SUCH)


BulkId = Annotated[UUID, Depends(get_bulk_id)]


async def _list(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """The form, filled as the address says, and all bulk actions, newest first."""
    given = {name: value for name, value in request.query_params.items() if value.strip()}
    cursor = given.pop("cursor", None)
    unknown = given.keys() - {"action", "ratePerMinute", *FILTERS}
    return await _show_list(
        request, parts, operator, BulkForm(given, dict.fromkeys(unknown, NOT_HERE)), cursor
    )


async def _show_list(
    request: Request, parts: Parts, operator: Operator, form: BulkForm, cursor: str | None = None
) -> Response:
    page = await list_bulk_actions(parts.reader, [], cursor=cursor, limit=PAGE)
    return await show_console(
        request,
        operator,
        "console/bulk.html",
        status=422 if form.errors else 200,
        form=form,
        actions=[BulkAction.of(row) for row in page.rows],
        next_cursor=page.next_cursor,
        job_types=list(JOB_TYPES),
        error_codes=list(ErrorCode),
        waits=list(WORDS),
        told=told_filter,
    )


async def _look(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Makes a dry run and shows it; a form that cannot be meant is shown again."""
    form = await read_form(request)
    given = {name: value for name, value in form.first_texts().items() if value.strip()}
    try:
        asked = read_asked(given, parts.hub.holds)
    except Invalid as invalid:
        return await _show_list(request, parts, operator, BulkForm(given, invalid.errors))
    found = await look(parts.reader, parts.engine, operator.id, asked, parts.hub.holds)
    parts.bulk.wake()
    return see(f"/console/bulk/{found.id}")


def read_asked(given: Mapping[str, str], holds: Holds) -> BulkAsked:
    """What the form asks for. Raises Invalid."""
    filter: JsonObject = {
        name: value for name, value in given.items() if name not in ("action", "ratePerMinute")
    }
    if filter.get("stuck") == "true":
        filter["stuck"] = True
    values: JsonObject = {
        "action": given.get("action"),
        "ratePerMinute": given.get("ratePerMinute"),
        "filter": filter,
    }
    fields = ["action", "ratePerMinute", *(f"filter.{name}" for name in FILTERS)]
    try:
        asked = validate(BulkAsked, values, fields, {})
        meant_by(asked.action, asked.filter, holds)
    except Invalid as invalid:
        raise Invalid(_short(invalid.errors)) from None
    except InvalidRequest as error:
        raise Invalid(_short({each["field"]: each["message"] for each in error.members["errors"]})) from None
    return asked


def _short(errors: Mapping[str, str]) -> dict[str, str]:
    """By the names of the form's fields."""
    return {name.removeprefix("filter."): message for name, message in errors.items()}


async def _one(
    request: Request,
    parts: ThisProcess,
    operator: Operator,
    bulk_id: BulkId,
    outcome: Annotated[str, Query(max_length=20)] = "",
    cursor: str | None = None,
) -> Response:
    """The dry run, or how far it is, and what became of each run."""
    return await _show_one(request, parts, operator, bulk_id, outcome=outcome, cursor=cursor)


async def _show_one(
    request: Request,
    parts: Parts,
    operator: Operator,
    bulk_id: UUID,
    *,
    outcome: str = "",
    cursor: str | None = None,
    refused: Conflict | None = None,
) -> Response:
    bulk = await read(parts.reader, bulk_id)
    chosen = outcome if outcome in OUTCOMES else ""
    after = parse_id(cursor) if cursor else None
    actor = Actor(operator.id)
    jobs, more_after = await list_outcomes(
        parts.reader, parts.engine, actor, bulk_id, chosen or None, after=after, limit=PAGE
    )
    return await show_console(
        request,
        operator,
        "console/bulk_action.html",
        status=refused.status if refused else 200,
        bulk=bulk,
        refused=refused,
        jobs=jobs,
        more_after=more_after,
        outcomes=OUTCOMES,
        chosen=chosen,
        told=told_filter,
        matching=runs_address(bulk),
        again=f"/console/bulk?{urlencode(as_form(bulk))}",
        seconds_left=bulk.open * 60 / bulk.rate_per_minute,
    )


async def _start(request: Request, parts: ThisProcess, operator: Operator, bulk_id: BulkId) -> Response:
    """Begins it, and shows how far it is; what speaks against it is said on its page."""
    try:
        await start(parts.reader, parts.engine, Actor(operator.id), bulk_id, None, parts.hub.holds)
    except Conflict as refused:
        return await _show_one(request, parts, operator, bulk_id, refused=refused)
    parts.bulk.wake()
    return see(f"/console/bulk/{bulk_id}")


async def _abort(request: Request, parts: ThisProcess, operator: Operator, bulk_id: BulkId) -> Response:
    """Ends it; one that has just ended by itself stays as it is."""
    try:
        await abort(parts.engine, Actor(operator.id), bulk_id)
    except Conflict as refused:
        return await _show_one(request, parts, operator, bulk_id, refused=refused)
    return see(f"/console/bulk/{bulk_id}")


def as_form(bulk: BulkAction) -> dict[str, Any]:
    """The fields of the form that asks for the same."""
    return {"action": bulk.action, "ratePerMinute": bulk.rate_per_minute, **bulk.filter.given}


def told_filter(bulk: BulkAction) -> str:
    """The filter in a line."""
    return ", ".join(f"{name}: {value}" for name, value in bulk.filter.given.items())


def runs_address(bulk: BulkAction) -> str:
    """The list of the runs that the filter matches now; of a cause, that of its dead letters."""
    given = bulk.filter.given
    if "cause" in given:
        parts = ("jobType", "errorCode", "userId", "cause")
        return f"/console/dead-letters?{urlencode({name: given[name] for name in parts if name in given})}"
    shown = {name: value for name, value in given.items() if name in RUNS_FILTERS}
    if "pausedBy" in given:
        shown.setdefault("waitingFor", "paused")
    return f"/console/runs?{urlencode({'status': ','.join(fitting_statuses(bulk.action)), **shown})}"

"""/console/runs: the jobs of all users, filtered by the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from lodestone.clock import format_time, now
from lodestone.errors import Conflict, ErrorCode, InvalidRequest
from lodestone.ids import parse_id
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from lodestone.wire import JsonObject

from lodestone_gateway.jobs.view import waiting_for
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.runs import (
    FILTERS,
    HIGHEST_ID,
    Runs,
    count_newer,
    list_shown_runs,
    read_filter,
)
from lodestone_gateway.paging import cursor_of, place_of
from lodestone_gateway.parts import Operator, Parts, ThisProcess
from lodestone_gateway.store.runs_queries import MOST_NEWER, MOST_SEARCHED, JobFilter
from lodestone_gateway.store.waiting import WORDS
from lodestone_gateway.web.console import views
from lodestone_gateway.web.console.actions import actions_of
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.console.moments import in_utc
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see

PAGE = 50
PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
CHOICES: Mapping[str, list[str]] = {
    "status": list(Status),
    "jobType": list(JOB_TYPES),
    "errorCode": list(ErrorCode),
    "waitingFor": list(WORDS),
}
FEWEST_DIGITS = 4  # of the beginning of an id
DIGITS = 32


@dataclass(frozen=True)
class Asked:
    """What the address asks for: its parts as they are, and the filter, or what is wrong with them."""

    given: Mapping[str, str]
    wanted: JobFilter
    errors: Mapping[str, str]

    @property
    def query(self) -> str:
        """The filter as the address has it, without its place in the list."""
        return views.query_of(urlencode(self.given))

    @property
    def as_bulk_filter(self) -> str:
        """The same for a bulk action, which fixes what a period counts from now; only without errors."""
        parts = {name: value for name, value in self.given.items() if name in (*FILTERS, "id")}
        return urlencode({**parts, **_times(self.given)})


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this page."""
    routes.add_api_route("/runs", _runs, methods=["GET"])
    routes.add_api_route("/runs/views", _keep_view, methods=["POST"])
    routes.add_api_route("/runs/views/forget", _forget_view, methods=["POST"])


async def _runs(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """A page of runs. The place of its first row is in `top`: newer ones are held back, and counted."""
    asked = read_address(request.query_params, parts)
    if id := parse_id(asked.given.get("id", "")):
        return see(f"/console/runs/{id}")
    runs, newer = Runs([], None), 0
    if not asked.errors:
        runs, newer = await _read(parts, Actor(operator.id), asked)
    return await show_console(
        request,
        operator,
        "console/runs.html",
        status=422 if asked.errors else 200,
        asked=asked,
        runs=runs,
        newer=newer,
        most_newer=MOST_NEWER,
        most_searched=MOST_SEARCHED,
        refresh=_refresh(asked, runs),
        choices=CHOICES,
        kept=views.read_views(request),
        ready=views.READY,
        can=actions_of,
        waits=waiting_for,
    )


async def _read(parts: Parts, actor: Actor, asked: Asked) -> tuple[Runs, int]:
    cursor, top = asked.given.get("cursor"), place_of(asked.given.get("top"))
    begins = cursor_of(top[0], HIGHEST_ID) if top and not cursor else cursor
    runs = await list_shown_runs(parts.reader, parts.engine, actor, asked.wanted, cursor=begins, limit=PAGE)
    newer = await count_newer(parts.reader, asked.wanted, top) if top else 0
    return runs, newer


def read_address(query: Mapping[str, str], parts: Parts) -> Asked:
    """What the address asks for; empty parts are as if they were not there."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    known = {*FILTERS, "id", "period", "cursor", "top"}
    errors = {name: "There is no such filter." for name in given.keys() - known}
    try:
        place_of(given.get("cursor"))
        place_of(given.get("top"))
        wanted = read_filter({**given, **_times(given)}, parts.hub.holds)
        wanted = _with_ids(wanted, given.get("id"))
    except InvalidRequest as error:
        wanted = JobFilter()
        errors |= {each["field"]: each["message"] for each in _errors(error)}
    return Asked(given, wanted, errors)


async def _keep_view(request: Request, _: Operator) -> Response:
    """Keeps the filter under a name, in this browser."""
    form = await read_form(request)
    query = views.query_of(form.text("query"))
    try:
        kept = views.with_view(views.read_views(request), form.text("name"), query)
    except InvalidRequest as error:
        raise Conflict(f"A view’s name: {_errors(error)[0]['message']}") from None
    return _back(request, query, kept)


async def _forget_view(request: Request, _: Operator) -> Response:
    """Forgets a view."""
    form = await read_form(request)
    query = views.query_of(form.text("query"))
    return _back(request, query, views.without_view(views.read_views(request), form.text("name")))


def _back(request: Request, query: str, kept: list[views.View]) -> Response:
    response = see(f"/console/runs?{query}")
    views.keep(response, kept, is_secure=request.url.scheme == "https")
    return response


def _refresh(asked: Asked, runs: Runs) -> str:
    """The address by which the page fetches itself again: with its rows where they are."""
    given = dict(asked.given)
    if runs.rows and "top" not in given and "cursor" not in given:
        given["top"] = cursor_of(runs.rows[0].created_at, runs.rows[0].id)
    return f"/console/runs?{urlencode(given)}"


def _times(given: Mapping[str, str]) -> dict[str, str]:
    """The beginning and the end; a period counts from now, and times without an offset are UTC."""
    found = {name: in_utc(given[name]) for name in ("since", "until") if name in given}
    period = given.get("period")
    if period is not None and period not in (*PERIODS, "all"):
        message = f"Must be one of: {', '.join((*PERIODS, 'all'))}."
        raise InvalidRequest(errors=[{"field": "period", "message": message}])
    if period in PERIODS and "since" not in found:
        found["since"] = format_time(now() - PERIODS[period])
    return found


def _with_ids(wanted: JobFilter, beginning: str | None) -> JobFilter:
    if beginning is None:
        return wanted
    digits = beginning.replace("-", "").lower()
    is_hex = digits.isascii() and all(digit in "0123456789abcdef" for digit in digits)
    if not is_hex or not FEWEST_DIGITS <= len(digits) <= DIGITS:
        message = f"Must be an id, or at least {FEWEST_DIGITS} digits of its beginning."
        raise InvalidRequest(errors=[{"field": "id", "message": message}])
    lowest, highest = UUID(digits.ljust(DIGITS, "0")), UUID(digits.ljust(DIGITS, "f"))
    return replace(wanted, ids=(lowest, highest))


def _errors(error: InvalidRequest) -> list[JsonObject]:
    found: Any = error.members.get("errors", [])
    return list(found)

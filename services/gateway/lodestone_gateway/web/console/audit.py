"""/console/audit: what operators did, and whose content they looked at."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from lodestone.clock import parse_time
from lodestone.errors import InvalidRequest
from lodestone.ids import parse_id

from lodestone_gateway.operating.audit import Action
from lodestone_gateway.operating.audit_trail import Listed, list_audit
from lodestone_gateway.paging import Page, place_of
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.store.audit_queries import AuditFilter
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.console.moments import in_utc

PAGE = 50
FILTERS = ("operatorId", "userId", "action", "since", "until", "cursor")


def add_routes(routes: APIRouter) -> None:
    """Adds the route of this page."""
    routes.add_api_route("/audit", _audit, methods=["GET"])


async def _audit(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """A page of the audit; with a wrong filter nothing, and what is wrong."""
    given = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    errors = errors_of(given)
    if errors:
        page = Page[Listed]([], None)
    else:
        page = await list_audit(parts.reader, filter_of(given), cursor=given.get("cursor"), limit=PAGE)
    kept = {name: value for name, value in given.items() if name != "cursor"}
    return await show_console(
        request,
        operator,
        "console/audit.html",
        status=422 if errors else 200,
        entries=[each.entry for each in page.rows],
        next_cursor=page.next_cursor,
        given=given,
        query=urlencode(kept),
        errors=errors,
        actions=list(Action),
    )


def errors_of(given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with which filter. Pure."""
    errors = {name: "There is no such filter." for name in given.keys() - {*FILTERS}}
    for name in given.keys() & {"operatorId", "userId"}:
        if parse_id(given[name]) is None:
            errors[name] = "Must be an id (a UUID)."
    for name in given.keys() & {"since", "until"}:
        try:
            parse_time(in_utc(given[name]))
        except ValueError:
            errors[name] = "Must be a time such as 2026-01-31T09:00, UTC."
    if given.get("action") and given["action"] not in list(Action):
        errors["action"] = f"Must be one of: {', '.join(Action)}."
    try:
        place_of(given.get("cursor"))
    except InvalidRequest:
        errors["cursor"] = "Must be that of an earlier page."
    return errors


def filter_of(given: Mapping[str, str]) -> AuditFilter:
    """The filter that right values mean. Pure."""
    return AuditFilter(
        operator_id=parse_id(given.get("operatorId", "")),
        user_id=parse_id(given.get("userId", "")),
        action=given.get("action"),
        since=parse_time(in_utc(given["since"])) if "since" in given else None,
        until=parse_time(in_utc(given["until"])) if "until" in given else None,
    )

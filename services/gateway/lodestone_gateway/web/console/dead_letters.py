"""/console/dead-letters: what failed and was not run again, by cause; from a cause to its runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.ids import parse_id
from lodestone.jobs import JOB_TYPES

from lodestone_gateway.fields import UNSTORABLE
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.bulk_filter import MAX_CAUSE, BulkFilter
from lodestone_gateway.operating.dead_letter_groups import DeadLetterGroup, list_groups
from lodestone_gateway.operating.dead_letters import list_dead_letters
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.store.operations_queries import DeadJobFilter
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.console.sparks import spark

PAGE = 50
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
USUAL = "week"
FILTERS = ("jobType", "errorCode", "userId", "cause", "period", "cursor")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: its parts as they are, and what is wrong with them."""

    given: Mapping[str, str]
    errors: Mapping[str, str]

    @property
    def period(self) -> str:
        """A name of PERIODS."""
        return self.given.get("period", USUAL)

    def where(self, **changed: str | None) -> str:
        """The address with other parts; None leaves one out."""
        parts = {**self.given, **changed}
        return f"/console/dead-letters?{urlencode({name: each for name, each in parts.items() if each})}"

    def wanted(self) -> DeadJobFilter:
        """The filter; only without errors."""
        given = self.given
        return DeadJobFilter(
            job_types=[given["jobType"]] if "jobType" in given else [],
            error_codes=[given["errorCode"]] if "errorCode" in given else [],
            user_id=UUID(given["userId"]) if "userId" in given else None,
            since=now() - PERIODS[self.period],
            cause=given.get("cause"),
        )


def add_routes(routes: APIRouter) -> None:
    """Adds the route of this page."""
    routes.add_api_route("/dead-letters", _dead_letters, methods=["GET"])


async def _dead_letters(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """The groups; with a cause in the address its runs instead: many groups take seconds to read."""
    asked = read_address(request.query_params)
    seen: dict[str, Any] = {"groups": None, "letters": None}
    wanted = None if asked.errors else asked.wanted()
    if wanted and wanted.cause is None:
        seen["groups"] = await list_groups(parts.reader, wanted)
    elif wanted:
        seen["replay"] = bulk_address(_meant_by(wanted))
        seen["letters"] = await list_dead_letters(
            parts.reader,
            parts.engine,
            Actor(operator.id),
            wanted,
            kinds=["job"],
            cursor=asked.given.get("cursor"),
            limit=PAGE,
        )
    return await show_console(
        request,
        operator,
        "console/dead_letters.html",
        status=422 if asked.errors else 200,
        asked=asked,
        job_types=list(JOB_TYPES),
        error_codes=list(ErrorCode),
        picture=picture_of,
        bulk=bulk_address,
        **seen,
    )


def read_address(query: Mapping[str, str]) -> Asked:
    """What the address asks for; empty parts are as if they were not there."""
    given = {name: value for name, value in query.items() if value.strip()}
    known: dict[str, list[str]] = {
        "jobType": list(JOB_TYPES),
        "errorCode": list(ErrorCode),
        "period": list(PERIODS),
    }
    errors = {name: "There is no such filter." for name in given.keys() - set(FILTERS)}
    for name, allowed in known.items():
        if given.get(name, allowed[0]) not in allowed:
            errors[name] = f"Must be one of: {', '.join(allowed)}."
    if "userId" in given and parse_id(given["userId"]) is None:
        errors["userId"] = "Must be an id (a UUID)."
    if len(given.get("cause", "")) > MAX_CAUSE:
        errors["cause"] = f"Must have at most {MAX_CAUSE} characters."
    if "\x00" in given.get("cause", ""):
        errors["cause"] = UNSTORABLE
    return Asked(given, errors)


def picture_of(group: DeadLetterGroup, period: str) -> Any:
    """When the failures of a group came."""
    words = f"{group.count} failures over the last {period}, {group.buckets[-1]} of them in its newest part"
    return spark(words, group.buckets)


def _meant_by(wanted: DeadJobFilter) -> BulkFilter:
    return BulkFilter(
        job_type=",".join(wanted.job_types) or None,
        error_code=",".join(wanted.error_codes) or None,
        user_id=wanted.user_id,
        since=wanted.since,
        cause=wanted.cause,
    )


def bulk_address(filter: BulkFilter) -> str:
    """The page that looks at running all of these jobs again."""
    parts = filter.model_dump(mode="json", by_alias=True, exclude_none=True)
    return f"/console/bulk?{urlencode({'action': 'replay', **parts})}"

"""The list of all users' jobs, as an operator filters it, and the filter as an address has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import ErrorCode, InvalidRequest
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.filter_values import amount_of, choices, flag_of, id_of, moment_of, text_of
from lodestone_gateway.operating.audit import Actor, record_search
from lodestone_gateway.paging import cursor_of, place_of
from lodestone_gateway.store import runs_queries
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.queries import Place
from lodestone_gateway.store.runs_queries import JobFilter
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.store.waiting import WORDS
from lodestone_gateway.verdict.machinery import STUCK_AFTER

HIGHEST_ID = UUID(int=2**128 - 1)
FILTERS = (
    *("status", "jobType", "userId", "errorCode", "waitingFor"),
    *("text", "costAbove", "since", "until", "stuck"),
)
"""The names of the parts of a filter."""


@dataclass(frozen=True)
class Runs:
    """A page of the list. A search says how many rows it looked at, and back to when where there are more.

    `run_again_as` has the job that ran an ended one again.
    """

    rows: Sequence[BackgroundJob]
    next_cursor: str | None
    searched: int | None = None
    searched_to: datetime | None = None
    run_again_as: Mapping[UUID, UUID] = field(default_factory=dict)


def read_filter(given: Mapping[str, str | None], holds: Holds) -> JobFilter:
    """The filter whose parts these are, by the names in `FILTERS`; None and missing ones are not given.

    Raises InvalidRequest with the field that is wrong.
    """
    wanted = JobFilter(
        statuses=choices("status", given.get("status"), list(Status)),
        job_types=choices("jobType", given.get("jobType"), list(JOB_TYPES)),
        user_id=id_of("userId", given.get("userId")),
        error_codes=choices("errorCode", given.get("errorCode"), list(ErrorCode)),
        waiting_for=choices("waitingFor", given.get("waitingFor"), list(WORDS)),
        holds=holds,
        text=text_of("text", given.get("text")),
        cost_above=amount_of("costAbove", given.get("costAbove")),
        since=moment_of("since", given.get("since")),
        until=moment_of("until", given.get("until")),
        overdue_at=now() - STUCK_AFTER if flag_of("stuck", given.get("stuck")) else None,
    )
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise InvalidRequest(errors=[{"field": "until", "message": "Must be later than since."}])
    return wanted


async def list_runs(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    wanted: JobFilter,
    *,
    cursor: str | None,
    limit: int,
) -> Runs:
    """Jobs of all users, newest first; a page of a search may be short, and go on all the same.

    A search for a text is a look at content. Raises InvalidRequest for an invalid cursor.
    """
    before = place_of(cursor)
    if wanted.text:
        await record_search(engine, actor, wanted.user_id)
    async with transaction(reader) as session:
        if not wanted.is_search:
            found = await runs_queries.all_jobs(session, wanted, before=before, limit=limit + 1)
            return Runs(found[:limit], _next(found, limit))
        found, searched = await runs_queries.search_jobs(session, wanted, before=before, limit=limit + 1)
    further = cursor_of(*searched.last) if searched.last else None
    return Runs(
        found[:limit],
        _next(found, limit) or further,
        searched.count,
        searched.last[0] if searched.last else None,
    )


async def list_shown_runs(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    wanted: JobFilter,
    *,
    cursor: str | None,
    limit: int,
) -> Runs:
    """The same, with what was run again."""
    runs = await list_runs(reader, engine, actor, wanted, cursor=cursor, limit=limit)
    ended = [row.id for row in runs.rows if Status(row.status).is_terminal]
    if not ended:
        return runs
    async with transaction(reader) as session:
        return replace(runs, run_again_as=await runs_queries.run_again_as(session, ended))


async def count_newer(reader: AsyncEngine, wanted: JobFilter, after: Place) -> int:
    """How many such jobs there are that are newer than this place, counted up to 50."""
    async with transaction(reader) as session:
        return await runs_queries.count_newer(session, wanted, after)


def _next(found: Sequence[BackgroundJob], limit: int) -> str | None:
    return cursor_of(found[limit - 1].created_at, found[limit - 1].id) if len(found) > limit else None

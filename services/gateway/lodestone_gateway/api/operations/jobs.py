"""For operators: jobs of all users, and one job with its history."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from lodestone.wire import UtcTime, WireModel

from lodestone_gateway.api.filters import (
    CostFilter,
    ErrorCodeFilter,
    JobTypeFilter,
    Limit,
    SinceFilter,
    StatusFilter,
    TextFilter,
    UntilFilter,
    UserFilter,
    WaitingForFilter,
)
from lodestone_gateway.jobs.view import JobSummary
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.inspected_job import InspectedJob, inspect_job
from lodestone_gateway.operating.runs import list_runs, read_filter
from lodestone_gateway.parts import Operator, ThisProcess, id_in_path


class OperatorJob(JobSummary):
    """A job with its owner."""

    user_id: UUID


class OperatorJobList(WireModel):
    """A page of jobs of all users; `nextCursor` is null on the last one.

    A search, by `text` or `costAbove`, looks at 2,000 jobs for one page: `searched` says at how many, and
    `searchedTo` back to when, where there are more. Such a page may be short or empty and still have a next.
    """

    items: list[OperatorJob]
    next_cursor: str | None
    searched: int | None = None
    searched_to: UtcTime | None = None


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/jobs", _jobs, methods=["GET"], name="list_all_jobs")
    routes.add_api_route("/jobs/{job_id}", _job, methods=["GET"], name="inspect_job")


async def _jobs(
    parts: ThisProcess,
    operator: Operator,
    status: StatusFilter = None,
    job_type: JobTypeFilter = None,
    error_code: ErrorCodeFilter = None,
    user_id: UserFilter = None,
    waiting_for: WaitingForFilter = None,
    text: TextFilter = None,
    cost_above: CostFilter = None,
    since: SinceFilter = None,
    until: UntilFilter = None,
    stuck: Annotated[
        bool, Query(description="Only jobs that should have ended at least half a minute ago")
    ] = False,
    cursor: str | None = None,
    limit: Limit = 20,
) -> OperatorJobList:
    """Jobs of all users, newest first."""
    given = {
        "status": status,
        "jobType": job_type,
        "errorCode": error_code,
        "userId": user_id,
        "waitingFor": waiting_for,
        "text": text,
        "costAbove": cost_above,
        "since": since,
        "until": until,
        "stuck": "true" if stuck else None,
    }
    wanted, actor = read_filter(given, parts.hub.holds), Actor(operator.id)
    runs = await list_runs(parts.reader, parts.engine, actor, wanted, cursor=cursor, limit=limit)
    return OperatorJobList(
        items=[OperatorJob.of(row, parts.hub.holds) for row in runs.rows],
        next_cursor=runs.next_cursor,
        searched=runs.searched,
        searched_to=runs.searched_to,
    )


async def _job(parts: ThisProcess, operator: Operator, job_id: str) -> InspectedJob:
    """A job of any user with its events and calls, and the reason for its present state."""
    id = id_in_path(job_id, "This job does not exist.")
    return await inspect_job(parts.reader, parts.engine, Actor(operator.id), id, parts.hub.holds)

"""For operators: jobs of all users, and one job with its history."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from lodestone.wire import WireModel

from lodestone_gateway.api.filters import (
    ErrorCodeFilter,
    JobTypeFilter,
    Limit,
    StatusFilter,
    UserFilter,
    choices,
    user_of,
)
from lodestone_gateway.jobs.read import list_all_jobs
from lodestone_gateway.jobs.view import JobSummary
from lodestone_gateway.operating.inspected_job import InspectedJob, inspect_job
from lodestone_gateway.parts import Operator, ThisProcess, id_in_path
from lodestone_gateway.store.operations_queries import JobFilter
from lodestone_gateway.verdict.machinery import STUCK_AFTER


class OperatorJob(JobSummary):
    """A job with its owner."""

    user_id: UUID


class OperatorJobList(WireModel):
    """A page of jobs of all users; `nextCursor` is null on the last one."""

    items: list[OperatorJob]
    next_cursor: str | None


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/jobs", _jobs, methods=["GET"], name="list_all_jobs")
    routes.add_api_route("/jobs/{job_id}", _job, methods=["GET"], name="inspect_job")


async def _jobs(
    parts: ThisProcess,
    _: Operator,
    status: StatusFilter = None,
    job_type: JobTypeFilter = None,
    error_code: ErrorCodeFilter = None,
    user_id: UserFilter = None,
    stuck: Annotated[
        bool, Query(description="Only jobs that should have ended at least half a minute ago")
    ] = False,
    cursor: str | None = None,
    limit: Limit = 20,
) -> OperatorJobList:
    """Jobs of all users, newest first."""
    wanted = JobFilter(
        statuses=choices("status", status, list(Status)),
        job_types=choices("jobType", job_type, list(JOB_TYPES)),
        error_codes=choices("errorCode", error_code, list(ErrorCode)),
        user_id=user_of(user_id),
        overdue_at=now() - STUCK_AFTER if stuck else None,
    )
    page = await list_all_jobs(parts.reader, wanted, cursor=cursor, limit=limit)
    return OperatorJobList(
        items=[OperatorJob.of(row, parts.hub.holds) for row in page.rows], next_cursor=page.next_cursor
    )


async def _job(parts: ThisProcess, _: Operator, job_id: str) -> InspectedJob:
    """A job of any user with its events and calls, and the reason for its present state."""
    return await inspect_job(parts.reader, id_in_path(job_id, "This job does not exist."), parts.hub.holds)

"""For operators: jobs of all users, dead letters and their replay, services, pauses, the hour's spend."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.dependencies.models import Dependant
from lodestone.clock import now
from lodestone.errors import ErrorCode, InvalidRequest, NotFound
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from lodestone.wire import WireModel
from pydantic import ConfigDict, Field, field_validator

from lodestone_gateway.api.filters import (
    ErrorCodeFilter,
    JobTypeFilter,
    StatusFilter,
    UserFilter,
    choices,
    user_of,
)
from lodestone_gateway.fields import Moment
from lodestone_gateway.jobs.read import list_all_jobs
from lodestone_gateway.jobs.view import JobSummary
from lodestone_gateway.operating.dead_letters import (
    DeadLetter,
    Replay,
    list_dead_letters,
    replay,
    replay_many,
)
from lodestone_gateway.operating.inspected_job import InspectedJob, inspect_job
from lodestone_gateway.operating.pausing import pause, resume
from lodestone_gateway.operating.services import Services, read_services
from lodestone_gateway.operating.spending import HourlySpend, enforce, read_spend, waive
from lodestone_gateway.parts import JobId, Operator, ThisProcess, id_in_path
from lodestone_gateway.store.operations_queries import DeadJobFilter, JobFilter
from lodestone_gateway.store.session import transaction
from lodestone_gateway.verdict.machinery import STUCK_AFTER

MAX_REPLAYS = 100  # in one request

log = structlog.get_logger(__name__)

Limit = Annotated[int, Query(ge=1, le=100)]


class OperatorJob(JobSummary):
    """A job with its owner."""

    user_id: UUID


class OperatorJobList(WireModel):
    """A page of jobs of all users; `nextCursor` is null on the last one."""

    items: list[OperatorJob]
    next_cursor: str | None


class DeadLetterList(WireModel):
    """A page of dead letters, newest first; `nextCursor` is null on the last one."""

    items: list[DeadLetter]
    next_cursor: str | None


class JobReplayed(WireModel):
    """The job that runs the dead one again; the same job on every call."""

    job_id: UUID
    status: Status
    parent_job_id: UUID


class ReplayFilter(WireModel):
    """A filter for dead letters; fields left out match everything. An unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    job_type: str | None = None
    error_code: str | None = None
    user_id: UUID | None = None
    since: Moment | None = None  # of the failure
    until: Moment | None = None  # before this

    @field_validator("job_type")
    @classmethod
    def _known_type(cls, given: str | None) -> str | None:
        return _among(given, list(JOB_TYPES))

    @field_validator("error_code")
    @classmethod
    def _known_code(cls, given: str | None) -> str | None:
        return _among(given, list(ErrorCode))


class ReplayRequest(WireModel):
    """A request to run matching jobs again; `dryRun` only shows which ones."""

    filter: ReplayFilter
    dry_run: bool = False
    limit: int = Field(MAX_REPLAYS, ge=1, le=MAX_REPLAYS)


class ReplayedJob(WireModel):
    """A dead job; `replayedAs` is the job that runs it again, null in a dry run."""

    job_id: UUID
    replayed_as: UUID | None


class RefusedJob(WireModel):
    """A dead job that could not be run again: a problem's code, and its detail."""

    job_id: UUID
    code: str
    detail: str


class ReplayResult(WireModel):
    """`count` were replayed, or would be; `remaining` match too and were beyond the limit."""

    count: int
    dry_run: bool
    replayed: list[ReplayedJob]
    refused: list[RefusedJob]
    remaining: int

    @classmethod
    def of(cls, result: Replay, *, dry_run: bool) -> Self:
        """The view of the outcome."""
        replayed = (
            [ReplayedJob(job_id=id, replayed_as=None) for id in result.chosen]
            if dry_run
            else [ReplayedJob(job_id=each.job_id, replayed_as=each.replayed_as) for each in result.replayed]
        )
        refused = [RefusedJob(job_id=e.job_id, code=e.code, detail=e.detail) for e in result.refused]
        return cls(
            count=len(replayed),
            dry_run=dry_run,
            replayed=replayed,
            refused=refused,
            remaining=result.remaining,
        )


class JobTypeState(WireModel):
    """Whether a job type is paused."""

    job_type: str
    paused: bool


async def only_known_filters(request: Request, _: Operator) -> None:
    """Refuses an unknown parameter: a misspelt filter must not mean "all". Raises InvalidRequest."""
    known = _parameters(request.scope["route"].dependant)
    if unknown := sorted(request.query_params.keys() - known):
        there_is = (
            f"Known parameters: {', '.join(sorted(known))}." if known else "There are no parameters here."
        )
        message = f"Unknown parameter. {there_is}"
        raise InvalidRequest(errors=[{"field": name, "message": message} for name in unknown])


def _parameters(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_parameters(each) for each in dependant.dependencies))


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/ops", tags=["operators"], dependencies=[Depends(only_known_filters)])
    replayed: dict[str, Any] = {
        "status_code": 202,
        "response_model": JobReplayed,
        "responses": {200: {"model": JobReplayed, "description": "It was already run again, as this job"}},
    }
    get: dict[str, Any] = {"methods": ["GET"]}
    post: dict[str, Any] = {"methods": ["POST"]}
    routes.add_api_route("/jobs", _jobs, **get, name="list_all_jobs")
    routes.add_api_route("/jobs/{job_id}", _job, **get, name="inspect_job")
    routes.add_api_route("/dead-letters", _dead_letters, **get, name="list_dead_letters")
    routes.add_api_route("/dead-letters/replay", _replay_many, **post, name="replay_dead_letters")
    routes.add_api_route(
        "/dead-letters/{job_id}/replay", _replay, **post, name="replay_dead_letter", **replayed
    )
    routes.add_api_route("/services", _services, **get, name="list_services")
    routes.add_api_route("/spend", _spend, **get, name="read_spend")
    routes.add_api_route("/spend/waive", _waive, **post, name="waive_spend_cap")
    routes.add_api_route("/spend/enforce", _enforce, **post, name="enforce_spend_cap")
    routes.add_api_route("/job-types/{job_type}/pause", _pause, **post, name="pause_job_type")
    routes.add_api_route("/job-types/{job_type}/resume", _resume, **post, name="resume_job_type")
    return routes


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


async def _dead_letters(
    parts: ThisProcess,
    _: Operator,
    kind: Annotated[Literal["job", "event"] | None, Query(description="Default: both")] = None,
    job_type: JobTypeFilter = None,
    error_code: ErrorCodeFilter = None,
    user_id: UserFilter = None,
    replayed: Annotated[
        bool, Query(description="List those that were run again instead of those waiting")
    ] = False,
    cursor: str | None = None,
    limit: Limit = 20,
) -> DeadLetterList:
    """Failed jobs that were not run again, and events that are in no job's history; newest first."""
    wanted = DeadJobFilter(
        job_types=choices("jobType", job_type, list(JOB_TYPES)),
        error_codes=choices("errorCode", error_code, list(ErrorCode)),
        user_id=user_of(user_id),
        is_replayed=replayed,
    )
    kinds = [kind] if kind else ["job", "event"]
    page = await list_dead_letters(parts.reader, wanted, kinds=kinds, cursor=cursor, limit=limit)
    return DeadLetterList(items=[each.letter for each in page.rows], next_cursor=page.next_cursor)


async def _replay(parts: ThisProcess, operator: Operator, job_id: JobId, response: Response) -> JobReplayed:
    """Runs a failed job again for its owner, as a new one that keeps the finished items."""
    accepted = await replay(parts.reader, parts.engine, job_id)
    log.info("replayed", operator=str(operator.id), job_id=str(job_id), replayed_as=str(accepted.job_id))
    response.headers["Location"] = f"/api/jobs/{accepted.job_id}"
    if accepted.is_replay:
        response.status_code = 200
        response.headers["Idempotency-Replayed"] = "true"
    return JobReplayed(job_id=accepted.job_id, status=accepted.status, parent_job_id=job_id)


async def _replay_many(
    parts: ThisProcess, operator: Operator, asked: Annotated[ReplayRequest, Body()]
) -> ReplayResult:
    """Runs many failed jobs again; reports which ran, which did not, and why."""
    wanted = DeadJobFilter(
        job_types=[asked.filter.job_type] if asked.filter.job_type else [],
        error_codes=[asked.filter.error_code] if asked.filter.error_code else [],
        user_id=asked.filter.user_id,
        since=asked.filter.since,
        until=asked.filter.until,
    )
    result = await replay_many(parts.reader, parts.engine, wanted, limit=asked.limit, dry_run=asked.dry_run)
    log.info(
        "replayed many",
        operator=str(operator.id),
        filter=asked.filter.to_wire(),
        dry_run=asked.dry_run,
        replayed=len(result.replayed),
        refused=len(result.refused),
    )
    return ReplayResult.of(result, dry_run=asked.dry_run)


async def _services(parts: ThisProcess, _: Operator) -> Services:
    """The relay, the projector and the services: which processes run, what waits."""
    return await read_services(parts.reader)


async def _spend(parts: ThisProcess, _: Operator) -> HourlySpend:
    """What all users spent in this hour, its cap, and what the cap holds back."""
    async with transaction(parts.reader) as session:
        return await read_spend(session)


async def _waive(parts: ThisProcess, operator: Operator) -> HourlySpend:
    """Lets all work go on until this hour ends, whatever it costs."""
    await waive(parts.engine, operator.id)
    log.warning("spend cap waived", operator=str(operator.id))
    return await _spend(parts, operator)


async def _enforce(parts: ThisProcess, operator: Operator) -> HourlySpend:
    """Ends a waiver."""
    await enforce(parts.engine, operator.id)
    log.warning("spend cap enforced", operator=str(operator.id))
    return await _spend(parts, operator)


async def _pause(parts: ThisProcess, operator: Operator, job_type: str) -> JobTypeState:
    """Starts no more attempts at jobs of this type until it is resumed; running ones continue."""
    name = _known(job_type)
    await pause(parts.engine, operator.id, name)
    parts.hub.holds = parts.hub.holds.with_pause(name, is_paused=True)
    log.warning("paused", operator=str(operator.id), job_type=name)
    return JobTypeState(job_type=name, paused=True)


async def _resume(parts: ThisProcess, operator: Operator, job_type: str) -> JobTypeState:
    """Ends a pause."""
    name = _known(job_type)
    await resume(parts.engine, operator.id, name)
    parts.hub.holds = parts.hub.holds.with_pause(name, is_paused=False)
    log.warning("resumed", operator=str(operator.id), job_type=name)
    return JobTypeState(job_type=name, paused=False)


def _known(job_type: str) -> str:
    if job_type not in JOB_TYPES:
        raise NotFound(f"Unknown job type. Job types: {', '.join(JOB_TYPES)}.")
    return job_type


def _among(given: str | None, allowed: list[str]) -> str | None:
    if given is not None and given not in allowed:
        raise ValueError(f"must be one of: {', '.join(allowed)}")
    return given

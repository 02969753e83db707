"""For operators: dead letters, and running them again."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Body, Query, Response
from lodestone.errors import ErrorCode
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from lodestone.wire import WireModel
from pydantic import ConfigDict, Field, field_validator

from lodestone_gateway.api.filters import (
    ErrorCodeFilter,
    JobTypeFilter,
    Limit,
    UserFilter,
)
from lodestone_gateway.fields import Moment, check_storable
from lodestone_gateway.filter_values import choices, id_of
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.bulk_filter import MAX_CAUSE
from lodestone_gateway.operating.dead_letter_groups import DeadLetterGroups, list_groups
from lodestone_gateway.operating.dead_letters import (
    DeadLetter,
    Replay,
    list_dead_letters,
    replay,
    replay_many,
)
from lodestone_gateway.parts import JobId, Operator, ThisProcess
from lodestone_gateway.store.operations_queries import DeadJobFilter

MAX_REPLAYS = 100  # in one request

log = structlog.get_logger(__name__)


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


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    replayed: dict[str, Any] = {
        "status_code": 202,
        "response_model": JobReplayed,
        "responses": {200: {"model": JobReplayed, "description": "It was already run again, as this job"}},
    }
    post: dict[str, Any] = {"methods": ["POST"]}
    routes.add_api_route("/dead-letters", _dead_letters, methods=["GET"], name="list_dead_letters")
    routes.add_api_route("/dead-letters/groups", _groups, methods=["GET"], name="group_dead_letters")
    routes.add_api_route("/dead-letters/replay", _replay_many, **post, name="replay_dead_letters")
    routes.add_api_route(
        "/dead-letters/{job_id}/replay", _replay, **post, name="replay_dead_letter", **replayed
    )


async def _dead_letters(
    parts: ThisProcess,
    operator: Operator,
    kind: Annotated[Literal["job", "event"] | None, Query(description="Default: both")] = None,
    job_type: JobTypeFilter = None,
    error_code: ErrorCodeFilter = None,
    user_id: UserFilter = None,
    cause: Annotated[
        str | None, Query(max_length=MAX_CAUSE, description="What the failure says, as a group has it")
    ] = None,
    since: Annotated[Moment | None, Query(description="Of the failure")] = None,
    until: Annotated[Moment | None, Query(description="Before this")] = None,
    replayed: Annotated[
        bool, Query(description="List those that were run again instead of those waiting")
    ] = False,
    cursor: str | None = None,
    limit: Limit = 20,
) -> DeadLetterList:
    """Failed jobs that were not run again, and events that are in no job's history; newest first."""
    check_storable({"cause": cause}, "")
    wanted = DeadJobFilter(
        job_types=choices("jobType", job_type, list(JOB_TYPES)),
        error_codes=choices("errorCode", error_code, list(ErrorCode)),
        user_id=id_of("userId", user_id),
        since=since,
        until=until,
        cause=cause,
        is_replayed=replayed,
    )
    kinds = [kind] if kind else ["job", "event"]
    page = await list_dead_letters(
        parts.reader, parts.engine, Actor(operator.id), wanted, kinds=kinds, cursor=cursor, limit=limit
    )
    return DeadLetterList(items=[each.letter for each in page.rows], next_cursor=page.next_cursor)


async def _groups(
    parts: ThisProcess,
    _: Operator,
    job_type: JobTypeFilter = None,
    error_code: ErrorCodeFilter = None,
    user_id: UserFilter = None,
    since: Annotated[Moment | None, Query(description="Of the failure; default: seven days ago")] = None,
    until: Annotated[Moment | None, Query(description="Before this; default: now")] = None,
) -> DeadLetterGroups:
    """Failed jobs that were not run again, grouped by type, error code and what the failure says."""
    wanted = DeadJobFilter(
        job_types=choices("jobType", job_type, list(JOB_TYPES)),
        error_codes=choices("errorCode", error_code, list(ErrorCode)),
        user_id=id_of("userId", user_id),
        since=since,
        until=until,
    )
    return await list_groups(parts.reader, wanted)


async def _replay(parts: ThisProcess, operator: Operator, job_id: JobId, response: Response) -> JobReplayed:
    """Runs a failed job again for its owner, as a new one that keeps the finished items."""
    accepted = await replay(parts.reader, parts.engine, Actor(operator.id), job_id)
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
    result = await replay_many(
        parts.reader, parts.engine, Actor(operator.id), wanted, limit=asked.limit, dry_run=asked.dry_run
    )
    log.info(
        "replayed many",
        operator=str(operator.id),
        filter=asked.filter.to_wire(),
        dry_run=asked.dry_run,
        replayed=len(result.replayed),
        refused=len(result.refused),
    )
    return ReplayResult.of(result, dry_run=asked.dry_run)


def _among(given: str | None, allowed: list[str]) -> str | None:
    if given is not None and given not in allowed:
        raise ValueError(f"must be one of: {', '.join(allowed)}")
    return given

"""Jobs: submit, read, list, cancel, retry. Submit routes are made by looping over the registry."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from lodestone.wire import WireModel

from lodestone_gateway.api.filters import JobTypeFilter, StatusFilter
from lodestone_gateway.api.submissions import SubmissionRoute, route_of_any, route_of_one
from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.filter_values import choices
from lodestone_gateway.jobs.cancel import cancel
from lodestone_gateway.jobs.read import list_jobs, read_job, start_of, wait_for_change
from lodestone_gateway.jobs.retry import retry
from lodestone_gateway.jobs.submit import Accepted, submit
from lodestone_gateway.jobs.view import Job, JobSummary, entity_tag
from lodestone_gateway.parts import Caller, JobId, Parts, ThisProcess
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.reading import explain

MAX_WAIT_SECONDS = 30.0


class JobAccepted(WireModel):
    """The job that was created, or that the same key created before."""

    job_id: str
    status: Status


class JobList(WireModel):
    """A page of jobs; `nextCursor` is null on the last one."""

    items: list[JobSummary]
    next_cursor: str | None


IdempotencyKey = Annotated[
    str | None, Header(description="The same key and request always return the same job.")
]
ACCEPTED: dict[str, Any] = {
    "status_code": 202,
    "response_model": JobAccepted,
    "responses": {200: {"model": JobAccepted, "description": "This key made this job before"}},
}


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api", tags=["jobs"])
    of_any, *of_one = submission_routes()
    routes.add_api_route(of_any.path, _submit(of_any), methods=["POST"], **ACCEPTED)
    for route, kind in zip(of_one, JOB_TYPES.values(), strict=True):
        said: dict[str, Any] = {
            "name": f"submit_{kind.name}",
            "description": f"Creates a job of type {kind.name}.",
        }
        routes.add_api_route(route.path, _submit(route), methods=["POST"], **said, **ACCEPTED)
    routes.add_api_route("/jobs", _list, methods=["GET"], response_model=JobList, name="list_jobs")
    read: dict[str, Any] = {"response_model": Job, "responses": {304: {"description": "Unchanged"}}}
    routes.add_api_route("/jobs/{job_id}", _read, methods=["GET"], name="read_job", **read)
    routes.add_api_route(
        "/jobs/{job_id}/cancel",
        _cancel,
        methods=["POST"],
        status_code=202,
        response_model=Job,
        name="cancel_job",
    )
    routes.add_api_route("/jobs/{job_id}/retry", _retry, methods=["POST"], name="retry_job", **ACCEPTED)
    return routes


def submission_routes() -> list[SubmissionRoute]:
    """The routes that create jobs, by what they take."""
    return [route_of_any(), *map(route_of_one, JOB_TYPES.values())]


def _submit(route: SubmissionRoute) -> Callable[..., Awaitable[JobAccepted]]:
    body_type: Any = route.body

    async def submit_job(
        body: body_type,
        parts: ThisProcess,
        caller: Caller,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> JobAccepted:
        """Creates a job of any type: `input` has the shape of its `jobType`."""
        submission = route.submission(body, caller.id, idempotency_key)
        return _accepted(await submit(parts.engine, parts.limiter, parts.group, submission), response)

    return submit_job


async def _list(
    parts: ThisProcess,
    caller: Caller,
    status: StatusFilter = None,
    job_type: JobTypeFilter = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobList:
    """The caller's jobs, newest first."""
    page = await list_jobs(
        parts.engine,
        caller.id,
        statuses=choices("status", status, list(Status)),
        job_types=choices("jobType", job_type, list(JOB_TYPES)),
        cursor=cursor,
        limit=limit,
    )
    return JobList(
        items=[JobSummary.of(job, parts.hub.holds) for job in page.rows], next_cursor=page.next_cursor
    )


async def _read(
    request: Request,
    parts: ThisProcess,
    caller: Caller,
    job_id: JobId,
    wait: Annotated[float, Query(ge=0, allow_inf_nan=False, description="Seconds to wait for a change")] = 0,
    if_none_match: Annotated[str | None, Header(description="The ETag that the caller has")] = None,
) -> Response:
    """A job; with `wait`, answers as soon as it changes."""
    if wait:
        request.state.turn.give_up()
        job = await _waited(parts, caller, job_id, min(wait, MAX_WAIT_SECONDS), if_none_match)
    else:
        job = await read_job(parts.engine, caller.id, job_id)
    holds = parts.hub.holds
    headers = {"ETag": entity_tag(job, holds)}
    if if_none_match is not None and _matches(if_none_match, job, holds):
        return Response(status_code=304, headers=headers)
    start, told = (
        await start_of(parts.engine, job, holds),
        await explain(parts.reader, job, holds, parts.recent_runs),
    )
    beside = {"estimated_start_at": start, "why": told.why, "estimate": told.estimate}
    shown = Job.of(job, holds).model_copy(update=beside)
    return Response(shown.model_dump_json(by_alias=True), media_type="application/json", headers=headers)


async def _waited(
    parts: Parts, caller: Caller, job_id: JobId, seconds: float, known: str | None
) -> BackgroundJob:
    is_known = (lambda job: _matches(known, job, parts.hub.holds)) if known is not None else None
    seconds = min(seconds, max(0.0, caller.seconds_left))
    async with parts.watches.place(caller.id):
        return await wait_for_change(
            parts.engine, parts.hub, caller.id, job_id, seconds=seconds, is_known=is_known
        )


async def _cancel(parts: ThisProcess, caller: Caller, job_id: JobId) -> Job:
    """Requests cancellation of a job."""
    return Job.of(await cancel(parts.engine, caller.id, job_id), parts.hub.holds)


async def _retry(
    parts: ThisProcess,
    caller: Caller,
    job_id: JobId,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobAccepted:
    """Runs a failed or cancelled job again, as a new one that keeps the finished items.

    While that one lives, answers with it (200, `Idempotency-Replayed: true`).
    """
    accepted = await retry(parts.engine, parts.limiter, parts.group, caller.id, job_id, idempotency_key)
    return _accepted(accepted, response)


def _accepted(accepted: Accepted, response: Response) -> JobAccepted:
    response.headers["Location"] = f"/api/jobs/{accepted.job_id}"
    if accepted.is_replay:
        response.status_code = 200
        response.headers["Idempotency-Replayed"] = "true"
    return JobAccepted(job_id=str(accepted.job_id), status=accepted.status)


def _matches(if_none_match: str, job: BackgroundJob, holds: Holds) -> bool:
    tags = known_tags(if_none_match)
    return "*" in tags or entity_tag(job, holds) in tags

"""For operators: the end of one job, and its run again."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from lodestone.errors import InvalidRequest
from lodestone.ids import new_id
from lodestone.wire import JsonObject, WireModel
from pydantic import ConfigDict, Field

from lodestone_gateway.api.operations.dead_letters import JobReplayed
from lodestone_gateway.operating.acting_on_runs import How, cancel_run, run_again
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.parts import JobId, Operator, ThisProcess

MAX_KEY = 200  # characters


class CancelAsked(WireModel):
    """The job was asked to stop; it ends within a second."""

    cancel_requested: bool = True


class RunAgainRequest(WireModel):
    """From what a job is run again; an unknown name is refused.

    `kept`: with its input as it was, from what was finished. `fresh`: likewise, from the beginning. `edited`:
    with this `input`. The same `key` gives the same job; without one each request is another, unless one is
    running.
    """

    model_config = ConfigDict(extra="forbid")

    how: How = How.KEPT
    input: JsonObject | None = None
    key: Annotated[str, Field(min_length=1, max_length=MAX_KEY)] | None = None


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    answers: dict[str, Any] = {
        "status_code": 202,
        "responses": {200: {"model": JobReplayed, "description": "It is run again already, as this job"}},
    }
    routes.add_api_route(
        "/jobs/{job_id}/cancel", _cancel, methods=["POST"], name="cancel_any_job", status_code=202
    )
    routes.add_api_route("/jobs/{job_id}/replay", _run_again, methods=["POST"], name="run_again", **answers)


async def _cancel(parts: ThisProcess, operator: Operator, job_id: JobId) -> CancelAsked:
    """Stops a job of any user; 409 if it has ended."""
    await cancel_run(parts.reader, parts.engine, Actor(operator.id), job_id)
    return CancelAsked()


async def _run_again(
    parts: ThisProcess,
    operator: Operator,
    job_id: JobId,
    response: Response,
    asked: Annotated[RunAgainRequest, Body()],
) -> JobReplayed:
    """Runs a failed or cancelled job of any user again, as a new one of the same user."""
    if (asked.input is not None) != (asked.how is How.EDITED):
        message = "Goes with how: edited, and only with that."
        raise InvalidRequest(errors=[{"field": "input", "message": message}])
    accepted = await run_again(
        parts.reader,
        parts.engine,
        Actor(operator.id),
        job_id,
        asked.how,
        key=asked.key or str(new_id()),
        input=asked.input,
    )
    response.headers["Location"] = f"/api/jobs/{accepted.job_id}"
    if accepted.is_replay:
        response.status_code = 200
        response.headers["Idempotency-Replayed"] = "true"
    return JobReplayed(job_id=accepted.job_id, status=accepted.status, parent_job_id=job_id)

"""For operators: a job submitted by hand, for a user."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import APIRouter, Response
from lodestone.wire import JsonObject, WireModel

from lodestone_gateway.api.jobs import JobAccepted
from lodestone_gateway.api.submissions import body_by_hand, submission_by_hand
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.by_hand import example_inputs, submit_by_hand
from lodestone_gateway.parts import Operator, ThisProcess

log = structlog.get_logger(__name__)


class ExampleInputs(WireModel):
    """By job type an input to begin with; a type whose input only names stored rows has none."""

    items: dict[str, JsonObject]


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/jobs", _submit(), methods=["POST"], status_code=202, name="submit_job_by_hand")
    routes.add_api_route("/example-inputs", _examples, methods=["GET"], name="list_example_inputs")


def _submit() -> Callable[..., Awaitable[JobAccepted]]:
    body_type: Any = body_by_hand()

    async def submit_job(
        parts: ThisProcess, operator: Operator, asked: body_type, response: Response
    ) -> JobAccepted:
        """Creates a job for a user, which counts as theirs: their quota, their caps, their rate limit."""
        submission = submission_by_hand(asked)
        accepted = await submit_by_hand(parts.engine, parts.limiter, Actor(operator.id), submission)
        log.warning(
            "submitted by hand",
            operator=str(operator.id),
            user_id=str(submission.user_id),
            job_id=str(accepted.job_id),
        )
        response.headers["Location"] = f"/api/ops/jobs/{accepted.job_id}"
        return JobAccepted(job_id=str(accepted.job_id), status=accepted.status)

    return submit_job


async def _examples(_: Operator) -> ExampleInputs:
    """Inputs to begin with, by job type."""
    return ExampleInputs(items=example_inputs())

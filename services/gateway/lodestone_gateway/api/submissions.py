"""What callers send to create a job: models from the registry, one for each job type and route."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body
from lodestone.errors import InvalidRequest
from lodestone.events import Priority
from lodestone.jobs import JOB_TYPES, job_type
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject, WireModel
from pydantic import create_model, model_validator

from lodestone_gateway.fields import check_storable
from lodestone_gateway.jobs.submit import Submission

LEAD_MAGNET_ID = "leadMagnetId"


class JobSubmission(WireModel):
    """The body of POST /api/jobs; for each job type there is one whose `input` is that type's."""

    job_type: str
    input: WireModel
    lead_magnet_id: UUID | None = None
    priority: Priority = Priority.INTERACTIVE

    @model_validator(mode="before")
    @classmethod
    def _one_lead_magnet(cls, body: Any) -> Any:
        """`leadMagnetId` may be at the top or inside the input; if in both, it must be the same."""
        given = body.get("input", {}) if isinstance(body, dict) else None
        if not isinstance(given, dict):
            return body
        inside, outside = given.get(LEAD_MAGNET_ID), body.get(LEAD_MAGNET_ID)
        if inside is not None and outside is not None and inside != outside:
            message = "Differs from input.leadMagnetId; send only one of them."
            raise InvalidRequest(errors=[{"field": LEAD_MAGNET_ID, "message": message}])
        chosen = outside if inside is None else inside
        if chosen is None:
            return body
        return {**body, LEAD_MAGNET_ID: chosen, "input": {**given, LEAD_MAGNET_ID: chosen}}


@dataclass(frozen=True)
class SubmissionRoute:
    """A route that creates jobs: its path, its body's type, and the submission that a body is."""

    path: str
    body: Any
    submission: Callable[[Any, UUID, str | None], Submission]


def route_of_any() -> SubmissionRoute:
    """POST /api/jobs, for all job types."""
    body: Any = Annotated[any_submission(), Body(discriminator="job_type")]
    return SubmissionRoute("/jobs", body, _of_any)


def route_of_one(kind: JobType) -> SubmissionRoute:
    """The route of one job type, with the input at the top level."""
    return SubmissionRoute(
        f"/lead-magnet/{kind.path}", Annotated[input_model(kind), Body()], partial(_of_one, kind)
    )


def body_by_hand() -> Any:
    """POST /api/ops/jobs: the same body, and whose job it is."""
    models = [
        create_model(f"{model.__name__}ByHand", __base__=model, user_id=(UUID, ...))
        for model in map(submission_model, JOB_TYPES.values())
    ]
    return Annotated[reduce(or_, models), Body(discriminator="job_type")]


def submission_by_hand(asked: Any) -> Submission:
    """What such a body asks for. Raises InvalidRequest."""
    return _of_any(asked, asked.user_id, None)


def _of_any(asked: JobSubmission, user_id: UUID, key: str | None) -> Submission:
    kind = job_type(asked.job_type)
    input = stored_input(kind, asked.input)
    check_storable(input, "input.")
    return Submission(user_id, kind, input, asked.lead_magnet_id, asked.priority, key)


def _of_one(kind: JobType, asked: Any, user_id: UUID, key: str | None) -> Submission:
    input = stored_input(kind, asked)
    check_storable(input, "")
    return Submission(user_id, kind, input, asked.lead_magnet_id, idempotency_key=key)


def submission_model(job_type: JobType) -> type[JobSubmission]:
    """The body of POST /api/jobs for one job type."""
    return create_model(
        f"Submit{job_type.name.title()}",
        __base__=JobSubmission,
        job_type=(_exactly(job_type.name), ...),
        input=(job_type.input, ...),
    )


def any_submission() -> Any:
    """The body of POST /api/jobs: a union of all job types, told apart by `jobType`."""
    return reduce(or_, [submission_model(job_type) for job_type in JOB_TYPES.values()])


def input_model(job_type: JobType) -> type[WireModel]:
    """The body of the type's own route: the input itself, and `leadMagnetId` beside its fields."""
    if "lead_magnet_id" in job_type.input.model_fields:
        return job_type.input
    return create_model(
        f"{job_type.name.title()}Request", __base__=job_type.input, lead_magnet_id=(UUID | None, None)
    )


def stored_input(job_type: JobType, body: WireModel) -> JsonObject:
    """The part of the input that is stored: the domain's own fields."""
    input = body.to_wire()
    if "lead_magnet_id" not in job_type.input.model_fields:
        input.pop(LEAD_MAGNET_ID, None)
    return input


def _exactly(name: str) -> Any:
    return Literal[name]

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
from lodestone.jobs.parts import Instruction, PartKey
from lodestone.wire import JsonObject, WireModel
from pydantic import create_model, model_validator

from lodestone_gateway.fields import check_storable
from lodestone_gateway.jobs.one_part import AskedPart
from lodestone_gateway.jobs.submit import Submission

LEAD_MAGNET_ID = "leadMagnetId"
PART, INSTRUCTION = "part", "instruction"
IN_EITHER = (LEAD_MAGNET_ID, PART, INSTRUCTION)  # at the top of POST /api/jobs, or inside its input


class JobSubmission(WireModel):
    """The body of POST /api/jobs; for each job type there is one whose `input` is that type's."""

    job_type: str
    input: WireModel
    lead_magnet_id: UUID | None = None
    priority: Priority = Priority.INTERACTIVE
    part: PartKey | None = None
    instruction: Instruction | None = None

    @model_validator(mode="before")
    @classmethod
    def _once(cls, body: Any) -> Any:
        """These fields may be at the top or inside the input; one that is in both must be the same."""
        given = body.get("input", {}) if isinstance(body, dict) else None
        if not isinstance(given, dict):
            return body
        chosen = {name: value for name in IN_EITHER if (value := _one_of(given, body, name)) is not None}
        return {**body, **chosen, "input": {**given, **chosen}} if chosen else body


def _one_of(inside: JsonObject, outside: JsonObject, name: str) -> Any:
    within, without = inside.get(name), outside.get(name)
    if within is not None and without is not None and within != without:
        message = f"Differs from input.{name}; send only one of them."
        raise InvalidRequest(errors=[{"field": name, "message": message}])
    return without if within is None else within


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
    part = asked_part(kind, asked.part, asked.instruction, asked.lead_magnet_id)
    input = stored_input(kind, asked.input, part)
    check_storable(input, "input.")
    return Submission(
        user_id, kind, input, asked.lead_magnet_id, asked.priority, idempotency_key=key, asked_part=part
    )


def _of_one(kind: JobType, asked: Any, user_id: UUID, key: str | None) -> Submission:
    key_of_part, instruction = (asked.part, asked.instruction) if kind.parts else (None, None)
    part = asked_part(kind, key_of_part, instruction, asked.lead_magnet_id)
    input = stored_input(kind, asked, part)
    check_storable(input, "")
    return Submission(user_id, kind, input, asked.lead_magnet_id, idempotency_key=key, asked_part=part)


def asked_part(
    kind: JobType, key: str | None, instruction: str | None, lead_magnet_id: UUID | None
) -> AskedPart | None:
    """The part that a body names, if it names one. Raises InvalidRequest where it cannot be meant."""
    if key is None:
        if instruction:
            raise _refused(INSTRUCTION, "Goes with `part` only: name what is to be made again.")
        return None
    if kind.parts is None:
        raise _refused(PART, f"Jobs of the type {kind.name} make everything at once; leave it out.")
    if lead_magnet_id is None:
        raise _refused(LEAD_MAGNET_ID, "Name the lead magnet that has the part.")
    return AskedPart(key, (instruction or "").strip())


def _refused(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])


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


def stored_input(job_type: JobType, body: WireModel, part: AskedPart | None = None) -> JsonObject:
    """What is stored of the input: the domain's own fields, and the one part that is asked for."""
    input = {**body.to_wire(), **(part.to_wire() if part else {})}
    if "lead_magnet_id" not in job_type.input.model_fields:
        input.pop(LEAD_MAGNET_ID, None)
    return input


def _exactly(name: str) -> Any:
    return Literal[name]

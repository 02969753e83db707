"""Which jobs a bulk action means, as an operator writes it: never all by mistake."""

from typing import Annotated, Literal
from uuid import UUID

from lodestone.errors import ErrorCode, InvalidRequest
from lodestone.jobs import JOB_TYPES
from lodestone.status import LIVE, Status
from lodestone.wire import WireModel
from pydantic import AfterValidator, ConfigDict, Field

from lodestone_gateway.fields import Moment, check_storable
from lodestone_gateway.store.bulk_queries import CANCEL, Meant

MAX_CAUSE = 300  # characters, as `lodestone_cause` cuts it
MAX_LIST = 500  # characters of values with commas

USUAL_RATE, MOST_RATE = 600, 60_000  # jobs a minute

Action = Literal["replay", "cancel"]
Rate = Annotated[int, Field(ge=1, le=MOST_RATE)]  # jobs a minute


def _from(allowed: list[str]) -> AfterValidator:
    def check(given: str) -> str:
        if not set(given.split(",")) <= set(allowed):
            raise ValueError(f"must be from: {', '.join(allowed)}")
        return given

    return AfterValidator(check)


class BulkFilter(WireModel):
    """A filter for jobs; fields left out match everything, but not all may be. An unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[str, Field(max_length=MAX_LIST), _from(list(Status))] | None = None
    """One or more, separated by commas; without it, all that the action can be done to."""
    job_type: Annotated[str, Field(max_length=MAX_LIST), _from(list(JOB_TYPES))] | None = None
    """One or more, separated by commas."""
    error_code: Annotated[str, Field(max_length=MAX_LIST), _from(list(ErrorCode))] | None = None
    """One or more, separated by commas; of failed jobs."""
    user_id: UUID | None = None
    """The owner."""
    since: Moment | None = None
    """Failed at this time or later; for a cancel, accepted."""
    until: Moment | None = None
    """Before this time."""
    cause: Annotated[str, Field(max_length=MAX_CAUSE)] | None = None
    """What the failure says, as a group of dead letters has it."""


def meant_by(action: Action, filter: BulkFilter) -> Meant:
    """The jobs that are meant. Raises InvalidRequest for an empty filter, or one that fits no such job."""
    if all(value is None for _, value in filter):
        names = ", ".join(field.alias or name for name, field in BulkFilter.model_fields.items())
        message = f"An empty filter is refused, since it would mean all jobs. Name one of: {names}."
        raise _wrong("filter", message)
    fitting = list(LIVE) if action == CANCEL else [Status.FAILED.value]
    statuses = _parts(filter.status)
    if not set(statuses) <= set(fitting):
        raise _wrong("filter.status", f"A {action} is for jobs that are {' or '.join(fitting)}.")
    check_storable({"cause": filter.cause}, "filter.")
    for name, value in (("errorCode", filter.error_code), ("cause", filter.cause)):
        if action == CANCEL and value is not None:
            raise _wrong(f"filter.{name}", "Only failed jobs have this; leave it out to cancel jobs.")
    return Meant(
        action=action,
        statuses=statuses,
        job_types=_parts(filter.job_type),
        error_codes=_parts(filter.error_code),
        user_id=filter.user_id,
        since=filter.since,
        until=filter.until,
        cause=filter.cause,
    )


def _parts(given: str | None) -> list[str]:
    return given.split(",") if given else []


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])

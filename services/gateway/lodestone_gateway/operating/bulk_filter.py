"""Which jobs a bulk action means, as an operator writes it: never all by mistake.

A filter of the runs list, read by the same rules, and what only failures have.
"""

from typing import Annotated, Literal
from uuid import UUID

from lodestone.errors import InvalidRequest
from lodestone.status import LIVE, Status
from lodestone.wire import WireModel
from pydantic import ConfigDict, Field

from lodestone_gateway.fields import Moment, check_storable
from lodestone_gateway.filter_values import MOST_TEXT
from lodestone_gateway.operating.runs import FILTERS, read_filter
from lodestone_gateway.store.bulk_queries import REPLAY, Meant
from lodestone_gateway.store.holds import Holds

MAX_CAUSE = 300  # characters, as `lodestone_cause` cuts it
MAX_LIST = 500  # characters of values with commas
MAX_AMOUNT = 20  # characters

USUAL_RATE, MOST_RATE = 600, 60_000  # jobs a minute

Action = Literal["replay", "cancel", "pause", "resume"]
Rate = Annotated[int, Field(ge=1, le=MOST_RATE)]  # jobs a minute
Choices = Annotated[str, Field(max_length=MAX_LIST)]

OF_FAILURES = ("errorCode", "cause", "failedSince", "failedUntil")
OF_LIVING = ("waitingFor", "stuck", "pausedBy")


class BulkFilter(WireModel):
    """A filter for jobs; fields left out match everything, but not all may be. An unknown name is refused.

    The fields of the runs list mean here what they mean there.
    """

    model_config = ConfigDict(extra="forbid")

    status: Choices | None = None
    """One or more, separated by commas; without it, all that the action can be done to."""
    job_type: Choices | None = None
    """One or more, separated by commas."""
    error_code: Choices | None = None
    """One or more, separated by commas; of failed jobs."""
    user_id: UUID | None = None
    """The owner."""
    waiting_for: Choices | None = None
    """What jobs wait for, in the words of `waitingFor`, with commas; of jobs that have not ended."""
    text: Annotated[str, Field(max_length=MOST_TEXT)] | None = None
    """In the input, or in what the job says. To look for it is in the audit."""
    cost_above: Annotated[str, Field(max_length=MAX_AMOUNT)] | None = None
    """US dollars that it cost so far."""
    since: Moment | None = None
    """Accepted at this time or later."""
    until: Moment | None = None
    """Accepted before this time."""
    stuck: Literal[True] | None = None
    """Only jobs that should have ended at least half a minute ago."""
    cause: Annotated[str, Field(max_length=MAX_CAUSE)] | None = None
    """What the failure says, as a group of dead letters has it."""
    failed_since: Moment | None = None
    """Failed at this time or later."""
    failed_until: Moment | None = None
    """Failed before this time."""
    paused_by: UUID | None = None
    """The bulk action that paused them; of jobs that still wait."""

    @property
    def given(self) -> dict[str, str]:
        """What is given, by its name, as an address has it."""
        parts = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {name: "true" if value is True else str(value) for name, value in parts.items()}


class BulkAsked(WireModel):
    """An action, the jobs that it is for, and how fast it goes."""

    action: Action
    filter: BulkFilter
    rate_per_minute: Rate = USUAL_RATE


def meant_by(action: str, filter: BulkFilter, holds: Holds) -> Meant:
    """The jobs that are meant while this holds jobs up.

    Raises InvalidRequest for an empty filter, or one that fits no such job.
    """
    given = filter.given
    if not given:
        names = ", ".join(field.alias or name for name, field in BulkFilter.model_fields.items())
        message = f"An empty filter is refused, since it would mean all jobs. Name one of: {names}."
        raise _wrong("filter", message)
    check_storable({"cause": filter.cause}, "filter.")
    _check_fits(action, given)
    fitting = fitting_statuses(action)
    try:
        of_runs = {name: value for name, value in given.items() if name in FILTERS}
        jobs = read_filter({"status": ",".join(fitting), **of_runs}, holds)
    except InvalidRequest as error:
        [first, *_] = error.members["errors"]
        raise _wrong(f"filter.{first['field']}", first["message"]) from None
    if not set(jobs.statuses) <= set(fitting):
        raise _wrong("filter.status", f"A {action} is for jobs that are {' or '.join(fitting)}.")
    return Meant(action, jobs, filter.cause, filter.failed_since, filter.failed_until, filter.paused_by)


def fitting_statuses(action: str) -> list[str]:
    """In which states a job is that the action can be done to."""
    return [Status.FAILED.value] if action == REPLAY else list(LIVE)


def _check_fits(action: str, given: dict[str, str]) -> None:
    """Raises InvalidRequest for a part that no job has to which the action can be done."""
    others = OF_LIVING if action == REPLAY else OF_FAILURES
    which = "jobs that have not ended" if action == REPLAY else "failed jobs"
    for name in others:
        if name in given:
            raise _wrong(f"filter.{name}", f"Only {which} have this; leave it out for a {action}.")


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])

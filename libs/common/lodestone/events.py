"""Every event of a job, as a model. Events only ever gain optional fields."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from lodestone.errors import ErrorCode
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel


class Priority(StrEnum):
    """Whether somebody waits for the job."""

    INTERACTIVE = "interactive"
    BULK = "bulk"


class Outcome(StrEnum):
    """Whether a provider call bought something."""

    USED = "used"
    WASTED = "wasted"


class Prompt(WireModel):
    """The words that made a result: name, version and hash of a prompt file."""

    name: str
    version: int
    sha256: str


class Reason(WireModel):
    """Why something failed: a stable code and a text that a user may read."""

    code: ErrorCode
    message: str


class Usage(WireModel):
    """What a job's calls used; the cost is everything paid, the wasted part of it bought nothing."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd: Usd = Decimal(0)
    wasted_usd: Usd = Decimal(0)


class KeptItem(WireModel):
    """A finished item of an earlier job, handed to its retry."""

    item_key: str
    item_index: int
    item: JsonObject


class JobEvent(WireModel):
    """The part that all events share. `attempt` is the number of starts so far, 0 before the first."""

    name: ClassVar[str]

    job_id: UUID
    job_type: str
    user_id: UUID
    attempt: int

    def of_job(self, attempt: int) -> JsonObject:
        """The common part of another event of the same job, as arguments for it."""
        return {
            "job_id": self.job_id,
            "job_type": self.job_type,
            "user_id": self.user_id,
            "attempt": attempt,
        }

    def body(self) -> JsonObject:
        """The event as its JSON body; optional fields without a value are left out."""
        fields = type(self).model_fields
        return {
            key: value
            for key, value in self.to_wire().items()
            if value is not None or fields[_field_of(type(self), key)].is_required()
        }


def _field_of(model: type[JobEvent], alias: str) -> str:
    return next(name for name, field in model.model_fields.items() if (field.alias or name) == alias)


class TextEvent(JobEvent):
    """An event with texts of the owner or the model."""

    erased: bool | None = None  # the texts were deleted; ids, times, states and figures are as they were


class JobRequested(TextEvent):
    """The gateway accepted the job; everything a service needs is in it."""

    name = "requested"

    input: JsonObject
    priority: Priority = Priority.INTERACTIVE
    max_attempts: int
    deadline_at: UtcTime
    parent_job_id: UUID | None = None
    kept: list[KeptItem] | None = None  # finished items of the parent
    redelivery: bool | None = None  # a copy that only asks for another delivery; it changes no state


class JobStarted(TextEvent):
    """A worker began an attempt; from now on the log is its own until a newer start."""

    name = "started"

    worker_id: str
    model: str
    prompt: Prompt
    kept: list[JsonObject] = []  # finished items of earlier attempts, not asked for again


class JobProgress(TextEvent):
    """The job came forward: a finished, valid item of the result, or only a message."""

    name = "progress"

    done: int
    total: int
    message: str
    item: JsonObject | None = None
    item_key: str | None = None  # an item with the same key replaces the earlier one
    item_index: int | None = None  # the item's place in the result


class JobCallStarted(JobEvent):
    """A provider call is about to be made; written before it."""

    name = "call_started"

    call_id: UUID
    model: str
    max_tokens: int
    input_tokens: int | None = None  # of the prompt, estimated
    input_cost_usd: Usd | None = None  # what the prompt costs
    max_cost_usd: Usd | None = None  # the same with an answer of maxTokens


class JobCallFinished(JobEvent):
    """A provider call is over, in whatever way; tokens and cost are final or estimated."""

    name = "call_finished"

    call_id: UUID
    request_id: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: Usd = Decimal(0)
    outcome: Outcome
    estimated: bool = False


class JobRetrying(TextEvent):
    """The attempt ended without a result; another one follows at `retryAt`."""

    name = "retrying"

    reason: Reason
    retry_at: UtcTime
    counted: bool  # false for a shutdown or a provider outage


class JobCancelRequested(JobEvent):
    """The owner asked to stop the job."""

    name = "cancel_requested"

    requested_by: UUID


class JobCompleted(TextEvent):
    """The job is done."""

    name = "completed"

    result: JsonObject
    usage: Usage


class JobFailed(TextEvent):
    """The job ended without a result."""

    name = "failed"

    error: Reason
    usage: Usage


class JobCancelled(TextEvent):
    """The job was stopped; finished items are kept."""

    name = "cancelled"

    kept: list[JsonObject] = []
    usage: Usage


EVENTS: dict[str, type[JobEvent]] = {
    event.name: event
    for event in (
        JobRequested,
        JobStarted,
        JobProgress,
        JobCallStarted,
        JobCallFinished,
        JobRetrying,
        JobCancelRequested,
        JobCompleted,
        JobFailed,
        JobCancelled,
    )
}

SERVICE_EVENTS: tuple[str, ...] = tuple(
    name for name in EVENTS if name not in ("requested", "cancel_requested")
)
"""What a service may publish of its own job type."""

TERMINAL_EVENTS: frozenset[str] = frozenset({"completed", "failed", "cancelled"})

TerminalEvent = JobCompleted | JobFailed | JobCancelled
Restored = Literal["open", "whole"]
"""The mark of an event written back after a lost stream (docs/protocol.md)."""

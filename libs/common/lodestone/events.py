"""Every event of a job, as a model. Events only ever gain optional fields."""

from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

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

    name: str = Field(description="The job type's name.")
    version: int = Field(
        description="Rises by one when a prompt file is replaced by its next version; 1 at first."
    )
    sha256: str = Field(
        description="Hash of all prompt files, in hexadecimal: the same prompts have the same hash."
    )


class Reason(WireModel):
    """Why something failed: a stable code and a text that a user may read."""

    code: ErrorCode = Field(description="What went wrong, for programs.")
    message: str = Field(description="The same for the job's owner, in whole sentences.")


class Usage(WireModel):
    """What a job's calls used; the cost is everything paid, the wasted part of it bought nothing."""

    input_tokens: int = Field(
        default=0, description="Tokens sent, without those written to or read from the provider's cache."
    )
    output_tokens: int = Field(default=0, description="Tokens that the provider wrote.")
    cache_read_tokens: int = Field(
        default=0, description="Tokens sent that the provider had in its cache, which cost less."
    )
    cache_write_tokens: int = Field(
        default=0, description="Tokens sent that the provider wrote to its cache, which cost more."
    )
    cost_usd: Usd = Field(default=Decimal(0), description="Everything paid, in US dollars.")
    cache_saved_usd: Usd = Field(
        default=Decimal(0),
        description=(
            "What the provider's cache saved, in US dollars; below zero where writing to it cost more."
        ),
    )
    wasted_usd: Usd = Field(
        default=Decimal(0),
        description="The part of `costUsd` that bought nothing: calls cut off, cancelled or written off.",
    )


class KeptItem(WireModel):
    """A finished item of an earlier job, handed to its retry."""

    item_key: str = Field(
        description="Which item of the result it is: an archetype, a section's id, a hook type, a day."
    )
    item_index: int = Field(description="Its place in the result, from 0.")
    item: JsonObject = Field(description="The item as its `job.progress` published it.")


class RequestedPart(WireModel):
    """The one part of a result that a job makes again."""

    key: str = Field(description="Which part: the key of its item, or of a block in that item.")
    instruction: str = Field(description="How the new one is to differ, in the owner's words; may be empty.")
    input: JsonObject = Field(
        description="The input with all its texts: in the `input` beside it one is blank, so that a release"
        " that would make everything again refuses the job."
    )
    present: JsonObject = Field(
        description="The newest text of the whole, in the shape of a result; what is not the part stays so."
    )
    text: JsonObject = Field(description="The part as it is in the newest text.")


class JobEvent(WireModel):
    """The part that all events share."""

    name: ClassVar[str]

    job_id: UUID = Field(description="The job, from its 202 on. A UUIDv7, so that ids rise with time.")
    job_type: str = Field(description="The kind of job; also a token of the event's subject.")
    user_id: UUID = Field(description="The job's owner: the subject of the token that submitted it.")
    attempt: int = Field(
        description="The attempt that the event belongs to, counted by starts; 0 before the first."
    )

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
        return self.model_dump(mode="json", by_alias=True, exclude=self._without_value())

    def body_json(self) -> bytes:
        """The same as JSON text in UTF-8, written in one step. Raises ValueError for half of a surrogate
        pair, which no text can hold."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True, exclude=self._without_value())

    def _without_value(self) -> set[str]:
        return {name for name in _optional_fields(type(self)) if getattr(self, name) is None}


@cache
def _optional_fields(model: type[JobEvent]) -> tuple[str, ...]:
    return tuple(name for name, field in model.model_fields.items() if not field.is_required())


class TextEvent(JobEvent):
    """An event with texts of the owner or the model."""

    erased: bool | None = Field(
        default=None,
        description="True once the texts were deleted: ids, times, states and figures are as they were.",
    )


class JobRequested(TextEvent):
    """The gateway accepted the job; everything a service needs is in it."""

    name = "requested"

    input: JsonObject = Field(
        description="What the job works on: the caller's input, and the rows that it names as they were then."
    )
    priority: Priority = Field(
        default=Priority.INTERACTIVE, description="Whether somebody waits for the job."
    )
    max_attempts: int = Field(description="Counted attempts, after which the job fails.")
    deadline_at: UtcTime = Field(description="By when the job must have ended; set once, at the 202.")
    parent_job_id: UUID | None = Field(
        default=None,
        description=(
            "The job that this one retries, or of whose result it makes one part again; null for a first one."
        ),
    )
    kept: list[KeptItem] | None = Field(
        default=None,
        description="Finished items of the parent, which are not made again; absent where there are none.",
    )
    part: RequestedPart | None = Field(
        default=None, description="The one part to make again; absent where everything is made."
    )
    redelivery: bool | None = Field(
        default=None, description="True for a copy that only asks for another delivery: it changes no state."
    )


class JobStarted(TextEvent):
    """A worker began an attempt; from now on the log is its own until a newer start."""

    name = "started"

    worker_id: str = Field(description="The process that runs the attempt; new with each start of a process.")
    model: str = Field(description="The provider's model for the main call.")
    prompt: Prompt = Field(description="The prompt that the attempt asks with.")
    kept: list[JsonObject] = Field(
        default=[],
        description="Finished items of earlier attempts, in the result's order, not asked for again.",
    )


class JobProgress(TextEvent):
    """The job made progress: a finished, valid item of the result, or only a message."""

    name = "progress"

    done: int = Field(description="Finished items so far, kept ones included.")
    total: int = Field(
        description="Items of the whole result; fixed by the first progress, 0 where there are none."
    )
    message: str = Field(description="What was done, for the job's owner.")
    item: JsonObject | None = Field(
        default=None,
        description="A finished and valid item of the result; absent when there is only a message.",
    )
    item_key: str | None = Field(
        default=None,
        description="Which item it is; a later one with the same key replaces it. Set with `item`.",
    )
    item_index: int | None = Field(
        default=None, description="Its place in the result, from 0. Set with `item`."
    )
    plan: list[str] | None = Field(
        default=None,
        description="What the items to come are called, in order; once, where the service plans them first.",
    )


class JobCallStarted(JobEvent):
    """A provider call is about to be made; written before it."""

    name = "call_started"

    call_id: UUID = Field(description="The call; its settlement names it.")
    model: str = Field(description="The provider's model that is asked.")
    max_tokens: int = Field(description="The most tokens that the answer may have.")
    input_tokens: int | None = Field(
        default=None, description="Tokens of the prompt, estimated; absent from older services."
    )
    input_cost_usd: Usd | None = Field(
        default=None, description="What the prompt costs, in US dollars, by the same estimate."
    )
    max_cost_usd: Usd | None = Field(
        default=None,
        description="What the call costs at most, in US dollars: the prompt and an answer of `maxTokens`.",
    )
    repair: bool | None = Field(
        default=None,
        description="True where the call asks again for what an earlier answer did not bring; else absent.",
    )


class JobCallFinished(JobEvent):
    """A provider call is over, however it ended; tokens and cost are final or estimated."""

    name = "call_finished"

    call_id: UUID = Field(description="The call that is settled; only the first settlement of a call counts.")
    request_id: str | None = Field(
        default=None,
        description="The provider's id of the request, for its support; absent when no answer began.",
    )
    input_tokens: int = Field(
        default=0, description="Tokens sent, without those written to or read from the provider's cache."
    )
    output_tokens: int = Field(default=0, description="Tokens that the provider wrote.")
    cache_read_tokens: int = Field(default=0, description="Tokens sent that the provider had in its cache.")
    cache_write_tokens: int = Field(
        default=0, description="Tokens sent that the provider wrote to its cache."
    )
    cost_usd: Usd = Field(
        default=Decimal(0),
        description="What the call cost, in US dollars; 0 for a call that was announced and not made.",
    )
    cache_saved_usd: Usd = Field(
        default=Decimal(0),
        description=(
            "What the provider's cache saved, in US dollars; below zero where writing to it cost more."
        ),
    )
    outcome: Outcome = Field(description="Whether its answer was used.")
    estimated: bool = Field(
        default=False,
        description="True where the provider did not say what was used: the call or its worker was cut off.",
    )
    first_text_at: UtcTime | None = Field(
        default=None,
        description="When the answer's first text arrived; absent where none did, and from older services.",
    )


class JobRetrying(TextEvent):
    """The attempt ended without a result; another one follows at `retryAt`."""

    name = "retrying"

    reason: Reason = Field(description="Why the attempt ended.")
    retry_at: UtcTime = Field(description="The earliest start of the next attempt; at once after a shutdown.")
    counted: bool = Field(
        description="Whether the attempt counts against `maxAttempts`; false after a shutdown or an outage."
    )
    waiting_for: str | None = Field(
        default=None,
        description="What the job waits for until then, as its `waitingFor` tells it; absent where the reason"
        " says it.",
    )


class JobCancelRequested(JobEvent):
    """The owner, or an operator, asked to stop the job."""

    name = "cancel_requested"

    requested_by: UUID = Field(description="The user who asked: the job's owner, or an operator.")


class JobCompleted(TextEvent):
    """The job is done."""

    name = "completed"

    result: JsonObject = Field(description="The whole result, in its job type's shape.")
    usage: Usage = Field(
        description="What all settled calls of the job used; a later `job.call_finished` adds to it."
    )


class JobFailed(TextEvent):
    """The job ended without a result."""

    name = "failed"

    error: Reason = Field(description="Why the job failed.")
    usage: Usage = Field(
        description="What all settled calls of the job used; a later `job.call_finished` adds to it."
    )


class JobCancelled(TextEvent):
    """The job was stopped; finished items are kept."""

    name = "cancelled"

    kept: list[JsonObject] = Field(
        default=[], description="Items that were finished by then, in the result's order."
    )
    usage: Usage = Field(
        description="What all settled calls of the job used; a later `job.call_finished` adds to it."
    )


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

"""A job as its owner sees it."""

from decimal import Decimal
from typing import Self
from uuid import UUID

from lodestone.errors import ErrorCode
from lodestone.events import Priority
from lodestone.status import Status
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel
from pydantic import Field

from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.operations_tables import HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.model import Cause, Estimate

PAUSED = "paused"  # what a job waits for that an operator's pause holds back
SPEND = "spend"  # what a job waits for that the cap on all users' spend holds back
TURN = "turn"  # what a job waits for that comes after those of others
CAP = "cap"  # what a job waits for while its user has as many in flight as one user may


class Progress(WireModel):
    """How far the job is; all zero before the first progress."""

    done: int = Field(description="Finished items so far, kept ones included.")
    total: int = Field(
        description="Items of the whole result; 0 before the first progress, and where there are none."
    )
    message: str = Field(description="What was done last, for the job's owner.")


class JobUsage(WireModel):
    """What the job's calls have used so far; the wasted part of the cost bought nothing."""

    input_tokens: int = Field(
        description="Tokens sent, without those written to or read from the provider's cache."
    )
    output_tokens: int = Field(description="Tokens that the provider wrote.")
    cache_read_tokens: int = Field(
        description="Tokens sent that the provider had in its cache, which cost less."
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


class JobSummary(WireModel):
    """A job in a list: without its input, its result and its items."""

    id: UUID = Field(description="The job's id, a UUIDv7: ids rise with time.")
    job_type: str = Field(description="The kind of job.")
    status: Status = Field(description="Where the job is. `completed`, `failed` and `cancelled` are final.")
    error: str | None = Field(description="Why the job failed, for its owner; null unless it did.")
    error_code: ErrorCode | None = Field(description="The same for programs.")
    created_at: UtcTime = Field(description="When the job was accepted.")
    updated_at: UtcTime = Field(description="When its newest event was written.")
    started_at: UtcTime | None = Field(description="When its first attempt began; null before.")
    completed_at: UtcTime | None = Field(description="When it ended, however it did; null before.")
    deadline_at: UtcTime = Field(description="By when it must have ended; it fails then.")
    attempt: int = Field(
        description="Starts so far. May exceed `maxAttempts`, since not every attempt counts."
    )
    max_attempts: int = Field(
        description="Counted attempts, after which the job fails; shutdowns and outages do not count."
    )
    retry_at: UtcTime | None = Field(
        description="When the next attempt may begin; null unless the job waits for one."
    )
    waiting_for: str | None = Field(
        description=(
            "What holds the job up: `turn` (others come first), `cap` (as many of its owner's jobs run as may"
            " run at once), `slot`, `retry`, `provider`, `paused`, or another word, to be read as waiting;"
            " null while it runs and once it has ended."
        )
    )
    estimated_start_at: UtcTime | None = Field(
        default=None,
        description=(
            "About when the job starts that waits for its `turn`; null in lists and where nobody can say."
        ),
    )
    cancel_requested: bool = Field(
        description="Whether its owner asked to stop it, as soon as the log says so."
    )
    progress: Progress = Field(description="How far it is.")
    seq: int = Field(description="Number of its newest event; 0 until the first one is folded.")
    parent_job_id: UUID | None = Field(
        description="The job that this one retries, or of whose result it makes one part again."
    )
    lead_magnet_id: UUID | None = Field(
        description="The lead magnet that it works on; kept when that is deleted."
    )
    priority: Priority = Field(description="Whether somebody waits for it.")
    usage: JobUsage = Field(description="What its settled calls used so far.")
    erased_at: UtcTime | None = Field(
        default=None, description="When its texts were deleted: input, result and items are empty since."
    )

    @classmethod
    def of(cls, row: BackgroundJob, holds: Holds) -> Self:
        """The view of a row while this holds jobs up."""
        names = {*cls.model_fields, *JobUsage.model_fields} & {*BackgroundJob.model_fields}
        columns = {name: getattr(row, name) for name in names}
        if "items" in columns:
            columns["items"] = [entry["item"] for entry in row.items]
        progress = Progress(done=row.progress_done, total=row.progress_total, message=row.progress_message)
        return cls.model_validate(
            {
                **columns,
                "waiting_for": waiting_for(row, holds),
                "progress": progress,
                "usage": JobUsage(**{name: columns[name] for name in JobUsage.model_fields}),
            }
        )


class Job(JobSummary):
    """A job with everything."""

    input: JsonObject = Field(description="What the caller sent, with defaults filled in.")
    result: JsonObject | None = Field(description="The result of a completed job, in its job type's shape.")
    items: list[JsonObject] = Field(description="Finished pieces so far, in the result's order.")
    why: list[Cause] | None = Field(
        default=None,
        description=(
            "Why the job is in its state: all causes, the outermost first, as they were at the time of the"
            " answer (its ETag does not change with them); null once it is completed, and where the job is"
            " part of another answer."
        ),
    )
    estimate: Estimate | None = Field(
        default=None,
        description=(
            "When the job will begin and end, as of the answer (its ETag does not change with it); null once"
            " it has ended, and where the job is part of another answer."
        ),
    )


def waiting_for(row: BackgroundJob, holds: Holds) -> str | None:
    """What the job waits for while this holds jobs up."""
    return _hold(row, holds) or row.waiting_for


def entity_tag(row: BackgroundJob, holds: Holds) -> str:
    """Changes with everything that the view shows, including late calls and holds; opaque to clients."""
    late = f".{row.late_calls}" if row.late_calls else ""
    hold = (_hold(row, holds) or "")[:1]
    return f'"{row.seq}{late}{hold}{"e" if row.erased_at else ""}"'


def _hold(row: BackgroundJob, holds: Holds) -> str | None:
    """What keeps a waiting job from starting; a running job is not affected."""
    if row.waiting_for is None:
        return None
    if holds.pauses(row):
        return PAUSED
    if row.seq:
        return None  # it is published
    work = HELD_BULK if row.priority == Priority.BULK else HELD_INTERACTIVE
    if work in holds.paused:
        return SPEND
    if holds.caps(row):
        return CAP
    return TURN if holds.pace_of(row) else None

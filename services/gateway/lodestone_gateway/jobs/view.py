"""A job as its owner sees it."""

from collections.abc import Collection
from decimal import Decimal
from typing import Self
from uuid import UUID

from lodestone.errors import ErrorCode
from lodestone.events import Priority
from lodestone.status import Status
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel

from lodestone_gateway.store.tables import BackgroundJob

PAUSED = "paused"  # what a job of a paused type waits for


class Progress(WireModel):
    """How far the job is; all zero before the first progress."""

    done: int
    total: int
    message: str


class JobUsage(WireModel):
    """What the job's calls have used so far; the wasted part of the cost bought nothing."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cost_usd: Usd = Decimal(0)
    wasted_usd: Usd = Decimal(0)


class JobSummary(WireModel):
    """A job in a list: without its input, its result and its items."""

    id: UUID
    job_type: str
    status: Status
    error: str | None
    error_code: ErrorCode | None
    created_at: UtcTime
    updated_at: UtcTime
    started_at: UtcTime | None
    completed_at: UtcTime | None
    deadline_at: UtcTime
    attempt: int
    max_attempts: int
    retry_at: UtcTime | None
    waiting_for: str | None
    cancel_requested: bool
    progress: Progress
    seq: int
    parent_job_id: UUID | None
    lead_magnet_id: UUID | None
    priority: Priority
    usage: JobUsage
    erased_at: UtcTime | None = None  # when its texts were deleted; input, result and items are empty since

    @classmethod
    def of(cls, row: BackgroundJob, paused: Collection[str]) -> Self:
        """The view of a row while operators have these job types paused."""
        names = {*cls.model_fields, *JobUsage.model_fields} & {*BackgroundJob.model_fields}
        columns = {name: getattr(row, name) for name in names}
        if "items" in columns:
            columns["items"] = [entry["item"] for entry in row.items]
        progress = Progress(done=row.progress_done, total=row.progress_total, message=row.progress_message)
        return cls.model_validate(
            {
                **columns,
                "waiting_for": waiting_for(row, paused),
                "progress": progress,
                "usage": JobUsage(**{name: columns[name] for name in JobUsage.model_fields}),
            }
        )


class Job(JobSummary):
    """A job with everything; `items` are the finished pieces so far, in the result's order."""

    input: JsonObject
    result: JsonObject | None
    items: list[JsonObject]


def waiting_for(row: BackgroundJob, paused: Collection[str]) -> str | None:
    """What the job waits for while operators have these job types paused."""
    return PAUSED if _is_held(row, paused) else row.waiting_for


def entity_tag(row: BackgroundJob, paused: Collection[str]) -> str:
    """Changes with everything that the view shows, including late calls and pauses; opaque to clients."""
    late = f".{row.late_calls}" if row.late_calls else ""
    return f'"{row.seq}{late}{"p" if _is_held(row, paused) else ""}{"e" if row.erased_at else ""}"'


def _is_held(row: BackgroundJob, paused: Collection[str]) -> bool:
    """Whether a pause keeps the job waiting; a running job is not affected."""
    return row.waiting_for is not None and row.job_type in paused

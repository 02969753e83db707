"""The tables as models. `migrations` makes them; a test keeps the two alike."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Numeric,
    Text,
    TextClause,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import column_property
from sqlmodel import Field, SQLModel, col

Json = dict[str, Any]
JSON_OR_NULL = JSONB(none_as_null=True)  # None is SQL's NULL, not the JSON value null


def _now() -> dict[str, Any]:
    return {"server_default": text("now()")}


def default_sql(sql: str) -> dict[str, Any]:
    """What a column holds where an insert does not say."""
    return {"server_default": text(sql)}


def _comment(words: str, default: str | None = None) -> dict[str, Any]:
    return {"comment": words, **(default_sql(default) if default else {})}


def _page_index(
    name: str, *columns: str | TextClause, time: str = "created_at", where: str | None = None
) -> Index:
    """In the order of a list whose filters give these columns one value each."""
    name = f"idx_background_jobs_{name}"
    return Index(
        name, *columns, text(f"{time} DESC"), text("id DESC"), postgresql_where=where and text(where)
    )


class Row(SQLModel):
    """Base of all tables; the text below a column says what it means and who changes it."""

    model_config = {"use_attribute_docstrings": True}


class User(Row, table=True):
    """A subject of a valid token; the row is made at its first request."""

    __tablename__ = "users"
    __table_args__ = (Index("idx_users_list", text("created_at DESC"), text("id DESC")),)

    id: UUID = Field(primary_key=True)
    """The token's `sub`."""
    email: str | None = Field(default=None, sa_type=Text, unique=True)
    """Not set by us; kept for whoever knows it."""
    name: str | None = Field(default=None, sa_type=Text)
    """Not set by us; kept for whoever knows it."""
    created_at: datetime = Field(sa_column_kwargs=_now())
    """Their first request."""


class BackgroundJob(Row, table=True):
    """The present state of a job: a fold of its events. Inserted by the gateway, updated by the projector."""

    __tablename__ = "background_jobs"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key", name="background_jobs_idempotency_key"),
        Index("idx_background_jobs_user_id", "user_id"),
        Index("idx_background_jobs_status", "status"),
        Index("idx_background_jobs_created_at", text("created_at DESC")),
        Index("idx_background_jobs_list", "user_id", text("created_at DESC"), text("id DESC")),
        Index(
            "one_live_polish",
            "lead_magnet_id",
            unique=True,
            postgresql_where=text("job_type = 'polish' AND status IN ('pending', 'processing')"),
        ),
        Index(
            "idx_background_jobs_lead_magnet",
            "lead_magnet_id",
            postgresql_where=text("lead_magnet_id IS NOT NULL"),
        ),
        Index(
            "idx_background_jobs_failed",
            text("completed_at DESC"),
            text("id DESC"),
            postgresql_where=text("status = 'failed'"),
        ),
        Index(
            "idx_background_jobs_parent",
            "parent_job_id",
            postgresql_where=text("parent_job_id IS NOT NULL"),
        ),
        Index("idx_background_jobs_ended", "completed_at", postgresql_where=text("completed_at IS NOT NULL")),
        Index(
            "idx_background_jobs_unerased",
            "completed_at",
            postgresql_where=text("completed_at IS NOT NULL AND erased_at IS NULL"),
        ),
        # Pages of the lists begin where their filters say (`newest_ids`).
        _page_index("user_status", "user_id", "status"),
        _page_index("user_type", "user_id", "job_type", "status"),
        _page_index("all_status", "status"),
        _page_index("all_type", "job_type", "status"),
        _page_index("error_code", "error_code", where="error_code IS NOT NULL"),
        _page_index("last_used", "user_id", "job_type", time="completed_at", where="status = 'completed'"),
        _page_index("failed_user", "user_id", time="completed_at", where="status = 'failed'"),
        _page_index("failed_type", "job_type", time="completed_at", where="status = 'failed'"),
        _page_index("failed_code", "error_code", time="completed_at", where="status = 'failed'"),
        _page_index(
            "failed_cause", text("lodestone_cause(error)"), time="completed_at", where="status = 'failed'"
        ),
        _page_index("waiting_for", "waiting_for", where="waiting_for IS NOT NULL"),
        {"comment": "Background jobs: one row for each AI task, its state and its result"},
    )

    id: UUID = Field(primary_key=True)
    """UUIDv7, made at the 202."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose it is."""
    job_type: str = Field(
        sa_type=Text, sa_column_kwargs=_comment("Kind of task; names the service that does it")
    )
    """A name of the registry."""
    status: str = Field(
        default="pending",
        sa_type=Text,
        sa_column_kwargs=_comment("pending, processing, completed, failed or cancelled", "'pending'"),
    )
    """Moved by the fold alone, as `lodestone/status.py` allows."""
    input: Json = Field(sa_type=JSONB, sa_column_kwargs=_comment("What the caller sent, validated"))
    """What the caller sent, validated, defaults filled in; empty once erased."""
    result: Json | None = Field(
        default=None, sa_type=JSON_OR_NULL, sa_column_kwargs=_comment("The result of a completed job")
    )
    """Set by `job.completed`; empty once erased."""
    error: str | None = Field(
        default=None, sa_type=Text, sa_column_kwargs=_comment("Why the job failed, in words for its owner")
    )
    """Set by `job.failed`, for the owner."""
    trigger_task_id: str | None = Field(
        default=None,
        sa_type=Text,
        sa_column_kwargs=_comment("Id of the job.requested event that was published"),
    )
    """The ce-id of the job's first `job.requested`."""
    created_at: datetime = Field(sa_column_kwargs=_now())
    """The 202."""
    updated_at: datetime = Field(sa_column_kwargs=_comment("Time of the newest folded event", "now()"))
    """Time of the newest folded event."""
    started_at: datetime | None = Field(default=None, sa_column_kwargs=_comment("Start of the first attempt"))
    """Time of the first `job.started`."""
    completed_at: datetime | None = Field(
        default=None, sa_column_kwargs=_comment("Time of the terminal event")
    )
    """Time of the terminal event, whichever it is."""

    error_code: str | None = Field(default=None, sa_type=Text)
    """Set by `job.failed`, one of `ErrorCode`."""
    priority: str = Field(default="interactive", sa_type=Text, sa_column_kwargs=default_sql("'interactive'"))
    """`interactive` or `bulk`, as the caller chose."""
    attempt: int = Field(default=0, sa_column_kwargs=_comment("Number of starts so far", "0"))
    """Starts so far."""
    max_attempts: int = Field(default=3, sa_column_kwargs=default_sql("3"))
    """Counted attempts, after which the job fails; the registry's at the 202."""
    retry_at: datetime | None = Field(default=None)
    """Set by `job.retrying`, cleared by the next start and by the end."""
    waiting_for: str | None = Field(default="slot", sa_type=Text, sa_column_kwargs=default_sql("'slot'"))
    """`slot` at first, `retry` or `provider` between attempts; NULL while it runs and after the end."""
    deadline_at: datetime
    """Set at the 202: the type's limit from then."""
    cancel_requested: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """True from `job.cancel_requested` on."""
    progress_done: int = Field(default=0, sa_column_kwargs=default_sql("0"))
    """Of the newest `job.progress`."""
    progress_total: int = Field(default=0, sa_column_kwargs=default_sql("0"))
    """Of the first `job.progress` that had one."""
    progress_message: str = Field(default="", sa_type=Text, sa_column_kwargs=default_sql("''"))
    """Of the newest `job.progress`; empty once erased."""
    items: list[Json] = Field(
        default=[],
        sa_type=JSONB,
        sa_column_kwargs=_comment("Finished pieces {itemKey, itemIndex, item}, ordered by itemIndex", "'[]'"),
    )
    """Finished pieces {itemKey, itemIndex, item}, ordered by itemIndex; a later one replaces its key's."""
    seq: int = Field(default=0, sa_column_kwargs=_comment("Number of events in job_events", "0"))
    """Number of rows in `job_events`, raised by each fold."""
    late_calls: int = Field(
        default=0, sa_column_kwargs=_comment("Calls settled after the end; part of the ETag", "0")
    )
    """Calls settled after the end, which have no number."""
    parent_job_id: UUID | None = Field(default=None, foreign_key="background_jobs.id", ondelete="SET NULL")
    """The job that this one retries."""
    lead_magnet_id: UUID | None = Field(default=None)
    """What it works on; no foreign key, since jobs outlive lead magnets."""
    input_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent, without those of the provider's cache."""
    output_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens that the provider wrote."""
    cache_read_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent that the provider had in its cache."""
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent that the provider wrote to its cache."""
    cost_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=default_sql("0"))
    """Everything paid for settled calls, in US dollars."""
    cache_saved_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=default_sql("0"))
    """What the provider's cache saved, in US dollars; below zero where writing to it cost more."""
    wasted_usd: Decimal = Field(
        default=Decimal(0),
        sa_type=Numeric,
        sa_column_kwargs=_comment("The part of cost_usd that bought nothing", "0"),
    )
    """The part of it that bought nothing."""
    idempotency_key: str | None = Field(default=None, sa_type=Text)
    """The request's `Idempotency-Key`; unique for a user."""
    idempotency_hash: str | None = Field(default=None, sa_type=Text)
    """Of the body that came with the key: another body is refused."""
    erased_at: datetime | None = Field(
        default=None, sa_column_kwargs=_comment("When its texts were deleted; the rest stays")
    )
    """When its texts were deleted; set by the reconciler, once."""
    held_by: ClassVar[Any]
    """The bulk action that pauses it, from its request in the outbox; no column."""


class JobEventRow(Row, table=True):
    """One folded event: the history of a job (by seq) and the feed of a user (by position)."""

    __tablename__ = "job_events"
    __table_args__ = (
        UniqueConstraint("job_id", "seq", name="job_events_job_id_seq_key"),
        Index("idx_job_events_feed", "user_id", "position"),
    )

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    """Place in the feeds, in commit order, with holes."""
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    """The job."""
    user_id: UUID
    """Its owner, for their feed."""
    seq: int
    """Number in the job, from 1 without gaps."""
    event_id: str = Field(sa_type=Text, unique=True)
    """The ce-id, by which a repeated event is known."""
    event: str = Field(sa_type=Text)
    """The type without `job.`, such as `progress`."""
    time: datetime
    """The ce-time: when its writer made it."""
    attempt: int
    """The attempt that it belongs to; 0 before the first."""
    body: Json = Field(sa_type=JSONB)
    """The event's body; without texts once erased."""
    source: str = Field(sa_type=Text)
    """The ce-source: the process that wrote it."""
    traceparent: str | None = Field(default=None, sa_type=Text)
    """W3C trace context of the writer."""
    stream_sequence: int = Field(sa_type=BigInteger)
    """Where it lay when it was folded; not its identity."""
    folded_at: datetime | None = Field(default=None, sa_column_kwargs=_now())
    """When the tables had it; NULL for events that an earlier release folded."""


class JobCall(Row, table=True):
    """One call of the provider: the spend ledger. Unsettled while finished_at is null."""

    __tablename__ = "job_calls"
    __table_args__ = (
        Index("idx_job_calls_job_id", "job_id"),
        Index("idx_job_calls_user", "user_id", "started_at"),
        Index("idx_job_calls_open", "job_id", postgresql_where=text("finished_at IS NULL")),
    )

    call_id: UUID = Field(primary_key=True)
    """Of `job.call_started`."""
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    """The job that pays."""
    user_id: UUID
    """Its owner."""
    job_type: str = Field(sa_type=Text)
    """Its type, for usage by type."""
    attempt: int
    """The attempt that called."""
    model: str | None = Field(default=None, sa_type=Text)
    """The provider's model; NULL if only the settlement is known."""
    max_tokens: int | None = Field(default=None)
    """The most tokens that the answer could have."""
    started_at: datetime | None = Field(default=None)
    """Time of `job.call_started`."""
    finished_at: datetime | None = Field(default=None)
    """Time of its settlement; NULL while it is open."""
    request_id: str | None = Field(default=None, sa_type=Text)
    """The provider's id of the request."""
    input_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent, without those of the provider's cache."""
    output_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens that the provider wrote."""
    cache_read_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent that the provider had in its cache."""
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Tokens sent that the provider wrote to its cache."""
    cost_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=default_sql("0"))
    """What it cost, in US dollars."""
    cache_saved_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=default_sql("0"))
    """What the provider's cache saved, in US dollars; below zero where writing to it cost more."""
    outcome: str | None = Field(default=None, sa_type=Text)
    """`used` or `wasted`; NULL while it is open."""
    estimated: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """True where the provider did not say what was used."""
    finished_event_id: str | None = Field(default=None, sa_type=Text, unique=True)
    """The ce-id of the settlement: a second one counts for nothing."""


class OutboxRow(Row, table=True):
    """An event that the relay has to publish, or has published; kept while the job lives, for a restore."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("job_id", "event", name="outbox_job_id_event_key"),
        Index("idx_outbox_unpublished", "position", postgresql_where=text("published_at IS NULL")),
        Index(
            "idx_outbox_turns",
            "job_type",
            "is_bulk",
            "turn",
            "position",
            postgresql_where=text("published_at IS NULL AND held_by IS NULL"),
        ),
        Index(
            "idx_outbox_cancels",
            "job_type",
            "is_bulk",
            "turn",
            "position",
            postgresql_where=text("published_at IS NULL AND event = 'cancel_requested'"),
        ),
        Index(
            "idx_outbox_user_turns",
            "user_id",
            "job_type",
            "is_bulk",
            "turn_ends",
            postgresql_where=text("held_by IS NULL"),
        ),
        Index("idx_outbox_held", "job_id", postgresql_where=text("held_by IS NOT NULL")),
    )

    event_id: str = Field(sa_type=Text, primary_key=True)
    """The ce-id that the event will have."""
    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    """In which order the relay takes them."""
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    """The job; its rows go with it."""
    user_id: UUID
    """Its owner."""
    job_type: str = Field(sa_type=Text)
    """Its type, for the subject."""
    event: str = Field(sa_type=Text)
    """`requested` or `cancel_requested`; each once for a job."""
    body: Json = Field(sa_type=JSONB)
    """The event's body."""
    time: datetime
    """The ce-time that it will have."""
    traceparent: str | None = Field(default=None, sa_type=Text)
    """Of the request that caused it."""
    tried: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """Set by the relay before its first append: a later one may follow a lost one."""
    published_at: datetime | None = Field(default=None)
    """Set by the relay once it saw the event in the log."""
    is_bulk: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """Whether its job is of priority `bulk`; set by a trigger."""
    turn: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """When it comes, by its lane's clock; rows of the same turn go by position. Set by a trigger."""
    tokens: int = Field(default=4000, sa_column_kwargs=default_sql("4000"))
    """About how many the job's answers have; a trigger makes of it what its turn counts."""
    turn_ends: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """From when its user's next row in the lane may come. Set by a trigger."""
    held_by: UUID | None = Field(default=None)
    """The bulk action that pauses a request which waits; the relay leaves it until it is let go."""


_held_by = select(col(OutboxRow.held_by)).where(
    col(OutboxRow.job_id) == col(BackgroundJob.id), col(OutboxRow.held_by).is_not(None)
)
BackgroundJob.held_by = column_property(_held_by.correlate_except(OutboxRow).scalar_subquery())

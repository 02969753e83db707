"""The tables as models. `migrations` makes them; a test keeps the two alike."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

Json = dict[str, Any]
JSON_OR_NULL = JSONB(none_as_null=True)  # None is SQL's NULL, not the JSON value null


def _now() -> dict[str, Any]:
    return {"server_default": text("now()")}


def _default(sql: str) -> dict[str, Any]:
    return {"server_default": text(sql)}


def _comment(words: str, default: str | None = None) -> dict[str, Any]:
    return {"comment": words, **(_default(default) if default else {})}


class User(SQLModel, table=True):
    """A subject of a valid token; the row is made at its first request."""

    __tablename__ = "users"

    id: UUID = Field(primary_key=True)
    email: str | None = Field(default=None, sa_type=Text, unique=True)
    name: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_column_kwargs=_now())


class BackgroundJob(SQLModel, table=True):
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
        {"comment": "Background jobs: one row for each AI task, its state and its result"},
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    job_type: str = Field(
        sa_type=Text, sa_column_kwargs=_comment("Kind of task; names the service that does it")
    )
    status: str = Field(
        default="pending",
        sa_type=Text,
        sa_column_kwargs=_comment("pending, processing, completed, failed or cancelled", "'pending'"),
    )
    input: Json = Field(sa_type=JSONB, sa_column_kwargs=_comment("What the caller sent, validated"))
    result: Json | None = Field(
        default=None, sa_type=JSON_OR_NULL, sa_column_kwargs=_comment("The result of a completed job")
    )
    error: str | None = Field(
        default=None, sa_type=Text, sa_column_kwargs=_comment("Why the job failed, in words for its owner")
    )
    trigger_task_id: str | None = Field(
        default=None,
        sa_type=Text,
        sa_column_kwargs=_comment("Id of the job.requested event that was published"),
    )
    created_at: datetime = Field(sa_column_kwargs=_now())
    updated_at: datetime = Field(sa_column_kwargs=_comment("Time of the newest folded event", "now()"))
    started_at: datetime | None = Field(default=None, sa_column_kwargs=_comment("Start of the first attempt"))
    completed_at: datetime | None = Field(
        default=None, sa_column_kwargs=_comment("Time of the terminal event")
    )

    error_code: str | None = Field(default=None, sa_type=Text)
    priority: str = Field(default="interactive", sa_type=Text, sa_column_kwargs=_default("'interactive'"))
    attempt: int = Field(default=0, sa_column_kwargs=_comment("Number of starts so far", "0"))
    max_attempts: int = Field(default=3, sa_column_kwargs=_default("3"))
    retry_at: datetime | None = Field(default=None)
    waiting_for: str | None = Field(default="slot", sa_type=Text, sa_column_kwargs=_default("'slot'"))
    deadline_at: datetime
    cancel_requested: bool = Field(default=False, sa_column_kwargs=_default("false"))
    progress_done: int = Field(default=0, sa_column_kwargs=_default("0"))
    progress_total: int = Field(default=0, sa_column_kwargs=_default("0"))
    progress_message: str = Field(default="", sa_type=Text, sa_column_kwargs=_default("''"))
    items: list[Json] = Field(
        default=[],
        sa_type=JSONB,
        sa_column_kwargs=_comment("Finished pieces {itemKey, itemIndex, item}, ordered by itemIndex", "'[]'"),
    )
    seq: int = Field(default=0, sa_column_kwargs=_comment("Number of events in job_events", "0"))
    late_calls: int = Field(
        default=0, sa_column_kwargs=_comment("Calls settled after the end; part of the ETag", "0")
    )
    parent_job_id: UUID | None = Field(default=None, foreign_key="background_jobs.id", ondelete="SET NULL")
    lead_magnet_id: UUID | None = Field(default=None)
    input_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    output_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    cache_read_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    cost_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=_default("0"))
    wasted_usd: Decimal = Field(
        default=Decimal(0),
        sa_type=Numeric,
        sa_column_kwargs=_comment("The part of cost_usd that bought nothing", "0"),
    )
    idempotency_key: str | None = Field(default=None, sa_type=Text)
    idempotency_hash: str | None = Field(default=None, sa_type=Text)
    erased_at: datetime | None = Field(
        default=None, sa_column_kwargs=_comment("When its texts were deleted; the rest stays")
    )


class JobEventRow(SQLModel, table=True):
    """One folded event: the history of a job (by seq) and the feed of a user (by position)."""

    __tablename__ = "job_events"
    __table_args__ = (
        UniqueConstraint("job_id", "seq", name="job_events_job_id_seq_key"),
        Index("idx_job_events_feed", "user_id", "position"),
    )

    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    user_id: UUID
    seq: int
    event_id: str = Field(sa_type=Text, unique=True)
    event: str = Field(sa_type=Text)
    time: datetime
    attempt: int
    body: Json = Field(sa_type=JSONB)
    source: str = Field(sa_type=Text)
    traceparent: str | None = Field(default=None, sa_type=Text)
    stream_sequence: int = Field(sa_type=BigInteger)


class JobCall(SQLModel, table=True):
    """One call of the provider: the spend ledger. Unsettled while finished_at is null."""

    __tablename__ = "job_calls"
    __table_args__ = (
        Index("idx_job_calls_job_id", "job_id"),
        Index("idx_job_calls_user", "user_id", "started_at"),
        Index("idx_job_calls_open", "job_id", postgresql_where=text("finished_at IS NULL")),
    )

    call_id: UUID = Field(primary_key=True)
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    user_id: UUID
    job_type: str = Field(sa_type=Text)
    attempt: int
    model: str | None = Field(default=None, sa_type=Text)
    max_tokens: int | None = Field(default=None)
    started_at: datetime | None = Field(default=None)
    finished_at: datetime | None = Field(default=None)
    request_id: str | None = Field(default=None, sa_type=Text)
    input_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    output_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    cache_read_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    cost_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=_default("0"))
    outcome: str | None = Field(default=None, sa_type=Text)
    estimated: bool = Field(default=False, sa_column_kwargs=_default("false"))
    finished_event_id: str | None = Field(default=None, sa_type=Text, unique=True)


class OutboxRow(SQLModel, table=True):
    """An event that the relay has to publish, or has published; kept while the job lives, for a restore."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("job_id", "event", name="outbox_job_id_event_key"),
        Index("idx_outbox_unpublished", "position", postgresql_where=text("published_at IS NULL")),
    )

    event_id: str = Field(sa_type=Text, primary_key=True)
    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    job_id: UUID = Field(foreign_key="background_jobs.id", ondelete="CASCADE")
    user_id: UUID
    job_type: str = Field(sa_type=Text)
    event: str = Field(sa_type=Text)
    body: Json = Field(sa_type=JSONB)
    time: datetime
    traceparent: str | None = Field(default=None, sa_type=Text)
    tried: bool = Field(default=False, sa_column_kwargs=_default("false"))
    published_at: datetime | None = Field(default=None)


class BrandKit(SQLModel, table=True):
    """What a user's business is, and their last ideas."""

    __tablename__ = "brand_kits"

    id: UUID = Field(primary_key=True, sa_column_kwargs=_default("gen_random_uuid()"))
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", unique=True)
    business_description: str = Field(default="", sa_type=Text, sa_column_kwargs=_default("''"))
    business_type: str | None = Field(default=None, sa_type=Text)
    credibility_markers: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    urgent_pains: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    templates: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    processes: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    tools: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    frequent_questions: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    results: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    success_example: str | None = Field(default=None, sa_type=Text)
    audience_tools: list[str] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    preferred_tone: str = Field(
        default="conversational", sa_type=Text, sa_column_kwargs=_default("'conversational'")
    )
    style_profile: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    saved_ideation_result: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    ideation_generated_at: datetime | None = Field(default=None)
    sender_name: str | None = Field(default=None, sa_type=Text)
    best_video_url: str | None = Field(default=None, sa_type=Text)
    best_video_title: str | None = Field(default=None, sa_type=Text)
    content_links: list[Json] = Field(default=[], sa_type=JSONB, sa_column_kwargs=_default("'[]'"))
    community_url: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_column_kwargs=_now())
    updated_at: datetime = Field(sa_column_kwargs=_now())


class ProjectorCursor(SQLModel, table=True):
    """How far the stream is folded; the one row is compared and set by every fold."""

    __tablename__ = "projector_cursor"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs=_default("1"))
    version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    sequence: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=_default("0"))
    seen_sequence: int | None = Field(default=None, sa_type=BigInteger)  # a message that was folded
    seen_at: datetime | None = Field(default=None)  # and when the server stored it
    turned_back_at: datetime | None = Field(default=None)  # when the stream was found to be older

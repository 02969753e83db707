"""Bulk actions as models: what an operator asked to be done to many jobs, and what became of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import Json, Row, default_sql


class BulkActionRow(Row, table=True):
    """One action on all jobs that matched a filter when it began. Changed by the gateway alone."""

    __tablename__ = "bulk_actions"
    __table_args__ = (
        Index("idx_bulk_actions_list", text("created_at DESC"), text("id DESC")),
        Index("idx_bulk_actions_due", "next_at", postgresql_where=text("state IN ('looking', 'running')")),
        Index("idx_bulk_actions_ended", "created_at", postgresql_where=text("state <> 'running'")),
    )

    id: UUID = Field(primary_key=True)
    """UUIDv7, made at the dry run."""
    action: str = Field(sa_type=Text)
    """`replay` or `cancel`."""
    filter: Json = Field(sa_type=JSONB)
    """Which jobs, as it was sent."""
    operator_id: UUID
    """Who asked."""
    state: str = Field(default="dry_run", sa_type=Text, sa_column_kwargs=default_sql("'dry_run'"))
    """`dry_run`, then `running`, then `completed` or `aborted`. A search is `looking` at first."""
    found: Json = Field(sa_type=JSONB)
    """What the dry run counted."""
    rate_per_minute: int
    """At most so many jobs a minute."""
    searched: int | None = Field(default=None)
    """Jobs that a search has looked at; NULL where the filter needs none."""
    search_after: str | None = Field(default=None, sa_type=Text)
    """After which place a search goes on; NULL once it is complete."""
    found_at: datetime | None = Field(default=None)
    """When the dry run was complete, if that was later than it was asked for."""
    total: int = Field(default=0, sa_column_kwargs=default_sql("0"))
    """Jobs that it began with; 0 in a dry run."""
    done: int = Field(default=0, sa_column_kwargs=default_sql("0"))
    """Of these, done."""
    refused: int = Field(default=0, sa_column_kwargs=default_sql("0"))
    """Of these, refused."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """The dry run."""
    started_at: datetime | None = Field(default=None)
    """When it began; its jobs were fixed then."""
    next_at: datetime | None = Field(default=None)
    """When its next batch is due, by its rate, or the next page of its search."""
    ended_at: datetime | None = Field(default=None)
    """When it was complete or aborted."""
    ended_by: UUID | None = Field(default=None)
    """Who aborted it."""


class BulkActionJob(Row, table=True):
    """One of a bulk action's jobs. Ids only: it holds nothing that a user wrote."""

    __tablename__ = "bulk_action_jobs"
    __table_args__ = (
        Index(
            "idx_bulk_action_jobs_open",
            "bulk_action_id",
            "job_id",
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "idx_bulk_action_jobs_refused",
            "bulk_action_id",
            "job_id",
            postgresql_where=text("outcome = 'refused'"),
        ),
        Index("idx_bulk_action_jobs_busy", "job_id", postgresql_where=text("outcome IS NULL")),
    )

    bulk_action_id: UUID = Field(primary_key=True)
    """The bulk action."""
    job_id: UUID = Field(primary_key=True)
    """The job; no foreign key, since it may be removed before."""
    outcome: str | None = Field(default=None, sa_type=Text)
    """`done` or `refused`; NULL before its turn, in a dry run, and for ever after an abort."""
    result_job_id: UUID | None = Field(default=None)
    """The job that runs it again."""
    code: str | None = Field(default=None, sa_type=Text)
    """Of a refusal, the problem's code."""
    detail: str | None = Field(default=None, sa_type=Text)
    """Of a refusal, the reason in words."""
    ended_at: datetime | None = Field(default=None)
    """When it had its turn."""

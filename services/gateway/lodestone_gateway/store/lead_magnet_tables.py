"""The tables of what users make and how much they may: models beside those in `tables`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Computed, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from lodestone_gateway.store.tables import JSON_OR_NULL, Json

_PENDING_JOB = "wizard_state -> 'pendingJob'::text"
_SMALL_PENDING_JOB = (
    f"CASE WHEN octet_length(({_PENDING_JOB})::text) <= 1000 THEN {_PENDING_JOB} ELSE NULL::jsonb END"
)


def _default(sql: str) -> dict[str, Any]:
    return {"server_default": text(sql)}


class Subscription(SQLModel, table=True):
    """A user's plan; who has none is on the one that the gateway is set to."""

    __tablename__ = "subscriptions"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    plan: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_column_kwargs=_default("now()"))
    updated_at: datetime = Field(sa_column_kwargs=_default("now()"))


class UsageReservation(SQLModel, table=True):
    """One use of the plan: of an ideation job, or of a lead magnet that was made without one.

    A lead magnet's row stays when it is deleted: deleting gives nothing back.
    """

    __tablename__ = "usage_reservations"
    __table_args__ = (Index("idx_usage_reservations_user", "user_id", "state", "ended_at"),)

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    job_id: UUID | None = Field(
        default=None, foreign_key="background_jobs.id", ondelete="CASCADE", unique=True
    )
    lead_magnet_id: UUID | None = Field(default=None, unique=True)
    state: str = Field(sa_type=Text)  # reserved until the job ends, then settled or released
    created_at: datetime = Field(sa_column_kwargs=_default("now()"))
    ended_at: datetime | None = Field(default=None)


class LeadMagnetRow(SQLModel, table=True):
    """A lead magnet: the owner's edits and the results of jobs, each in its own columns."""

    __tablename__ = "lead_magnets"
    __table_args__ = (
        Index("idx_lead_magnets_list", "user_id", text("created_at DESC"), text("id DESC")),
        Index("idx_lead_magnets_ideation_job", "ideation_job_id"),
    )

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    title: str = Field(sa_type=Text)
    archetype: str = Field(sa_type=Text)
    concept: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    is_custom_idea: bool
    ideation_job_id: UUID | None = Field(default=None, foreign_key="background_jobs.id", ondelete="SET NULL")
    extracted_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    generated_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    interactive_config: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    polished_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    polished_at: datetime | None = Field(default=None)
    linkedin_post: str | None = Field(default=None, sa_type=Text)
    post_variations: list[Json] | None = Field(default=None, sa_type=JSON_OR_NULL)
    dm_template: str | None = Field(default=None, sa_type=Text)
    cta_word: str | None = Field(default=None, sa_type=Text)
    external_url: str | None = Field(default=None, sa_type=Text)
    scheduled_time: datetime | None = Field(default=None)
    status: str = Field(default="draft", sa_type=Text, sa_column_kwargs=_default("'draft'"))
    published_at: datetime | None = Field(default=None)
    # the jobs that made the parts; kept when a job's row is gone
    extraction_job_id: UUID | None = Field(default=None)
    polish_job_id: UUID | None = Field(default=None)
    posts_job_id: UUID | None = Field(default=None)
    emails_job_id: UUID | None = Field(default=None)
    version: int = Field(default=1, sa_column_kwargs=_default("1"))
    created_at: datetime = Field(sa_column_kwargs=_default("now()"))
    updated_at: datetime = Field(sa_column_kwargs=_default("now()"))


class EmailSequenceRow(SQLModel, table=True):
    """The five emails of a lead magnet; goes with it."""

    __tablename__ = "email_sequences"

    id: UUID = Field(primary_key=True)
    lead_magnet_id: UUID = Field(foreign_key="lead_magnets.id", ondelete="CASCADE", unique=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    emails: list[Json] = Field(sa_type=JSONB)
    status: str = Field(default="draft", sa_type=Text, sa_column_kwargs=_default("'draft'"))
    used_fallback: bool = Field(default=False, sa_column_kwargs=_default("false"))
    fallback_reason: str | None = Field(default=None, sa_type=Text)
    version: int = Field(default=1, sa_column_kwargs=_default("1"))
    created_at: datetime = Field(sa_column_kwargs=_default("now()"))
    updated_at: datetime = Field(sa_column_kwargs=_default("now()"))


class ReplacedTextRow(SQLModel, table=True):
    """An owner's own text that another write took the place of; goes with its lead magnet."""

    __tablename__ = "replaced_texts"
    __table_args__ = (Index("idx_replaced_texts_list", "lead_magnet_id", "piece", text("replaced_at DESC")),)

    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    lead_magnet_id: UUID = Field(foreign_key="lead_magnets.id", ondelete="CASCADE")
    piece: str = Field(sa_type=Text)
    texts: Json = Field(sa_type=JSONB)  # by column
    replaced_by: UUID | None = Field(default=None)  # the job; None: a change
    replaced_at: datetime = Field(sa_column_kwargs=_default("now()"))


class WizardDraftRow(SQLModel, table=True):
    """What a user had in the wizard when they left; the browser made the id, which is its owner's alone."""

    __tablename__ = "wizard_drafts"
    __table_args__ = (Index("idx_wizard_drafts_list", "user_id", text("updated_at DESC")),)

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True)
    wizard_state: Json = Field(sa_type=JSONB)
    title: str | None = Field(default=None, sa_type=Text)
    current_step: int | None = Field(default=None)
    created_at: datetime = Field(sa_column_kwargs=_default("now()"))
    updated_at: datetime = Field(sa_column_kwargs=_default("now()"))
    # written by Postgres, for lists and limits, which must not read the state
    size: int | None = Field(sa_column=Column(Integer, Computed("octet_length(wizard_state::text)")))
    has_form: bool | None = Field(sa_column=Column(Boolean, Computed("wizard_state ? 'form'")))
    pending_job: Json | None = Field(sa_column=Column(JSONB, Computed(_SMALL_PENDING_JOB)))

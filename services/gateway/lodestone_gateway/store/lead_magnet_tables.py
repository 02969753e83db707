"""The tables of what users make and how much they may: models beside those in `tables`."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import JSON_OR_NULL, Json, Row, default_sql

_PENDING_JOB = "wizard_state -> 'pendingJob'::text"
_IS_BLANK = (
    "wizard_state ?| ARRAY['form'::text, 'own'::text, 'answers'::text]"
    ' AND NOT jsonb_path_exists(wizard_state, \'$.** ? (@.type() == "number" || @.type() == "boolean"'
    ' || @ like_regex "\\\\S")\'::jsonpath)'
)
_SMALL_PENDING_JOB = (
    f"CASE WHEN octet_length(({_PENDING_JOB})::text) <= 1000 THEN {_PENDING_JOB} ELSE NULL::jsonb END"
)


class Subscription(Row, table=True):
    """A user's plan; a user without a row has the gateway's default plan."""

    __tablename__ = "subscriptions"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose plan it is."""
    plan: str = Field(sa_type=Text)
    """`free`, `pro` or `unlimited`; set by `lodestone-gateway plan`."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was changed last."""


class UsageReservation(Row, table=True):
    """One use of the plan: of an ideation job, or of a lead magnet that was made without one.

    A lead magnet's row stays when it is deleted: deleting gives nothing back.
    """

    __tablename__ = "usage_reservations"
    __table_args__ = (Index("idx_usage_reservations_user", "user_id", "state", "ended_at"),)

    id: UUID = Field(primary_key=True)
    """UUIDv7."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose plan it uses."""
    job_id: UUID | None = Field(
        default=None, foreign_key="background_jobs.id", ondelete="CASCADE", unique=True
    )
    """The ideation job that uses it."""
    lead_magnet_id: UUID | None = Field(default=None, unique=True)
    """The lead magnet made without one; no foreign key."""
    state: str = Field(sa_type=Text)
    """`reserved` until the job ends, then `settled` or `released`."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When it was reserved."""
    ended_at: datetime | None = Field(default=None)
    """When it was settled or released; the month it counts in."""


class UsageDayRow(Row, table=True):
    """What a user used on a day that is over, by job type: the sums of their jobs and of the ledger."""

    __tablename__ = "usage_days"
    __table_args__ = (
        UniqueConstraint("user_id", "date", "job_type", name="usage_days_user_id_date_job_type_key"),
    )

    id: UUID = Field(primary_key=True, sa_column_kwargs=default_sql("gen_random_uuid()"))
    """Any."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose usage it is."""
    date: date
    """The day, UTC: of the 202 for jobs, of the call's start for what it used."""
    job_type: str = Field(sa_type=Text)
    """Of these jobs."""
    jobs: int = Field(sa_type=BigInteger)
    """How many were asked for."""
    input_tokens: int = Field(sa_type=BigInteger)
    """Of calls that began on the day."""
    output_tokens: int = Field(sa_type=BigInteger)
    """Of calls that began on the day."""
    cache_read_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Of calls that began on the day."""
    cache_write_tokens: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Of calls that began on the day."""
    cost_usd: Decimal = Field(sa_type=Numeric)
    """Of calls that began on the day."""
    cache_saved_usd: Decimal = Field(default=Decimal(0), sa_type=Numeric, sa_column_kwargs=default_sql("0"))
    """Of calls that began on the day."""


class SpendHour(Row, table=True):
    """What a user's calls cost in an hour, added up by the fold; the caps of their plan read it."""

    __tablename__ = "spend_hours"
    __table_args__ = (Index("idx_spend_hours_hour", "hour"),)

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose spend it is."""
    hour: datetime = Field(primary_key=True)
    """Its beginning, UTC: the hour in which the calls were settled."""
    cost_usd: Decimal = Field(sa_type=Numeric)
    """The sum of these calls."""


class StoredBytes(Row, table=True):
    """What a user's texts take up, counted by the reconciler once a minute while the user works."""

    __tablename__ = "stored_bytes"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose texts they are."""
    bytes: int = Field(sa_type=BigInteger)
    """Of jobs, lead magnets, versions, emails and drafts, as Postgres compresses them."""
    counted_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When."""


class UsageCursor(Row, table=True):
    """Which days are in `usage_days`; the one row is moved by the reconciler."""

    __tablename__ = "usage_cursor"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs=default_sql("1"))
    """Always 1: there is one row."""
    until: date
    """The days before this one, UTC."""


class LeadMagnetRow(Row, table=True):
    """A lead magnet: the owner's edits and the results of jobs, each in its own columns."""

    __tablename__ = "lead_magnets"
    __table_args__ = (
        Index("idx_lead_magnets_list", "user_id", text("created_at DESC"), text("id DESC")),
        Index("idx_lead_magnets_ideation_job", "ideation_job_id"),
        Index("idx_lead_magnets_updated_at", "updated_at"),
        Index("idx_lead_magnets_binned", "binned_at", postgresql_where=text("binned_at IS NOT NULL")),
        Index(
            "idx_lead_magnets_favourites",
            "user_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("is_favourite"),
        ),
        Index(
            "idx_lead_magnets_own_ideas",
            "user_id",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("is_custom_idea"),
        ),
    )

    id: UUID = Field(primary_key=True)
    """UUIDv7."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose it is."""
    title: str = Field(sa_type=Text)
    """The owner's; the concept's at first."""
    archetype: str = Field(sa_type=Text)
    """One of the ten archetypes."""
    concept: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """The chosen concept, or the owner's own idea."""
    is_custom_idea: bool
    """Whether it began without an ideation job."""
    ideation_job_id: UUID | None = Field(default=None, foreign_key="background_jobs.id", ondelete="SET NULL")
    """The job that its concept is from."""
    extracted_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """The content: by extraction, then as the owner edits it."""
    generated_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """Set by a front end alone; no job writes it."""
    interactive_config: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """Of a calculator, assessment or gpt: by extraction."""
    polished_content: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """The page: by polish, then as the owner edits it."""
    polished_at: datetime | None = Field(default=None)
    """When polish wrote it last."""
    linkedin_post: str | None = Field(default=None, sa_type=Text)
    """The post to publish: the first of the three, then as the owner edits it."""
    post_variations: list[Json] | None = Field(default=None, sa_type=JSON_OR_NULL)
    """The three posts: by the posts job."""
    dm_template: str | None = Field(default=None, sa_type=Text)
    """The message to those who comment: by the posts job."""
    cta_word: str | None = Field(default=None, sa_type=Text)
    """The word that readers comment."""
    external_url: str | None = Field(default=None, sa_type=Text)
    """Where the lead magnet is published."""
    scheduled_time: datetime | None = Field(default=None)
    """When the owner means to publish it."""
    status: str = Field(default="draft", sa_type=Text, sa_column_kwargs=default_sql("'draft'"))
    """`draft`, `published`, `scheduled` or `archived`; jobs never write it."""
    published_at: datetime | None = Field(default=None)
    """When it was published."""
    # the jobs that made the parts; kept when a job's row is gone
    extraction_job_id: UUID | None = Field(default=None)
    """The job whose result its content is; kept when the job's row is gone."""
    polish_job_id: UUID | None = Field(default=None)
    """The same of the page."""
    posts_job_id: UUID | None = Field(default=None)
    """The same of the posts."""
    emails_job_id: UUID | None = Field(default=None)
    """The same of the emails."""
    edits: Json = Field(default={}, sa_type=JSONB, sa_column_kwargs=default_sql("'{}'"))
    """When the owner changed a piece last, by its job type; the emails have their own row."""
    version: int = Field(default=1, sa_column_kwargs=default_sql("1"))
    """Raised by every write; the ETag."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was changed last."""
    is_favourite: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """Whether its owner wants it first in the library."""
    binned_at: datetime | None = Field(default=None)
    """When its owner put it into the bin, from which the reconciler removes it in time."""

    @property
    def job_ids(self) -> dict[str, UUID | None]:
        """The jobs whose results the parts are, by job type."""
        return {job_type: getattr(self, column) for job_type, column in JOB_COLUMNS.items()}


JOB_COLUMNS = {
    name.removesuffix("_job_id"): name
    for name in LeadMagnetRow.model_fields
    if name.endswith("_job_id") and name != "ideation_job_id"
}
"""The columns that hold the job whose result a part is, by job type."""


class EmailSequenceRow(Row, table=True):
    """The five emails of a lead magnet; goes with it."""

    __tablename__ = "email_sequences"

    id: UUID = Field(primary_key=True)
    """UUIDv7."""
    lead_magnet_id: UUID = Field(foreign_key="lead_magnets.id", ondelete="CASCADE", unique=True)
    """Whose emails they are; one sequence for each."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Its owner."""
    emails: list[Json] = Field(sa_type=JSONB)
    """Five emails, days 0 to 4: by the emails job, then as edited."""
    status: str = Field(default="draft", sa_type=Text, sa_column_kwargs=default_sql("'draft'"))
    """`draft`, `synced` or `active`, once the owner activates it; an edit puts it back to `draft`."""
    used_fallback: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """Whether the fixed template wrote some of them."""
    fallback_reason: str | None = Field(default=None, sa_type=Text)
    """Why it did, one of `ErrorCode`; NULL also where it was asked for."""
    edited_at: datetime | None = Field(default=None)
    """When the owner changed them last."""
    version: int = Field(default=1, sa_column_kwargs=default_sql("1"))
    """Raised by every write; the ETag."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was changed last."""


class PieceVersionRow(Row, table=True):
    """What a piece of a lead magnet was before another write, or might be; deleted with its lead magnet."""

    __tablename__ = "piece_versions"
    __table_args__ = (Index("idx_piece_versions_list", "lead_magnet_id", "piece", text("kept_at DESC")),)

    id: UUID = Field(primary_key=True)
    """UUIDv7; of versions older than the table, random."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose it is."""
    lead_magnet_id: UUID = Field(foreign_key="lead_magnets.id", ondelete="CASCADE")
    """What it belongs to."""
    piece: str = Field(sa_type=Text)
    """The job type that writes the piece."""
    texts: Json = Field(sa_type=JSONB)
    """What was in the piece, by column; a column that is missing stays as it is when this is restored."""
    author: str = Field(default="owner", sa_type=Text, sa_column_kwargs=default_sql("'owner'"))
    """Who wrote it last: `owner`, `ai` or `template`."""
    job_id: UUID | None = Field(default=None)
    """The job whose result it is, or was before the owner changed it."""
    made_at: datetime | None = Field(default=None)
    """When its author wrote it; NULL where that is not known."""
    replaced_by: UUID | None = Field(default=None)
    """The job that wrote over it; NULL for a change by hand, and for what was never in place."""
    is_offered: bool = Field(default=False, sa_column_kwargs=default_sql("false"))
    """Whether it was not put in place, and waits for the owner's choice."""
    kept_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When it was replaced or offered."""
    # written by Postgres, for lists and limits, which must not read the texts
    bytes: int | None = Field(sa_column=Column(Integer, Computed("octet_length(texts::text)")))
    """Bytes of the texts."""


REPLACED_TEXTS = Table(
    "replaced_texts",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("lead_magnet_id", Uuid),
    Column("piece", Text),
    Column("texts", JSONB),
    Column("replaced_by", Uuid),
    Column("replaced_at", DateTime(timezone=True)),
)
"""A view of the owner's versions under their earlier name, for the export and the release before."""


class WizardDraftRow(Row, table=True):
    """What a user had in the wizard when they left; the browser made the id, unique for that user."""

    __tablename__ = "wizard_drafts"
    __table_args__ = (
        Index("idx_wizard_drafts_list", "user_id", text("updated_at DESC")),
        Index("idx_wizard_drafts_binned", "binned_at", postgresql_where=text("binned_at IS NOT NULL")),
    )

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose draft it is."""
    id: UUID = Field(primary_key=True)
    """Made by the browser; unique for the user alone."""
    wizard_state: Json = Field(sa_type=JSONB)
    """What the browser kept, as it is, 500,000 bytes at most."""
    title: str | None = Field(default=None, sa_type=Text)
    """What lists call it."""
    current_step: int | None = Field(default=None)
    """The step it was left at."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When it was saved last; retention counts from here."""
    binned_at: datetime | None = Field(default=None)
    """When its owner put it into the bin; saving it takes it out again."""
    # written by Postgres, for lists and limits, which must not read the state
    size: int | None = Field(sa_column=Column(Integer, Computed("octet_length(wizard_state::text)")))
    """Bytes of the state."""
    has_form: bool | None = Field(sa_column=Column(Boolean, Computed("wizard_state ? 'form'")))
    """Whether it holds a form that the user can continue."""
    pending_job: Json | None = Field(sa_column=Column(JSONB, Computed(_SMALL_PENDING_JOB)))
    """The job it waits for, if it is small enough to be one."""
    is_blank: bool | None = Field(sa_column=Column(Boolean, Computed(_IS_BLANK)))
    """Whether it holds forms, and no text, number or choice."""

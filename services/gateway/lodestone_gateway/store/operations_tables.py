"""The tables of operators as models: what was observed, and what an operator set."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import Row

HELD_BULK, HELD_INTERACTIVE = "(bulk)", "(interactive)"
"""Work that the cap of the hour holds back, beside paused job types; no job type has such a name."""
EVERYTHING = "(everything)"
"""All job types, where one is named; likewise."""


class DeadEvent(Row, table=True):
    """A message of the stream that belongs to no job's history: its start, and why."""

    __tablename__ = "dead_events"
    __table_args__ = (Index("idx_dead_events_list", text("seen_at DESC"), text("id DESC")),)

    id: UUID = Field(primary_key=True)
    """UUIDv7."""
    sequence: int = Field(sa_type=BigInteger, unique=True)
    """Where it lies in the stream."""
    subject: str = Field(sa_type=Text)
    """Its subject, unchanged."""
    problem: str = Field(sa_type=Text)
    """`invalid`, `refused`, `after_end` or `foreign`."""
    reason: str = Field(sa_type=Text)
    """The same in words, for an operator."""
    job_id: UUID | None = Field(default=None)
    """The job that it names, where it names one."""
    job_type: str | None = Field(default=None, sa_type=Text)
    """Its type, where the subject names one."""
    size: int
    """Bytes of the body."""
    excerpt: str = Field(sa_type=Text)
    """The body's beginning."""
    seen_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    """When the projector met it; retention counts from here."""


class PauseColumns(Row):
    """A pause, or a gradual resumption of what was paused."""

    paused_by: UUID
    """The operator who paused it."""
    paused_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    """When."""
    per_minute: int | None = Field(default=None)
    """How many requests the relay publishes in a minute; NULL while it is paused and publishes none."""
    resumed_by: UUID | None = Field(default=None)
    """The operator who resumed it gradually."""
    resumed_at: datetime | None = Field(default=None)
    """When."""


class PausedJobType(PauseColumns, table=True):
    """A job type of which no attempt begins until an operator resumes it."""

    __tablename__ = "paused_job_types"

    job_type: str = Field(sa_type=Text, primary_key=True)
    """A name of the registry, or that of everything."""


class PausedUser(PauseColumns, table=True):
    """A user of whose jobs none is published until an operator resumes them."""

    __tablename__ = "paused_users"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose jobs."""


class SpendControl(Row, table=True):
    """The cap on what all users spend in an hour, and an operator's way past it; there is one row."""

    __tablename__ = "spend_control"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"server_default": text("1")})
    """Always 1."""
    cap_usd: Decimal | None = Field(default=None, sa_type=Numeric)
    """In US dollars, as the reconciler's setting says; NULL before it first looked."""
    waived_until: datetime | None = Field(default=None)
    """Until then the cap holds nothing back; NULL without a waiver."""
    waived_by: UUID | None = Field(default=None)
    """The operator who waived it, or ended that; NULL for the command line."""
    waived_at: datetime | None = Field(default=None)
    """When."""


class SpendHold(Row, table=True):
    """Work that the cap of the hour holds back."""

    __tablename__ = "spend_holds"

    is_bulk: bool = Field(primary_key=True)
    """Whether it is bulk work; otherwise work that somebody waits for."""
    until: datetime
    """The end of the hour."""


class ConsumerState(Row, table=True):
    """What the broker said last of one consumer: a job type's durable, or the projector's."""

    __tablename__ = "consumer_states"

    name: str = Field(sa_type=Text, primary_key=True)
    """The durable: a job type's name, or the projector's."""
    pending: int = Field(sa_type=BigInteger)
    """Messages that it has not delivered yet."""
    ack_pending: int = Field(sa_type=BigInteger)
    """Delivered ones without an ack; waits between attempts count."""
    redelivered: int = Field(sa_type=BigInteger)
    """Of these, delivered more than once."""
    waiting_pulls: int = Field(sa_type=BigInteger)
    """Requests for messages that wait: idle workers."""
    is_paused: bool
    """Whether the broker holds it back."""
    seen_at: datetime
    """When the broker said so."""


class LanePace(Row, table=True):
    """How a lane of the outbox advances while the relay holds something of it back."""

    __tablename__ = "lane_paces"

    job_type: str = Field(sa_type=Text, primary_key=True)
    """The lane's job type."""
    is_bulk: bool = Field(primary_key=True)
    """The lane's priority."""
    turn: int = Field(sa_type=BigInteger)
    """The turn that it has reached."""
    per_second: float
    """Turns that it advances in a second; 0 where that is not known."""
    seen_at: datetime
    """When the relay said so; some seconds later it counts no more."""


class ServiceHeartbeat(Row, table=True):
    """What one process of a service said last."""

    __tablename__ = "service_beats"

    worker_id: str = Field(sa_type=Text, primary_key=True)
    """The process; new with each start."""
    service: str = Field(sa_type=Text)
    """The service that it runs."""
    slots: int
    """Jobs that it runs at once."""
    running: int
    """Jobs that it runs now."""
    started_at: datetime
    """When it started."""
    seen_at: datetime
    """When it was heard last; the row is removed after a minute of silence."""
    version: str | None = Field(default=None, sa_type=Text)
    """The release that it runs; NULL where it does not say."""
    provider: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """What it knows of the provider's models and limits, as its heartbeat has it; NULL likewise."""

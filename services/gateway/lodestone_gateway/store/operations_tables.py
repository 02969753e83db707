"""The tables of operators as models: what was observed, and what an operator set."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel


class DeadEvent(SQLModel, table=True):
    """A message of the stream that is no part of any job's history; its start, and why."""

    __tablename__ = "dead_events"
    __table_args__ = (Index("idx_dead_events_list", text("seen_at DESC"), text("id DESC")),)

    id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger, unique=True)
    subject: str = Field(sa_type=Text)
    problem: str = Field(sa_type=Text)  # invalid, refused, after_end or foreign
    reason: str = Field(sa_type=Text)
    job_id: UUID | None = Field(default=None)
    job_type: str | None = Field(default=None, sa_type=Text)
    size: int  # bytes of the body
    excerpt: str = Field(sa_type=Text)
    seen_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})


class PausedJobType(SQLModel, table=True):
    """A job type of which no attempt begins until an operator resumes it."""

    __tablename__ = "paused_job_types"

    job_type: str = Field(sa_type=Text, primary_key=True)
    paused_by: UUID
    paused_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})


class ConsumerState(SQLModel, table=True):
    """What the broker said last of one consumer: a job type's durable, or the projector's."""

    __tablename__ = "consumer_states"

    name: str = Field(sa_type=Text, primary_key=True)
    pending: int = Field(sa_type=BigInteger)
    ack_pending: int = Field(sa_type=BigInteger)
    redelivered: int = Field(sa_type=BigInteger)
    waiting_pulls: int = Field(sa_type=BigInteger)
    is_paused: bool
    seen_at: datetime


class ServiceHeartbeat(SQLModel, table=True):
    """What one process of a service said last."""

    __tablename__ = "service_beats"

    worker_id: str = Field(sa_type=Text, primary_key=True)
    service: str = Field(sa_type=Text)
    slots: int
    running: int
    started_at: datetime
    seen_at: datetime

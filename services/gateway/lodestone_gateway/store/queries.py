"""Every read as one named function. Sessions of the app role see the rows of their user only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, reduce
from typing import Any
from uuid import UUID

from lodestone.clock import format_time
from lodestone.events import TERMINAL_EVENTS, JobRequested
from lodestone.status import Status
from lodestone.wire import JsonObject
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Text,
    cast,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, defer
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from lodestone_gateway.store.job_ends import is_living
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow

Place = tuple[datetime, UUID]  # a row of a list: what the list is ordered by, and the id
Conditions = Sequence[ColumnElement[bool]]
Kinds = Mapping[Any, Sequence[str]]  # by column or expression the values that are wanted
FEED_PAGE = 200  # events read at once when a feed catches up


@dataclass(frozen=True)
class ShownEvent:
    """An event as history, job stream and feed show it; encoded once for all who watch."""

    position: int
    job_id: UUID
    user_id: UUID
    seq: int
    event: str  # without the prefix `job.`
    time: datetime
    body: str  # a JSON object, as the database writes it
    traceparent: str | None

    @cached_property
    def json(self) -> str:
        """`{seq, event, time, attempt, …the event's body}`."""
        head = {"seq": self.seq, "event": f"job.{self.event}", "time": format_time(self.time)}
        opened = json.dumps(head, separators=(",", ":")).removesuffix("}")
        return f"{opened},{self.body[1:]}" if self.body != "{}" else f"{opened}}}"

    def frame(self, id: int) -> bytes:
        """As a server-sent event with this id."""
        return b"%bid: %d\n\n" % (self._frame_without_id, id)

    @cached_property
    def _frame_without_id(self) -> bytes:
        return f"event: job.{self.event}\ndata: {self.json}\n".encode()

    @property
    def is_terminal(self) -> bool:
        """Whether the job's history ends with it."""
        return self.event in TERMINAL_EVENTS


EVENT_COLUMNS = ("position", "job_id", "user_id", "seq", "event", "time", "body", "traceparent")


def event_columns(row: str) -> str:
    """The columns of a shown event in SQL, of the `row` of that name."""
    return ", ".join(f"{row}.{name}{'::text' if name == 'body' else ''}" for name in EVENT_COLUMNS)


_EVENT = [
    cast(col(JobEventRow.body), Text).label(name) if name == "body" else col(getattr(JobEventRow, name))
    for name in EVENT_COLUMNS
]


_TEXTS: Sequence[Any] = (BackgroundJob.input, BackgroundJob.result, BackgroundJob.items)
WITHOUT_TEXTS = [defer(column, raiseload=True) for column in _TEXTS]
"""For lists: input, result and items stay unread; looking at one is an error."""


async def job(session: AsyncSession, job_id: UUID) -> BackgroundJob | None:
    """One job, as it is now."""
    return await session.get(BackgroundJob, job_id)


async def job_of_key(session: AsyncSession, user_id: UUID, key: str) -> BackgroundJob | None:
    """The job that the user's idempotency key made."""
    statement = select(BackgroundJob).where(
        col(BackgroundJob.user_id) == user_id, col(BackgroundJob.idempotency_key) == key
    )
    return (await session.scalars(statement)).first()


async def living_retry(session: AsyncSession, job_id: UUID) -> BackgroundJob | None:
    """The retry of this job that has not ended."""
    statement = select(BackgroundJob).where(col(BackgroundJob.parent_job_id) == job_id, is_living())
    return (await session.scalars(statement)).first()


async def jobs_by_id(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, BackgroundJob]:
    """These jobs, as they are now."""
    found = await session.scalars(select(BackgroundJob).where(col(BackgroundJob.id).in_(job_ids)))
    return {job.id: job for job in found}


async def first_retries(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """By job the first one that ran it again; a job that nobody ran again is left out."""
    parent = col(BackgroundJob.parent_job_id)
    newest_last = (col(BackgroundJob.created_at), col(BackgroundJob.id))
    statement = select(parent, col(BackgroundJob.id)).where(parent.in_(job_ids)).order_by(*newest_last)
    rows = (await session.execute(statement)).all()
    return {row.parent_job_id: row.id for row in reversed(rows)}


async def jobs(
    session: AsyncSession,
    user_id: UUID,
    *,
    statuses: Sequence[str],
    job_types: Sequence[str],
    before: Place | None,
    limit: int,
) -> Sequence[BackgroundJob]:
    """The user's jobs without their texts, newest first, after the place `before`.

    Empty filters let everything through.
    """
    own = [col(BackgroundJob.user_id) == user_id]
    return await newest_jobs(session, own, kinds_of(statuses, job_types), before=before, limit=limit)


async def live_jobs(session: AsyncSession, user_id: UUID) -> Sequence[BackgroundJob]:
    """The user's jobs that have not ended."""
    live = select(BackgroundJob).where(col(BackgroundJob.user_id) == user_id, is_living())
    return (await session.scalars(live)).all()


def kinds_of(statuses: Sequence[str], job_types: Sequence[str]) -> Kinds:
    """Filters by state and type as `newest_jobs` takes them."""
    if not job_types:
        return {col(BackgroundJob.status): statuses} if statuses else {}
    # The indexes by type continue with the state.
    return {col(BackgroundJob.status): statuses or list(Status), col(BackgroundJob.job_type): job_types}


async def newest_jobs(
    session: AsyncSession, among: Conditions, kinds: Kinds, *, before: Place | None, limit: int
) -> Sequence[BackgroundJob]:
    """Jobs without their texts, newest first; otherwise as `newest_ids`."""
    place = (col(BackgroundJob.created_at), col(BackgroundJob.id))
    ids = newest_ids(place, among, kinds, before=before, limit=limit)
    page = select(BackgroundJob).options(*WITHOUT_TEXTS).where(col(BackgroundJob.id).in_(ids))
    return (await session.scalars(page.order_by(*(column.desc() for column in place)))).all()


def newest_ids(
    place: Sequence[Mapped[Any]],
    among: Conditions,
    kinds: Kinds,
    *,
    before: Place | None,
    limit: int,
) -> Select[UUID]:
    """The ids of the jobs that come first by `place`, a time and the id, both descending, after `before`.

    They meet all of `among`, and have in each column of `kinds` one of its values. Each combination of values
    is the start of an index: a page of each is read, and of these a page is taken. One condition for several
    values would read all jobs that meet it, or walk past all that do not.
    """
    if before:
        among = [*among, tuple_(*place) < before]
    values = {column: _each(allowed) for column, allowed in kinds.items()}
    of_kind = [column == each.c.value for column, each in values.items()]
    # Under row-level security the planner does not rely on an expression, whose functions might leak, to have
    # one value in the page. It takes the order of an index all the same if the order names the expression.
    expressions = [column for column in kinds if isinstance(column, FunctionElement)]
    newest_first = [*expressions, *(column.desc() for column in place)]
    page = select(*place).where(*among, *of_kind).order_by(*newest_first).limit(limit).lateral()
    pages = reduce(lambda left, right: left.join(right, true()), [*values.values(), page])
    time, id = page.c
    return select(id).select_from(pages).order_by(time.desc(), id.desc()).limit(limit)


def _each(values: Sequence[str]) -> FromClause:
    distinct = literal(list(dict.fromkeys(values)), ARRAY(Text))
    return func.unnest(distinct).table_valued("value").render_derived()


async def count_jobs(session: AsyncSession, user_id: UUID, statuses: Sequence[str], *, limit: int) -> int:
    """How many jobs of the user are in one of these states, counted up to `limit`."""
    found = select(col(BackgroundJob.id)).where(
        col(BackgroundJob.user_id) == user_id, col(BackgroundJob.status).in_(statuses)
    )
    counted = select(func.count()).select_from(found.limit(limit).subquery())
    return await session.scalar(counted) or 0


async def job_events(session: AsyncSession, job_id: UUID, *, after: int) -> list[ShownEvent]:
    """The history of a job from the seq after `after`."""
    statement = select(*_EVENT).where(col(JobEventRow.job_id) == job_id, col(JobEventRow.seq) > after)
    return _shown((await session.execute(statement.order_by(col(JobEventRow.seq)))).all())


async def feed(session: AsyncSession, user_id: UUID, *, after: int) -> list[ShownEvent]:
    """One page of the events of all the user's jobs, from the position after `after`."""
    statement = select(*_EVENT).where(col(JobEventRow.user_id) == user_id, col(JobEventRow.position) > after)
    ordered = statement.order_by(col(JobEventRow.position)).limit(FEED_PAGE)
    return _shown((await session.execute(ordered)).all())


async def feed_end(session: AsyncSession, user_id: UUID) -> int:
    """The position of the user's newest event; 0 without one."""
    statement = select(func.max(JobEventRow.position)).where(col(JobEventRow.user_id) == user_id)
    return await session.scalar(statement) or 0


async def turn(session: AsyncSession, job_id: UUID) -> int | None:
    """The turn of a job's request."""
    query = select(col(OutboxRow.turn)).where(
        col(OutboxRow.job_id) == job_id, col(OutboxRow.event) == JobRequested.name
    )
    found: int | None = await session.scalar(query)
    return found


async def requested_body(session: AsyncSession, job_id: UUID) -> JsonObject:
    """The body of the job's first event: its input as the service received it."""
    statement = select(col(JobEventRow.body)).where(
        col(JobEventRow.job_id) == job_id, col(JobEventRow.seq) == 1
    )
    body: JsonObject = await session.scalar(statement) or {}
    return body


async def requested_bodies(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, JsonObject]:
    """The same for many jobs; one without a history is left out."""
    statement = select(col(JobEventRow.job_id), col(JobEventRow.body)).where(
        col(JobEventRow.job_id).in_(job_ids), col(JobEventRow.seq) == 1
    )
    return {job_id: body for job_id, body in await session.execute(statement)}


def _shown(rows: Sequence[Row[Any]]) -> list[ShownEvent]:
    return [ShownEvent(**row._mapping) for row in rows]

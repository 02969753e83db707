"""The operators' list of jobs of all users, newest first, for sessions of the reader role.

A filter by index reads one page. A search, by text or cost, looks at no more rows than `MOST_SEARCHED` at a
time: the newest that meet the filters by index; the next page goes on where it stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.job_ends import is_living
from lodestone_gateway.store.queries import (
    WITHOUT_TEXTS,
    Kinds,
    Place,
    kinds_of,
    newest_ids,
    newest_jobs,
)
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.store.waiting import stored_words, waits_for

MOST_SEARCHED = 2_000  # rows that a search looks at for one page
MOST_NEWER = 50  # rows that are counted


@dataclass(frozen=True)
class JobFilter:
    """Which jobs of all users; an empty part lets everything through."""

    statuses: Sequence[str] = ()
    job_types: Sequence[str] = ()
    user_id: UUID | None = None
    error_codes: Sequence[str] = ()  # of failed jobs
    overdue_at: datetime | None = None  # only living jobs whose deadline was before this
    since: datetime | None = None  # of the 202
    until: datetime | None = None  # before this
    ids: tuple[UUID, UUID] | None = None  # the lowest and the highest
    waiting_for: Sequence[str] = ()  # in the words of `waiting.WORDS`
    holds: Holds = field(default_factory=Holds)  # what holds jobs back, for these words
    text: str | None = None  # in the input, or in what the job says, whatever its case
    cost_above: Decimal | None = None  # US dollars so far

    @property
    def is_search(self) -> bool:
        """Whether rows have to be looked at that no index finds."""
        return self.text is not None or self.cost_above is not None


@dataclass(frozen=True)
class Searched:
    """What a search looked at: so many rows, and the last of them where there are more."""

    count: int
    last: Place | None


_PLACE = (col(BackgroundJob.created_at), col(BackgroundJob.id))


async def all_jobs(
    session: AsyncSession, wanted: JobFilter, *, before: Place | None, limit: int
) -> Sequence[BackgroundJob]:
    """Jobs of all users without their texts, newest first, after the place `before`; not for a search."""
    return await newest_jobs(session, _among(wanted), _kinds(wanted), before=before, limit=limit)


async def search_jobs(
    session: AsyncSession, wanted: JobFilter, *, before: Place | None, limit: int
) -> tuple[Sequence[BackgroundJob], Searched]:
    """The same for a search, and how far it looked."""
    looked_at, searched = await look_at(session, wanted, before=before)
    # Without an order: a plan for the first few of an order may walk past everything that is not found.
    found = await session.scalars(_of(looked_at).where(*found_in(wanted)))
    matching = set(found.all())
    shown = [job_id for job_id in looked_at if job_id in matching][:limit]
    page = select(BackgroundJob).options(*WITHOUT_TEXTS).where(col(BackgroundJob.id).in_(shown))
    rows = (await session.scalars(page.order_by(*(column.desc() for column in _PLACE)))).all()
    return rows, searched


async def look_at(
    session: AsyncSession, wanted: JobFilter, *, before: Place | None
) -> tuple[Sequence[UUID], Searched]:
    """The next jobs that a search looks at, newest first: those that meet the filters by index."""
    ids = newest_ids(_PLACE, _among(wanted), _kinds(wanted), before=before, limit=MOST_SEARCHED)
    looked_at = (await session.scalars(ids)).all()
    last = await _place(session, looked_at[-1]) if len(looked_at) == MOST_SEARCHED else None
    return looked_at, Searched(len(looked_at), last)


async def count_newer(session: AsyncSession, wanted: JobFilter, after: Place) -> int:
    """How many such jobs come before this place in the list, counted up to a bound; of the next rows only."""
    next_ids = select(col(BackgroundJob.id)).where(tuple_(*_PLACE) > after).order_by(*_PLACE)
    looked_at = (await session.scalars(next_ids.limit(MOST_SEARCHED))).all()
    found = _of(looked_at).where(*met_by_index(wanted), *found_in(wanted)).limit(MOST_NEWER)
    return await session.scalar(select(func.count()).select_from(found.subquery())) or 0


async def run_again_as(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these jobs, those that were run again, each with the last job that did."""
    again = (
        select(col(BackgroundJob.parent_job_id), col(BackgroundJob.id))
        .where(col(BackgroundJob.parent_job_id).in_(job_ids))
        .order_by(*_PLACE)
    )
    return {parent: child for parent, child in await session.execute(again) if parent}


def met_by_index(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """All conditions but those of a search."""
    return [*_among(wanted), *_of_kinds(_kinds(wanted))]


def found_in(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What a search looks for in each row."""
    found: list[ColumnElement[bool]] = []
    if wanted.cost_above is not None:
        found.append(col(BackgroundJob.cost_usd) > wanted.cost_above)
    if wanted.text is not None:
        texts = (
            cast(col(BackgroundJob.input), Text),
            col(BackgroundJob.error),
            col(BackgroundJob.progress_message),
        )
        found.append(or_(*(each.icontains(wanted.text, autoescape=True) for each in texts)))
    return found


def _of(job_ids: Sequence[UUID]) -> Select[UUID]:
    return select(col(BackgroundJob.id)).where(col(BackgroundJob.id).in_(job_ids))


async def _place(session: AsyncSession, job_id: UUID) -> Place | None:
    row = (await session.execute(select(*_PLACE).where(col(BackgroundJob.id) == job_id))).first()
    return (row[0], row[1]) if row else None


def _among(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """The conditions that are no start of an index."""
    among: list[ColumnElement[bool]] = []
    if wanted.user_id:
        among.append(col(BackgroundJob.user_id) == wanted.user_id)
    if wanted.overdue_at:
        among += [is_living(), col(BackgroundJob.deadline_at) < wanted.overdue_at]
    if wanted.since:
        among.append(col(BackgroundJob.created_at) >= wanted.since)
    if wanted.until:
        among.append(col(BackgroundJob.created_at) < wanted.until)
    if wanted.ids:
        among.append(col(BackgroundJob.id).between(*wanted.ids))
    if wanted.waiting_for:
        among += _of_kinds(kinds_of(wanted.statuses, wanted.job_types))
        among.append(waits_for(wanted.waiting_for, wanted.holds))
    return among


def _of_kinds(kinds: Kinds) -> list[ColumnElement[bool]]:
    return [column.in_(values) for column, values in kinds.items()]


def _kinds(wanted: JobFilter) -> Kinds:
    codes = {col(BackgroundJob.error_code): wanted.error_codes} if wanted.error_codes else {}
    if wanted.waiting_for:
        return {col(BackgroundJob.waiting_for): stored_words(wanted.waiting_for), **codes}
    return {**kinds_of(wanted.statuses, wanted.job_types), **codes}

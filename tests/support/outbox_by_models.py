"""What the relay reads from the outbox, in terms of the models: the oracle of its plain SQL."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from lodestone.events import EVENTS, JobCancelRequested, JobRequested
from lodestone.judgement import RowState
from lodestone.status import Status
from lodestone_gateway.outbox.place import Lane, Look
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.store.job_ends import has_ended
from lodestone_gateway.store.operations_tables import EVERYTHING, PausedJobType, PausedUser, SpendHold
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col


async def waiting_rows(engine: AsyncEngine, look: Look, left_out: Collection[str]) -> list[Waiting]:
    """The next rows: first those of cancelled jobs, then the requests of each lane that there is room for."""
    query = (
        select(OutboxRow, col(BackgroundJob.status), col(BackgroundJob.seq))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(
            col(OutboxRow.published_at).is_(None),
            col(OutboxRow.event_id).not_in([*left_out, *look.left_alone]),
        )
        .order_by(col(OutboxRow.is_bulk), col(OutboxRow.turn), col(OutboxRow.position))
    )
    async with transaction(engine) as session:
        found = (await session.execute(query)).all()
        rows = [_waiting(*row) for row in found]
        in_bulk = {row.OutboxRow.event_id for row in found if row.OutboxRow.held_by}
        pauses = [*await session.scalars(select(PausedJobType)), *await session.scalars(select(PausedUser))]
        held = select(col(SpendHold.is_bulk)).where(col(SpendHold.until) > func.now())
        is_held = set(await session.scalars(held))
    all_paused = {_name(each) for each in pauses}
    paused = {_name(each) for each in pauses if each.per_minute is None or _name(each) not in look.resumed}
    since = [row for row in rows if row.turn >= look.since.get(row.place.lane, 0)]
    cancelled = {row.job_id for row in since if row.event.name == JobCancelRequested.name}
    taken = Counter[tuple[Lane, UUID | None]]()
    within = list[Waiting]()
    for row in rows:
        is_paused = bool({row.job_type, EVERYTHING} & paused)
        if row.event.name == JobRequested.name and not is_paused and row.is_bulk not in is_held:
            own = look.capped.get(row.job_type, {}).get(row.user_id)
            if own is None and (row not in since or str(row.user_id) in all_paused):
                continue
            if str(row.user_id) in paused or row.event_id in in_bulk:
                continue
            queue = (row.place.lane, None if own is None else row.user_id)
            taken[queue] += 1
            room = look.rooms[row.job_type] if own is None else own
            if taken[queue] <= room and row.job_id not in cancelled:
                within.append(row)
    return [*(row for row in rows if row.job_id in cancelled), *within]


async def prunable(engine: AsyncEngine) -> set[str]:
    """The event ids of published and held rows of ended jobs."""
    is_unread = or_(col(OutboxRow.published_at).is_not(None), col(OutboxRow.held_by).is_not(None))
    query = (
        select(col(OutboxRow.event_id))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(is_unread, has_ended())
    )
    return set(await _ids(engine, query))


async def marks(engine: AsyncEngine) -> dict[str, tuple[bool, bool]]:
    """By event id, whether each row is tried and whether it is published."""
    query = select(OutboxRow)
    async with transaction(engine) as session:
        rows = await session.scalars(query)
        return {row.event_id: (row.tried, row.published_at is not None) for row in rows}


async def _ids(engine: AsyncEngine, query: Any) -> Iterable[str]:
    async with transaction(engine) as session:
        ids: Iterable[str] = (await session.scalars(query)).all()
        return ids


def _name(pause: PausedJobType | PausedUser) -> str:
    return pause.job_type if isinstance(pause, PausedJobType) else str(pause.user_id)


def _waiting(row: OutboxRow, status: str, seq: int) -> Waiting:
    return Waiting(
        event_id=row.event_id,
        job_id=row.job_id,
        job_type=row.job_type,
        event=EVENTS[row.event].model_validate(row.body),
        time=row.time,
        traceparent=row.traceparent,
        tried=row.tried,
        job=RowState(is_terminal=Status(status).is_terminal, seq=seq),
        is_bulk=row.is_bulk,
        turn=row.turn,
    )

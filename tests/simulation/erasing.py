"""Erasure in the modelled tables: replaces `reconciler.erasure_rows`, function by function."""

from dataclasses import replace
from uuid import UUID

from lodestone.erasure import ERASED_MESSAGE, without_texts
from lodestone.events import TERMINAL_EVENTS
from lodestone.job_log import Entry
from lodestone_gateway.reconciler.erasure_rows import Erasing
from simulation.store import SimEngine, SimHistoryRow, Store, transaction


async def spread_to_jobs(engine: SimEngine) -> None:
    """No accounts are deleted here."""


async def close_accounts(engine: SimEngine) -> list[UUID]:
    """No accounts are deleted here."""
    return []


async def count_waiting(engine: SimEngine) -> tuple[int, float]:
    """How many jobs are still to be erased."""
    async with transaction(engine) as session:
        return len(_waiting(session.store)), 0.0


async def read_unstripped(engine: SimEngine, limit: int) -> list[Erasing]:
    """Ended jobs that still have their texts."""
    async with transaction(engine) as session:
        store = session.store
        ended = [id for id in _waiting(store) if store.jobs[id].status.is_terminal]
        return [_erasing(store, id) for id in ended if id not in store.stripped][:limit]


async def read_stripped(engine: SimEngine, after: UUID | None, limit: int) -> list[Erasing]:
    """Ended jobs without texts that are still to be erased from the stream."""
    async with transaction(engine) as session:
        store = session.store
        left = [id for id in _waiting(store) if id in store.stripped and (after is None or id > after)]
        return [_erasing(store, id) for id in left][:limit]


async def strip(engine: SimEngine, job_id: UUID) -> None:
    """Removes the texts from the rows."""
    async with transaction(engine) as session:
        store = session.store
        job = store.jobs[job_id]
        if not job.status.is_terminal:
            return
        error = None if job.error is None else ERASED_MESSAGE
        store.jobs[job_id] = replace(job, result=None, items=(), progress_message="", error=error)
        store.history[job_id] = [_stripped(row) for row in store.history.get(job_id, [])]
        store.outbox = [row for row in store.outbox if row.job_id != job_id]
        store.stripped.add(job_id)


async def read_end(engine: SimEngine, job_id: UUID) -> tuple[Entry | None, int]:
    """The job's terminal event, and how far the stream is folded."""
    async with transaction(engine) as session:
        rows = [row.entry for row in session.store.history.get(job_id, []) if row.event in TERMINAL_EVENTS]
        return (rows[0] if rows else None), session.store.cursor.sequence


async def finish(engine: SimEngine, erasing: Erasing) -> None:
    """Records that the erasure is complete."""
    async with transaction(engine) as session:
        erasure = session.store.erasures[erasing.job_id]
        if erasure.requested_at == erasing.requested_at:
            session.store.erasures[erasing.job_id] = replace(erasure, is_done=True)


def _waiting(store: Store) -> list[UUID]:
    return sorted(id for id, erasure in store.erasures.items() if not erasure.is_done)


def _erasing(store: Store, job_id: UUID) -> Erasing:
    requested_at = store.erasures[job_id].requested_at
    return Erasing(job_id, store.jobs[job_id].job_type, removes_row=False, requested_at=requested_at)


def _stripped(row: SimHistoryRow) -> SimHistoryRow:
    return replace(row, entry=replace(row.entry, event=without_texts(row.entry.event)))

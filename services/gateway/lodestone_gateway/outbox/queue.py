"""The outbox as the relay sees it: waiting rows in a fair order, and their two marks, tried and published.

Plain SQL, in statements that never change: each is prepared and planned once. A test compares them with the
same queries in terms of the models.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from lodestone.clock import now
from lodestone.events import EVENTS, JobEvent, JobRequested
from lodestone.job_log import JobLog
from lodestone.judgement import AppendRequested, RowState, on_outbox_request
from lodestone.status import ENDED, Status

from lodestone_gateway.store.autocommit import AutocommitConnection

PRUNED_AT_ONCE = 1000  # rows; a longer DELETE would delay the next round

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """One unpublished row of the outbox, and its job's row."""

    event_id: str
    job_id: UUID
    job_type: str
    event: JobEvent
    time: datetime
    traceparent: str | None
    tried: bool  # an earlier try may have been stored, then lost
    job: RowState
    is_first_try: bool = False  # this relay has just marked it as tried: nobody appended it before

    @property
    def may_be_first(self) -> bool:
        """Whether it asks for a job of which nobody has published anything."""
        decision = on_outbox_request(JobLog(), self.job, tried=self.tried)
        return isinstance(self.event, JobRequested) and decision == AppendRequested(is_open=False)


class Columns(NamedTuple):
    """A waiting row as it is read."""

    event_id: str
    job_id: UUID
    job_type: str
    event: str
    body: str
    time: datetime
    traceparent: str | None
    tried: bool
    status: str
    seq: int


async def take_waiting(
    connection: AutocommitConnection,
    limit: int,
    unreadable: set[str],
    *,
    published: Iterable[str],
    is_to_try: bool,
) -> list[Waiting]:
    """Takes `published` off the queue and reads the next rows in one transaction, without those.

    Interactive jobs come before bulk, users in turn, each user's rows in their order; requests of a paused
    job type wait, except those to be cancelled. A row that cannot be read, perhaps of a newer version, blocks
    only its job: its id goes into `unreadable`, whose rows are left out. With `is_to_try`, requests that
    nobody has tried are then marked as tried: they may be appended once that is committed.
    """
    waiting = await _read_waiting(connection, limit, unreadable, list(published))
    if not is_to_try:
        return waiting
    first = await _mark_tried(connection, [row.event_id for row in waiting if row.may_be_first])
    return [replace(row, is_first_try=True) if row.event_id in first else row for row in waiting]


async def mark_published(connection: AutocommitConnection, event_ids: Iterable[str]) -> None:
    """Takes rows off the queue; they stay for a restore until the job ends."""
    await connection.execute(_PUBLISH, {"published": json.dumps(list(event_ids)), "time": now()})


async def prune(connection: AutocommitConnection) -> None:
    """Deletes published rows of ended jobs, which are never restored."""
    await connection.execute(_PRUNE, {"limit": PRUNED_AT_ONCE})


async def _read_waiting(
    connection: AutocommitConnection, limit: int, unreadable: set[str], published: list[str]
) -> list[Waiting]:
    while True:
        known = len(unreadable)
        values = {
            "published": json.dumps(published),
            "left_out": json.dumps([*published, *unreadable]),
            "time": now(),
            "limit": limit,
        }
        rows = [_waiting(Columns(*row), unreadable) for row in await connection.execute(_TAKE, values)]
        waiting = [row for row in rows if row]
        if waiting or len(unreadable) == known:
            return waiting


async def _mark_tried(connection: AutocommitConnection, event_ids: list[str]) -> set[str]:
    if not event_ids:
        return set()
    return {event_id for (event_id,) in await connection.execute(_TRY, {"tried": json.dumps(event_ids)})}


def _waiting(row: Columns, unreadable: set[str]) -> Waiting | None:
    try:
        return _read(row)
    except Exception:
        unreadable.add(row.event_id)
        log.exception("cannot read a row of the outbox", job_id=str(row.job_id), event_name=row.event)
        return None


def _read(row: Columns) -> Waiting:
    return Waiting(
        event_id=row.event_id,
        job_id=row.job_id,
        job_type=row.job_type,
        event=EVENTS[row.event].model_validate_json(row.body),
        time=row.time,
        traceparent=row.traceparent,
        tried=row.tried,
        job=RowState(is_terminal=Status(row.status).is_terminal, seq=row.seq),
    )


# Ids travel as one JSON array: the driver turns a list into text element by element. A row that somebody has
# locked blocks only itself: a later round comes to it again.
_PUBLISH = """
    UPDATE outbox SET published_at = %(time)s WHERE event_id IN (
        SELECT event_id FROM outbox
        WHERE event_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(published)s))) AND published_at IS NULL
        FOR UPDATE SKIP LOCKED)
    RETURNING event_id"""
_TRY = """
    UPDATE outbox SET tried = true WHERE event_id IN (
        SELECT event_id FROM outbox
        WHERE event_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(tried)s))) AND NOT tried
        FOR UPDATE SKIP LOCKED)
    RETURNING event_id"""
# The parts of a statement see the table as it was before: what is published in it is left out by id.
_TAKE = f"""
    WITH published AS ({_PUBLISH})
    SELECT event_id, job_id, row.job_type, event, body::text, time, traceparent, tried, status, seq
    FROM outbox AS row JOIN background_jobs AS job ON job.id = job_id
    WHERE published_at IS NULL
        AND event_id NOT IN (SELECT jsonb_array_elements_text(%(left_out)s))
        AND (event <> 'requested'
            OR NOT EXISTS (SELECT FROM paused_job_types AS paused WHERE paused.job_type = row.job_type)
            OR EXISTS (SELECT FROM outbox AS other
                WHERE other.job_id = row.job_id AND other.event = 'cancel_requested'))
    ORDER BY priority = 'bulk',
        row_number() OVER (PARTITION BY row.user_id, priority = 'bulk' ORDER BY position), position
    LIMIT %(limit)s"""  # noqa: S608
_PRUNE = f"""
    DELETE FROM outbox WHERE event_id IN (
        SELECT event_id FROM outbox JOIN background_jobs ON id = job_id
        WHERE published_at IS NOT NULL AND status IN ('{"', '".join(sorted(ENDED))}')
        LIMIT %(limit)s FOR UPDATE OF outbox SKIP LOCKED)
    RETURNING event_id"""  # noqa: S608

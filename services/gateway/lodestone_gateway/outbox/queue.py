"""The outbox as the relay sees it: waiting rows in a fair order, and their two marks, tried and published.

Plain SQL, in statements that never change: each is prepared and planned once. A test compares them with the
same queries in terms of the models.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import structlog
from lodestone.clock import now
from lodestone.events import EVENTS, JobEvent, JobRequested
from lodestone.job_log import JobLog
from lodestone.jobs import JOB_TYPES
from lodestone.judgement import AppendRequested, RowState, on_outbox_request
from lodestone.status import ENDED, Status

from lodestone_gateway.outbox.place import Lane, Look, Turn
from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.operations_tables import EVERYTHING

ROWS = 256  # of one lane that a round reads, and of all lanes that it takes
PASSED_OVER = 1000  # rows of capped users that a round looks past in a lane
LOOKED_AT_ONCE = 1000  # rows, by whoever prunes; a longer statement would delay the next round

Choosing: TypeAlias = Callable[[Sequence[Turn]], list[Turn]]

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
    is_bulk: bool = False
    turn: int = 0
    is_first_try: bool = False  # this relay has just marked it as tried: nobody appended it before

    @property
    def place(self) -> Turn:
        """Its place in the queue."""
        return Turn(self.event_id, Lane(self.job_type, self.is_bulk), self.turn, self.user_id)

    @property
    def user_id(self) -> UUID:
        """Whose job it is."""
        return self.event.user_id

    @property
    def is_new(self) -> bool:
        """Whether nothing of its job was folded, as far as the job's row says."""
        return not (self.job.is_terminal or self.job.seq)

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
    is_bulk: bool
    turn: int
    status: str
    seq: int
    is_first_try: bool


async def take_waiting(
    connection: AutocommitConnection,
    look: Look,
    unreadable: set[str],
    *,
    published: Iterable[str],
    choose: Choosing,
    is_to_try: bool,
) -> list[Waiting]:
    """Takes `published` off the queue and reads the next rows in one transaction, without those.

    Users take turns, each user's rows come in their order. Of the requests that were read, `choose` says
    which are taken; what is paused waits. A cancel never waits, nor does the request of its job.
    A row that cannot be read, perhaps of a newer version, blocks only its job: its id goes into `unreadable`,
    whose rows are left out. With `is_to_try`, requests that nobody has tried are marked as tried: they may be
    appended once that is committed. For a request that waits alone the transaction that reads it does that,
    since there is nothing to choose.
    """
    rows = await _read_waiting(connection, look, unreadable, list(published), is_to_try)
    waiting = chosen_of(rows, choose)
    if not is_to_try or all(row.is_first_try for row in waiting):
        return waiting
    first = await _mark_tried(connection, waiting)
    return [replace(row, is_first_try=True) if row.event_id in first else row for row in waiting]


async def mark_published(connection: AutocommitConnection, event_ids: Iterable[str]) -> None:
    """Takes rows off the queue; they stay for a restore until the job ends."""
    await connection.execute(PUBLISH, values_of_marks(event_ids))


def values_of_marks(event_ids: Iterable[str]) -> dict[str, Any]:
    """The values of a statement that takes these rows off the queue."""
    return {"published": json.dumps(list(event_ids)), "time": now()}


async def prune(connection: AutocommitConnection, after: str) -> str:
    """Deletes published and held rows of ended jobs, which nobody needs any more, after that event id.

    Looks at some rows, and returns where the next call goes on; empty when there are no more.
    """
    values = {"after": after, "limit": LOOKED_AT_ONCE}
    [(last, count)] = await connection.execute(PRUNE, values)
    return str(last) if count == LOOKED_AT_ONCE else ""


async def _read_waiting(
    connection: AutocommitConnection,
    look: Look,
    unreadable: set[str],
    published: list[str],
    is_to_try: bool,
) -> list[Waiting]:
    while True:
        known = len(unreadable)
        values = values_of_marks(published) | {
            "left_out": json.dumps([*published, *look.left_alone, *unreadable]),
            "limit": ROWS,
            "lanes": json.dumps(list(_lanes(look))),
            "apart": json.dumps(list(_apart(look))),
            "resumed": json.dumps(sorted(look.resumed)),
            "is_everything": look.is_everything,
            "is_to_try": is_to_try,
        }
        rows = [readable(Columns(*row), unreadable) for row in await connection.execute(TAKE, values)]
        waiting = [row for row in rows if row]
        if waiting or len(unreadable) == known:
            return waiting


def _lanes(look: Look) -> Iterator[tuple[str, bool, int, int, int, list[str]]]:
    """The lanes to read: which, since when, how much, of how many rows, and without which users."""
    for job_type in JOB_TYPES:
        capped = list(map(str, look.capped.get(job_type, ())))
        room = min(look.rooms.get(job_type, ROWS), ROWS)
        for is_bulk in (False, True):
            since = look.since.get(Lane(job_type, is_bulk), 0)
            yield job_type, is_bulk, since, room, room + PASSED_OVER if capped else room, capped


def _apart(look: Look) -> Iterator[tuple[str, bool, str, int]]:
    """The users to read by themselves: in which lane, and how much."""
    for job_type, users in look.capped.items():
        for user_id, most in users.items():
            if most:
                yield from ((job_type, is_bulk, str(user_id), most) for is_bulk in (False, True))


def chosen_of(rows: list[Waiting], choose: Choosing) -> list[Waiting]:
    """Those that do not have to wait, then those that are chosen."""
    by_id = {row.event_id: row for row in rows}  # a request may be read in its turn and with its cancel
    in_turn, at_once = by_haste(by_id.values())
    chosen = choose([row.place for row in in_turn])
    return [*at_once, *(by_id[turn.event_id] for turn in chosen)]


def by_haste(rows: Iterable[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Requests that take their turn, and the rows of jobs whose cancel is among them, which do not."""
    rows = list(rows)
    cancelled = {row.job_id for row in rows if row.event.name == "cancel_requested"}
    in_turn = [row for row in rows if row.job_id not in cancelled]
    return in_turn, [row for row in rows if row.job_id in cancelled]


async def _mark_tried(connection: AutocommitConnection, waiting: list[Waiting]) -> set[str]:
    """Those that nobody had tried. Rows that are put from now on come after the turns of these: a lane's
    clock never goes back."""
    new = [row.event_id for row in waiting if row.may_be_first]
    in_turn, _ = by_haste(waiting)
    reached = {row.place.lane: row.turn for row in in_turn}  # each lane's last one
    values = {
        "tried": json.dumps(new),
        "reached": json.dumps([[*lane, turn] for lane, turn in reached.items()]),
    }
    rows = await connection.execute(TRY, values)
    return {event_id for (event_id, _) in rows if event_id}


def readable(row: Columns, unreadable: set[str]) -> Waiting | None:
    """The row; None if it cannot be read, perhaps because it is of a newer version."""
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
        is_bulk=row.is_bulk,
        turn=row.turn,
        is_first_try=row.is_first_try,
    )


# Ids travel as one JSON array: the driver turns a list into text element by element. A row that somebody has
# locked blocks only itself: a later round comes to it again. A plan that was made while the outbox was empty
# is kept while it is full, and to an empty table every index costs the same: so where a row is known by its
# id, `num_nulls` leaves no index of unpublished or free rows to search, and an array no join to choose.
PUBLISH = """
    UPDATE outbox SET published_at = %(time)s WHERE event_id = ANY(ARRAY(
        SELECT event_id FROM outbox
        WHERE event_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(published)s)))
            AND num_nulls(published_at) = 1
        FOR UPDATE SKIP LOCKED))
    RETURNING event_id"""
TRY = """
    WITH first AS (
        UPDATE outbox SET tried = true WHERE event_id = ANY(ARRAY(
            SELECT event_id FROM outbox
            WHERE event_id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(tried)s))) AND NOT tried
                AND (held_by IS NULL OR EXISTS (SELECT FROM outbox AS cancel
                    WHERE cancel.job_id = outbox.job_id AND cancel.event = 'cancel_requested'))
            FOR UPDATE SKIP LOCKED))
        RETURNING event_id)
    SELECT event_id, NULL::bigint FROM first
    UNION ALL
    SELECT NULL, setval(lodestone_lane_clock(lane->>0, (lane->>1)::boolean), (lane->>2)::bigint)
    FROM jsonb_array_elements(%(reached)s) AS lane
    WHERE lodestone_lane_time(lane->>0, (lane->>1)::boolean) < (lane->>2)::bigint"""
# The parts of a statement see the table as it was before: what is published in it is left out by id.
_IS_WAITING = """
    published_at IS NULL AND event_id NOT IN (SELECT jsonb_array_elements_text(%(left_out)s))"""
_IS_NEXT = f"job_type = lane.job_type AND is_bulk = lane.is_bulk AND turn >= lane.since AND {_IS_WAITING}"
# Held rows are in none of the indexes by which requests are read.
_IS_FREE = "held_by IS NULL AND event <> 'cancel_requested'"
ITS_JOB = "(SELECT status, seq FROM background_jobs WHERE id = row.job_id LIMIT 1) AS job"
_IS_UNPUBLISHED = "published_at IS NULL AND held_by IS NULL"
_IN_ORDER = "ORDER BY turn, position"
_BY_TYPE = "ORDER BY job_type, is_bulk, turn, position"
# As `Waiting.may_be_first` says it of a row that is the only one.
_IS_LONE = f"""
    count(*) = 1 AND bool_and(event = 'requested' AND NOT tried AND seq = 0
        AND status NOT IN ('{"', '".join(sorted(ENDED))}'))"""
# What is resumed gradually is held as long as nothing of it may be published. These are asked of each lane,
# before its rows are read.
_MAY_START = f"""
    (SELECT bool_or(per_minute IS NULL OR NOT %(resumed)s::jsonb ? pause.job_type)
        FROM paused_job_types AS pause WHERE pause.job_type IN (lane.job_type, '{EVERYTHING}')) IS NOT TRUE
    AND lane.is_bulk NOT IN (SELECT is_bulk FROM spend_holds WHERE until > now())"""  # noqa: S608
_USER_MAY_START = """
    (SELECT per_minute IS NULL OR NOT %(resumed)s::jsonb ? pause.user_id::text
        FROM paused_users AS pause WHERE pause.user_id = lane.user_id) IS NOT TRUE"""
IS_OF_OTHERS = "user_id <> ALL (ARRAY(SELECT user_id FROM paused_users))"
# Each job type and priority is a lane with an index; of a paused one only cancels are read, with the requests
# of their jobs. Users who are capped or paused are passed over there, and read by an index of their own.
# Types that only another release knows are looked for by whoever looks at everything.
TAKE = f"""
    WITH RECURSIVE published AS ({PUBLISH}),
    unknown AS (
        SELECT (SELECT job_type FROM outbox WHERE {_IS_UNPUBLISHED} {_BY_TYPE} LIMIT 1) AS job_type
        WHERE %(is_everything)s
        UNION ALL
        SELECT (SELECT job_type FROM outbox
            WHERE {_IS_UNPUBLISHED} AND job_type > unknown.job_type {_BY_TYPE} LIMIT 1)
        FROM unknown WHERE job_type IS NOT NULL),
    known AS (
        SELECT lane->>0 AS job_type, (lane->>1)::boolean AS is_bulk, (lane->>2)::bigint AS since,
            (lane->>3)::bigint AS room, (lane->>4)::bigint AS looked_at, lane->5 AS capped
        FROM jsonb_array_elements(%(lanes)s) AS lane),
    apart AS (
        SELECT lane->>0 AS job_type, (lane->>1)::boolean AS is_bulk, (lane->>2)::uuid AS user_id,
            (lane->>3)::bigint AS room
        FROM jsonb_array_elements(%(apart)s) AS lane),
    lane AS (
        SELECT * FROM known
        UNION ALL
        SELECT job_type, is_bulk, 0, %(limit)s, %(limit)s, '[]'::jsonb
        FROM unknown CROSS JOIN (VALUES (false), (true)) AS priority (is_bulk)
        WHERE job_type NOT IN (SELECT job_type FROM known)),
    next AS (
        SELECT row.* FROM lane CROSS JOIN LATERAL (
            SELECT * FROM (
                SELECT * FROM outbox WHERE {_IS_NEXT} AND {_IS_FREE} AND {IS_OF_OTHERS}
                {_IN_ORDER} LIMIT lane.looked_at) AS row
            WHERE NOT lane.capped ? user_id::text {_IN_ORDER} LIMIT lane.room) AS row
        WHERE {_MAY_START}
        UNION ALL
        SELECT row.* FROM apart AS lane CROSS JOIN LATERAL (
            SELECT * FROM outbox WHERE user_id = lane.user_id AND job_type = lane.job_type
                AND is_bulk = lane.is_bulk AND {_IS_WAITING} AND {_IS_FREE}
            ORDER BY turn_ends LIMIT lane.room) AS row
        WHERE {_MAY_START} AND {_USER_MAY_START}
        UNION ALL
        SELECT row.* FROM lane CROSS JOIN LATERAL (
            SELECT job_id FROM outbox WHERE {_IS_NEXT} AND event = 'cancel_requested' {_IN_ORDER}
            LIMIT %(limit)s) AS cancel
        CROSS JOIN LATERAL (
            SELECT * FROM outbox WHERE job_id = cancel.job_id AND num_nulls(published_at) = 1
                AND event_id NOT IN (SELECT jsonb_array_elements_text(%(left_out)s)) LIMIT 2) AS row),
    waiting AS MATERIALIZED (
        SELECT row.*, status, seq FROM next AS row CROSS JOIN LATERAL {ITS_JOB}),
    first AS (
        UPDATE outbox SET tried = true WHERE event_id = ANY(ARRAY(
            SELECT event_id FROM outbox
            WHERE event_id = (SELECT max(event_id) FROM waiting WHERE %(is_to_try)s HAVING {_IS_LONE})
                AND NOT tried AND num_nulls(held_by) = 1
            FOR UPDATE SKIP LOCKED))
        RETURNING event_id, CASE WHEN lodestone_lane_time(job_type, is_bulk) < turn
            THEN setval(lodestone_lane_clock(job_type, is_bulk), turn) END)
    SELECT event_id, job_id, job_type, event, body::text, time, traceparent, tried, is_bulk, turn, status,
        seq, event_id IN (SELECT event_id FROM first)
    FROM waiting ORDER BY is_bulk, turn, position"""  # noqa: S608
PRUNE = f"""
    WITH page AS MATERIALIZED (
        SELECT event_id FROM outbox WHERE event_id > %(after)s ORDER BY event_id LIMIT %(limit)s),
    ended AS MATERIALIZED (
        SELECT event_id FROM outbox
        WHERE event_id = ANY(ARRAY(SELECT event_id FROM page)) AND num_nonnulls(published_at, held_by) > 0
            AND (SELECT status FROM background_jobs WHERE id = job_id) IN ('{"', '".join(sorted(ENDED))}')
        FOR UPDATE SKIP LOCKED),
    gone AS (DELETE FROM outbox WHERE event_id = ANY(ARRAY(SELECT event_id FROM ended)))
    SELECT max(event_id), count(*) FROM page"""  # noqa: S608

"""Committed events → the open streams of this process.

One connection listens; when woken, it reads the new rows once for all watchers. The notification is only a
wake-up: a sweep finds what a lost one would have announced. Each subscription gets, in order, every event of
its job or user that is committed after it began, until it ends. Whoever wants to know how far the events go
asks for a look: those who ask at the same moment share one.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import attrgetter
from uuid import UUID

import psycopg
import structlog
from lodestone import clock
from lodestone.errors import Unavailable
from lodestone.rhythm import next_moment, seconds_to_next
from psycopg.pq.abc import PGconn
from psycopg.rows import class_row

from lodestone_gateway.live.heart import Heart
from lodestone_gateway.live.subscription import POSITION, SEQ, Cursor, Ended, News, Subscription
from lodestone_gateway.metrics import HUB_CONNECTED, WATCHERS
from lodestone_gateway.store.autocommit import ALWAYS_BY_INDEX
from lodestone_gateway.store.holds import CAPPED, FRESH, Holds, read_capped
from lodestone_gateway.store.operations_tables import HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.store.prepared import Driver, PreparedStatements, Row, array_of
from lodestone_gateway.store.queries import ShownEvent, event_columns
from lodestone_gateway.store.session import Role, connect_directly

CHANNEL = "job_events"
SWEEP_SECONDS = 1.0
READ_SECONDS = 10.0  # a database that does not answer for this long counts as gone
RECONNECT_SECONDS = 0.5
HEADS = 5_000  # new rows looked at in one read: after a long interruption it catches up in steps
FEW = 64  # watched jobs and users that a read names; where there are more, it names none

# Which rows are new is asked without naming more than a few of the watched ones, so its cost does not grow
# with watchers. Of those that are named, the events come with it.
_NEW = f"""
    SELECT (SELECT max(position) FROM job_events), head.position, head.job_id, head.user_id,
        {event_columns("event")}
    FROM (SELECT * FROM job_events WHERE position > $1::bigint ORDER BY position LIMIT $2::int) AS head
    LEFT JOIN LATERAL (
        SELECT head.* WHERE head.job_id = ANY($3::uuid[]) OR head.user_id = ANY($4::uuid[])) AS event ON true
    ORDER BY head.position"""  # noqa: S608
_EVENTS = f"""
    SELECT {event_columns("job_events")} FROM job_events
    WHERE position = ANY(%(positions)s) ORDER BY position"""  # noqa: S608
# What no notification tells of.
_STATE = f"""
    SELECT (SELECT coalesce(max(position), 0) FROM job_events),
        ARRAY(SELECT job_type FROM paused_job_types WHERE per_minute IS NULL UNION ALL
            SELECT CASE WHEN is_bulk THEN '{HELD_BULK}' ELSE '{HELD_INTERACTIVE}' END
            FROM spend_holds WHERE until > now()),
        ARRAY(SELECT job_type FROM paused_job_types WHERE per_minute IS NOT NULL),
        ARRAY(SELECT user_id FROM paused_users),
        (SELECT coalesce(jsonb_agg(jsonb_build_array(job_type, is_bulk, turn, per_second)), '[]')
            FROM lane_paces WHERE seen_at > now() - %(fresh)s::interval),
        clock_timestamp(),
        (SELECT coalesce(array_agg(user_id), '{{}}') FROM deleted_accounts
            WHERE greatest(requested_at, done_at) > now() - interval '1 minute')"""  # noqa: S608

NOBODY = ("{}", "{}")
UNREADABLE = (psycopg.DataError, ValueError, TypeError)

log = structlog.get_logger(__name__)


class Hub:
    """All subscriptions of this process."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._jobs: dict[UUID, set[Subscription]] = {}
        self._users: dict[UUID, set[Subscription]] = {}
        self._heart = Heart()
        self._position: int | None = None
        self._state_at = 0.0  # when the state is read again
        self._is_closing = False
        self._woken = asyncio.Event()  # there may be news, or somebody asks for a look
        self._look: asyncio.Future[int | None] | None = None  # the answer of the next read
        self.connected = asyncio.Event()
        self.holds = Holds()
        self._capped: frozenset[tuple[str, UUID]] = frozenset()
        self._capped_until = 0.0
        # Users with a row, and when an earlier account of theirs was deleted; forgotten with the account.
        self.known_users: dict[UUID, float] = {}

    @property
    def position(self) -> int:
        """Up to here all events are committed, as read last; 0 before the first look."""
        return self._position or 0

    @contextmanager
    def watch_job(self, job_id: UUID) -> Iterator[Subscription]:
        """Events of one job, from now on."""
        with self._watch(self._jobs, job_id) as subscription:
            yield subscription

    @contextmanager
    def watch_user(self, user_id: UUID) -> Iterator[Subscription]:
        """Events of all jobs of a user, from now on."""
        with self._watch(self._users, user_id) as subscription:
            yield subscription

    async def look(self) -> int:
        """The position of the newest event of all that are committed now. Raises Unavailable."""
        if not self.connected.is_set():
            raise Unavailable
        if self._look is None:
            self._look = asyncio.get_running_loop().create_future()
            self._woken.set()
        newest = await asyncio.shield(self._look)
        if newest is None:
            raise Unavailable
        return newest

    async def run(self) -> None:
        """Listens until cancelled; reconnects after a lost connection and reads what it missed."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # any error at all: without the hub nobody is told anything
                log.warning("hub_disconnected", error=type(error).__name__, reason=str(error)[:300])
            finally:
                self.connected.clear()
                HUB_CONNECTED.set(0)
                _answer(self._look, None)
                self._look = None
            await asyncio.sleep(RECONNECT_SECONDS)

    def close(self) -> None:
        """Ends all subscriptions, including later ones."""
        self._is_closing = True
        for subscriptions in (*self._jobs.values(), *self._users.values()):
            for subscription in subscriptions:
                subscription.end(Ended.CLOSING)

    @property
    def _is_watched(self) -> bool:
        return bool(self._jobs or self._users)

    @contextmanager
    def _watch(self, places: dict[UUID, set[Subscription]], key: UUID) -> Iterator[Subscription]:
        subscription = Subscription()
        if self._is_closing:
            subscription.end(Ended.CLOSING)
        places.setdefault(key, set()).add(subscription)
        WATCHERS.inc()
        try:
            with self._heart.keep(subscription):
                yield subscription
        finally:
            WATCHERS.dec()
            places[key].discard(subscription)
            if not places[key]:
                del places[key]

    async def _listen(self) -> None:
        async with await connect_directly(self._database_url, Role.READER, ALWAYS_BY_INDEX) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await connection.execute(f"LISTEN {CAPPED}")
            # For those that come during a read.
            connection.add_notify_handler(lambda notify: self._hear(notify.channel, notify.payload))
            self._state_at = 0.0
            self.known_users.clear()  # users who deleted their account meanwhile get nothing more
            asking = PreparedStatements(connection)
            while True:
                self._woken.clear()
                async with asyncio.timeout(READ_SECONDS):
                    is_behind = await self._read_and_answer(asking)
                if is_behind:
                    continue
                self.connected.set()
                HUB_CONNECTED.set(1)
                await self._until_woken(connection)

    async def _until_woken(self, connection: Driver) -> None:
        """Returns when there may be news, when somebody asks for a look, and after SWEEP_SECONDS."""
        loop = asyncio.get_running_loop()
        loop.add_reader(connection.fileno(), self._take_notices, connection.pgconn)
        self._take_notices(connection.pgconn)  # those that came with the last answer
        try:
            async with asyncio.timeout(seconds_to_next(loop.time(), SWEEP_SECONDS)):
                await self._woken.wait()
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(connection.fileno())

    def _take_notices(self, libpq: PGconn) -> None:
        try:
            libpq.consume_input()
        except psycopg.OperationalError:
            self._woken.set()  # whoever reads next finds out why
        while notify := libpq.notifies():  # what is committed is seen by the read that follows
            self._hear(notify.relname.decode(), notify.extra.decode())

    def _hear(self, channel: str, payload: str) -> None:
        """There may be news, unless nobody waits for any or it is what the relay tells.

        Whoever begins to watch later reads what is committed by then.
        """
        if channel != CAPPED:
            if self._is_watched:
                self._woken.set()
            return
        with suppress(ValueError, TypeError):  # another release may tell something else
            self._capped = read_capped(payload)
            self._capped_until = asyncio.get_running_loop().time() + FRESH.total_seconds()
            self.holds = replace(self.holds, capped=self._capped)

    async def _read_and_answer(self, asking: PreparedStatements) -> bool:
        """Reads the news and answers those who asked for a look before; otherwise as `_read_new`."""
        look, self._look = self._look, None
        newest = None
        try:
            newest, is_behind = await self._read_new(asking)
            return is_behind
        finally:
            _answer(look, newest)

    async def _read_new(self, asking: PreparedStatements) -> tuple[int, bool]:
        """Hands out the new rows; the newest position, and whether more are waiting than it looked at."""
        time = asyncio.get_running_loop().time()
        if time >= self._state_at:
            newest = await self._read_state(asking)
            self._state_at = next_moment(time, SWEEP_SECONDS)
            if self._position in (None, newest) or not self._is_watched:
                # Later subscribers read the rows up to here as history: they are committed.
                self._position = newest
                return newest, False
        return await self._read_events(asking)

    async def _read_state(self, asking: PreparedStatements) -> int:
        """What holds jobs back, the time, and whose account was deleted; the newest position."""
        asked = clock.own()
        [row] = await asking.execute_named(_STATE, {"fresh": FRESH})
        newest, paused, resumed, users, paces, time, deleted = row
        clock.follow(time, asked=asked, answered=clock.own())
        is_fresh = asyncio.get_running_loop().time() < self._capped_until
        capped = self._capped if is_fresh else ()
        self.holds = Holds.of(paused, paces, capped, resumed=resumed, paused_users=users)
        for user_id in deleted:
            self.known_users.pop(user_id, None)
        return int(newest)

    async def _read_events(self, asking: PreparedStatements) -> tuple[int, bool]:
        """As `_read_new`."""
        rows = await self._rows(asking)
        if not rows:
            return self.position, False
        newest, end, *_ = rows[-1]
        after, self._position = self._position, end
        # No await between these two: whoever subscribes from here on reads up to `end` as history.
        wanted = [row for row in rows if row[2] in self._jobs or row[3] in self._users]
        try:
            events = await self._events(asking.driver, wanted)
        except BaseException:
            self._position = after  # read again after the reconnect
            raise
        self._hand_out(events)
        return newest, end < newest

    async def _rows(self, asking: PreparedStatements) -> list[Row]:
        """Of each new row the newest position, its own, job and user, and its event if that was named."""
        after = (str(self._position), str(HEADS))
        is_few = len(self._jobs) + len(self._users) <= FEW
        named = (array_of(self._jobs), array_of(self._users)) if is_few else NOBODY
        try:
            return await asking.execute(_NEW, *after, *named)
        except UNREADABLE:  # whoever reads the events one by one finds out which
            return await asking.execute(_NEW, *after, *NOBODY)

    async def _events(self, connection: Driver, rows: Sequence[Row]) -> list[ShownEvent]:
        """The events of these rows, as far as they are readable; those that are not here yet are read."""
        here = {row[1]: ShownEvent(*row[4:]) for row in rows if row[4] is not None}
        missing = [row[1] for row in rows if row[1] not in here]
        here |= {event.position: event for event in await _read(connection, missing)} if missing else {}
        return [here[position] for position in sorted(here)]

    def _hand_out(self, events: list[ShownEvent]) -> None:
        _offer(self._jobs, attrgetter("job_id"), SEQ, events)
        _offer(self._users, attrgetter("user_id"), POSITION, events)


def _offer(
    watched: dict[UUID, set[Subscription]],
    owner: Callable[[ShownEvent], UUID],
    cursor: Cursor,
    events: Iterable[ShownEvent],
) -> None:
    """Offers the events to the subscriptions of their owners: a job's together, or a user's."""
    by_owner: dict[UUID, list[ShownEvent]] = {}
    for event in events:
        if owner(event) in watched:
            by_owner.setdefault(owner(event), []).append(event)
    for key, own in by_owner.items():
        news = News(own, cursor)
        for subscription in watched[key]:
            _offer_one(subscription, news)


def _offer_one(subscription: Subscription, news: News) -> None:
    try:
        subscription.offer(news)
    except Exception as error:  # an error with one client must not keep news from the others
        log.error("cannot tell a client", error=type(error).__name__, reason=str(error)[:300])
        subscription.end(Ended.DROPPED)


def _answer(look: asyncio.Future[int | None] | None, newest: int | None) -> None:
    if look and not look.done():
        look.set_result(newest)


async def _read(connection: Driver, positions: list[int]) -> list[ShownEvent]:
    async with connection.cursor(row_factory=class_row(ShownEvent)) as cursor:
        await cursor.execute(_EVENTS, {"positions": positions})
        try:
            return await cursor.fetchall()
        except UNREADABLE as error:
            log.error("cannot read an event", after=positions[0], end=positions[-1], error=str(error)[:300])
        return await _readable(cursor)


async def _readable(cursor: psycopg.AsyncCursor[ShownEvent]) -> list[ShownEvent]:
    """The rows of the result except unreadable ones, which are missing only in their own job."""
    events = []
    for number in range(cursor.rowcount):
        await cursor.scroll(number, mode="absolute")
        with suppress(*UNREADABLE):
            if event := await cursor.fetchone():
                events.append(event)
    return events

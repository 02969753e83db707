"""Committed events → the open streams of this process.

One connection listens; when woken, it reads the new rows once for all watchers. The notification is only a
wake-up: a sweep finds what a lost one would have announced. Each subscription gets, in order, every event of
its job or user that is committed after it began, until it ends. Whoever wants to know how far the events go
asks for a look: those who ask at the same moment share one.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from operator import attrgetter
from uuid import UUID

import psycopg
import structlog
from lodestone import clock
from lodestone.errors import Unavailable
from psycopg.rows import TupleRow, class_row

from lodestone_gateway.live.heart import Heart
from lodestone_gateway.live.subscription import POSITION, SEQ, Cursor, Ended, News, Subscription
from lodestone_gateway.metrics import HUB_CONNECTED, WATCHERS
from lodestone_gateway.store.holds import FRESH, Holds
from lodestone_gateway.store.operations_tables import HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.store.queries import EVENT_COLUMNS, ShownEvent
from lodestone_gateway.store.session import Role, connect_directly

CHANNEL = "job_events"
SWEEP_SECONDS = 1.0
READ_SECONDS = 10.0  # a database that does not answer for this long counts as gone
RECONNECT_SECONDS = 0.5
HEADS = 5_000  # new rows looked at in one read: after a long interruption it catches up in steps

# Which rows are new is asked without naming the watched ones, so its cost does not grow with watchers.
_NOW = f"""
    WITH heads AS (
        SELECT position, job_id, user_id FROM job_events
        WHERE position > %(after)s ORDER BY position LIMIT %(heads)s)
    SELECT (SELECT coalesce(max(position), 0) FROM job_events),
        ARRAY(SELECT job_type FROM paused_job_types UNION ALL
            SELECT CASE WHEN is_bulk THEN '{HELD_BULK}' ELSE '{HELD_INTERACTIVE}' END
            FROM spend_holds WHERE until > now()),
        (SELECT coalesce(jsonb_agg(jsonb_build_array(job_type, is_bulk, turn, per_second)), '[]')
            FROM lane_paces WHERE seen_at > now() - %(fresh)s),
        clock_timestamp(),
        (SELECT coalesce(array_agg(user_id), '{{}}') FROM deleted_accounts
            WHERE greatest(requested_at, done_at) > now() - interval '1 minute'),
        (SELECT coalesce(array_agg(position ORDER BY position), '{{}}') FROM heads),
        (SELECT coalesce(array_agg(job_id ORDER BY position), '{{}}') FROM heads),
        (SELECT coalesce(array_agg(user_id ORDER BY position), '{{}}') FROM heads)"""  # noqa: S608
_NEW = f"""
    SELECT {", ".join(EVENT_COLUMNS)} FROM job_events
    WHERE position = ANY(%(positions)s) ORDER BY position"""  # noqa: S608

log = structlog.get_logger(__name__)


class Hub:
    """All subscriptions of this process."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._jobs: dict[UUID, set[Subscription]] = {}
        self._users: dict[UUID, set[Subscription]] = {}
        self._heart = Heart()
        self._position: int | None = None
        self._is_closing = False
        self._woken = asyncio.Event()  # there may be news, or somebody asks for a look
        self._look: asyncio.Future[int | None] | None = None  # the answer of the next read
        self.connected = asyncio.Event()
        self.holds = Holds()
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
        async with await connect_directly(self._database_url, Role.READER) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            connection.add_notify_handler(lambda _: self._woken.set())  # for those that come during a read
            self.known_users.clear()  # users who deleted their account meanwhile get nothing more
            while True:
                self._woken.clear()
                async with asyncio.timeout(READ_SECONDS):
                    is_behind = await self._read_and_answer(connection)
                if is_behind:
                    continue
                self.connected.set()
                HUB_CONNECTED.set(1)
                await self._until_woken(connection)

    async def _until_woken(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        """Returns when there may be news, when somebody asks for a look, and after SWEEP_SECONDS."""
        loop = asyncio.get_running_loop()
        loop.add_reader(connection.fileno(), self._woken.set)
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(connection.fileno())
        connection.pgconn.consume_input()
        while connection.pgconn.notifies():  # what is committed by now is seen by the read that follows
            pass

    async def _read_and_answer(self, connection: psycopg.AsyncConnection[TupleRow]) -> bool:
        """Reads the news and answers those who asked for a look before; otherwise as `_read_new`."""
        look, self._look = self._look, None
        newest = None
        try:
            newest, is_behind = await self._read_new(connection)
            return is_behind
        finally:
            _answer(look, newest)

    async def _read_new(self, connection: psycopg.AsyncConnection[TupleRow]) -> tuple[int, bool]:
        """Hands out the new rows; the newest position, and whether more are waiting than it looked at."""
        # Later subscribers read the rows up to `end` as history: they are committed.
        asked = clock.own()
        row = await (
            await connection.execute(_NOW, {"after": self._position, "heads": HEADS, "fresh": FRESH})
        ).fetchone()
        last, paused, paces, time, deleted, *heads = row if row else (0, (), (), asked, (), (), (), ())
        clock.follow(time, asked=asked, answered=clock.own())
        self.holds = Holds.of(paused, paces)
        for user_id in deleted:
            self.known_users.pop(user_id, None)
        end = heads[0][-1] if heads[0] else last
        after, self._position = self._position, end
        # No await between these two: whoever subscribes from here on reads up to `end` as history.
        if wanted := self._wanted(*heads):
            try:
                events = await self._events(connection, wanted)
            except BaseException:
                self._position = after  # read again after the reconnect
                raise
            self._hand_out(events)
        return last, end < last

    def _wanted(self, positions: list[int], jobs: list[UUID], users: list[UUID]) -> list[int]:
        """The positions of the rows that somebody watches."""
        return [
            position
            for position, job_id, user_id in zip(positions, jobs, users, strict=True)
            if job_id in self._jobs or user_id in self._users
        ]

    async def _events(
        self, connection: psycopg.AsyncConnection[TupleRow], positions: list[int]
    ) -> list[ShownEvent]:
        async with connection.cursor(row_factory=class_row(ShownEvent)) as cursor:
            await cursor.execute(_NEW, {"positions": positions})
            try:
                return await cursor.fetchall()
            except (psycopg.DataError, ValueError, TypeError) as error:
                log.error(
                    "cannot read an event", after=positions[0], end=positions[-1], error=str(error)[:300]
                )
            return await _readable(cursor)

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


async def _readable(cursor: psycopg.AsyncCursor[ShownEvent]) -> list[ShownEvent]:
    """The rows of the result except unreadable ones, which are missing only in their own job."""
    events = []
    for number in range(cursor.rowcount):
        await cursor.scroll(number, mode="absolute")
        with suppress(psycopg.DataError, ValueError, TypeError):
            if event := await cursor.fetchone():
                events.append(event)
    return events

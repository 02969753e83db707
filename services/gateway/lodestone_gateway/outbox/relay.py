"""The relay: outbox rows become events in the stream, in order, marked once they are seen there."""

import asyncio
import contextlib
import time
from collections import Counter as Counts
from collections.abc import Iterable
from uuid import UUID

import structlog
from lodestone.bus.connection import BusClient
from lodestone.bus.publisher import Appended, JobStream
from lodestone.clock import now
from lodestone.events import JobEvent, Restored
from lodestone.job_log import JobLog
from lodestone.jobs import JOB_TYPES
from lodestone.judgement import (
    AppendCancelRequested,
    AppendRequested,
    Mark,
    Wait,
    on_outbox_cancel,
    on_outbox_request,
)
from lodestone.liveness import Pulse
from lodestone.rhythm import next_moment, seconds_to_next
from lodestone.tasks import at_most
from lodestone.tracing import current_traceparent, leaf
from nats.errors import ConnectionClosedError
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.jobs.endings import cancelled
from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.outbox.dispatch import Dispatch
from lodestone_gateway.outbox.living import read_living, read_running
from lodestone_gateway.outbox.lone import take_lone
from lodestone_gateway.outbox.notices import Notices
from lodestone_gateway.outbox.paces import tell_capped, tell_paces
from lodestone_gateway.outbox.pauses import hear_pauses
from lodestone_gateway.outbox.place import SWEEP_SECONDS
from lodestone_gateway.outbox.queue import ROWS, Waiting, chosen_of, mark_published, prune, take_waiting
from lodestone_gateway.outbox.window import Window
from lodestone_gateway.outbox.workers import Workers
from lodestone_gateway.store.autocommit import AutocommitConnection

AT_ONCE = 64  # jobs that are published at the same time
ROW_SECONDS = 30.0  # for one row; one that the stream never accepts must not block the others
PRUNE_SECONDS = 10.0  # between two checks for rows that are no longer needed
PAUSE_SECONDS = 0.5  # after an error

log = structlog.get_logger(__name__)
relayed = Counter("lodestone_relayed_total", "Outbox rows marked as published", ["event"])
failures = Counter("lodestone_relay_failures_total", "Rounds or rows that ended with an error")
unreadable = Gauge("lodestone_outbox_unreadable_rows", "Outbox rows that this process cannot read")
oldest = Gauge("lodestone_outbox_oldest_age_seconds", "Age of the oldest row of the last round")


class Relay:
    """Publishes while its process leads."""

    def __init__(
        self, client: BusClient, stream: JobStream, engine: AsyncEngine, connection: AutocommitConnection
    ) -> None:
        self._client = client
        self._stream = stream
        self._connection = connection
        self._records = Records(engine)
        self._window = Window({name: job_type.service for name, job_type in JOB_TYPES.items()})
        self._workers = Workers(client, self._window)
        self._dispatch = Dispatch(self._window)
        self._pauses_at = 0.0  # when it asks again what is paused
        self._is_held = True  # whether something may wait that is held back
        self._knows_what_runs = False  # such as jobs that the relay before has published
        self._unreadable: set[str] = set()  # event ids of rows that are left to another version
        self._pulse = Pulse("the relay")
        self._wake = asyncio.Event()
        self._notices = Notices()
        self._published: list[str] = []  # event ids of rows that the next round takes off the queue

    def hear(self, event_id: str) -> None:
        """A row of that id was put, or several if it is empty: starts a round at once."""
        if self._notices.hear(event_id):
            self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs round after round until `stop`."""
        stopping = asyncio.create_task(_wake_at(stop, self._wake))
        await self._workers.listen(self._wake.set)
        self._pulse.start()
        try:
            await self._run(stop)
        finally:
            self._pulse.stop()
            stopping.cancel()
            await self._workers.close()
        if self._published:
            await self._mark_last()

    async def _run(self, stop: asyncio.Event) -> None:
        prune_at, pruned = time.monotonic() + PRUNE_SECONDS, ""
        while not stop.is_set():
            self._pulse.beat()
            self._wake.clear()
            try:
                is_more = await self.relay_round()
                if pruned or time.monotonic() > prune_at:
                    pruned = await prune(self._connection, pruned)
                    prune_at = time.monotonic() + PRUNE_SECONDS
            except ConnectionClosedError:
                raise  # it never comes back
            except Exception:
                failures.inc()
                log.exception("the relay tries again")
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if not (is_more or pruned):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds_to_next(time.monotonic(), SWEEP_SECONDS)):
                        await self._wake.wait()

    async def _mark_last(self) -> None:
        try:
            await mark_published(self._connection, self._published)
        except Exception:  # the next leader finds them in the stream
            failures.inc()
            log.exception("could not mark what was published last")

    async def relay_round(self) -> bool:
        """Publishes what is about to run, at most ROWS rows; returns whether to go on at once.

        While NATS is down it publishes and marks nothing, which preserves order and first tries. What a round
        has published is marked by the next one, in the transaction that reads; nothing is read for that alone
        before the next sweep.
        """
        is_connected = self._client.is_connected
        if is_connected:
            await self._workers.ask_if_due(time.monotonic())
        if not self._knows_what_runs:
            self._window.presume(await read_running(self._connection), time.monotonic())
            self._knows_what_runs = True
        await self._hear_pauses(time.monotonic())
        if self._is_idle(time.monotonic()):
            return False
        waiting = await self._take(time.monotonic(), is_to_try=is_connected)
        self._published = []
        unreadable.set(len(self._unreadable))
        oldest.set((now() - min(row.time for row in waiting)).total_seconds() if waiting else 0.0)
        if not is_connected:
            return False
        self._dispatch.begin(waiting)
        published = await at_most(AT_ONCE, (self._relay_job(rows) for rows in _by_job(waiting)))
        self._note(waiting, [row for rows in published for row in rows])
        await self._look_after(time.monotonic())
        is_open, is_due = self._dispatch.goes_on(time.monotonic()), self._workers.is_due(time.monotonic())
        return len(waiting) >= ROWS or is_open or is_due

    def _note(self, waiting: list[Waiting], seen: list[Waiting]) -> None:
        """What a round has taken, and which of it is in the stream."""
        self._published = [row.event_id for row in seen]
        self._dispatch.note(waiting, set(self._published), time.monotonic())
        is_all_taken = self._dispatch.has_taken_all(waiting) and not self._is_held
        is_all_done = is_all_taken and len(seen) == len(waiting)
        self._notices.end((row.event_id for row in waiting), is_all_done=is_all_done)
        for event, count in Counts(row.event.name for row in seen).items():
            relayed.labels(event=event).inc(count)

    def _is_idle(self, now: float) -> bool:
        """Whether nothing can wait, nothing is to be marked, and nobody is near a bound."""
        is_near = self._window.in_flight.is_near or self._workers.hears_ends
        is_due = not self._notices.are_none(now + SWEEP_SECONDS)  # by the next sweep it would be too late
        return not (self._published or is_near or is_due)

    async def _take(self, now: float, *, is_to_try: bool) -> list[Waiting]:
        """The row that waits alone, or else the next ones of all that wait."""
        event_id, look = self._notices.begin(now), self._dispatch.look(now)
        if event_id and is_to_try and look.is_plain:
            lone = await take_lone(self._connection, event_id, self._unreadable, published=self._published)
            if lone:
                return chosen_of([lone], self._dispatch.choose)
        return await take_waiting(
            self._connection,
            look,
            self._unreadable,
            published=self._published,
            choose=self._dispatch.choose,
            is_to_try=is_to_try,
        )

    async def _hear_pauses(self, now: float) -> None:
        """Asks what operators have paused, at most once a second."""
        if now < self._pauses_at:
            return
        pauses = await hear_pauses(self._connection)
        self._dispatch.hear(pauses, now)
        self._is_held = pauses.are_any
        self._pauses_at = next_moment(now, SWEEP_SECONDS)
        if pauses.ended:
            log.info("resumed: nothing waits any more", what=pauses.ended)

    async def _look_after(self, now: float) -> None:
        """Finds out which jobs live where a user is near their bound, and tells what is held back."""
        in_flight = self._window.in_flight
        if doubtful := in_flight.doubtful(now):
            in_flight.correct(doubtful, await read_living(self._connection, doubtful))
        await self._workers.hear_ends(now, is_near=in_flight.is_near)
        paces, capped = self._dispatch.to_tell(now)
        if paces:
            await tell_paces(self._connection, paces)
        if capped:
            await tell_capped(self._connection, capped)

    async def _relay_job(self, rows: list[Waiting]) -> list[Waiting]:
        """The rows of one job, in order; those that are done."""
        done: list[Waiting] = []
        found = await self._log_of(rows[0])
        for row in rows:
            try:
                async with asyncio.timeout(ROW_SECONDS):
                    is_done, found = await self._relay_row(row, found)
            except ConnectionClosedError:
                raise
            except Exception:
                failures.inc()
                log.exception("could not relay", job_id=str(row.job_id), event_name=row.event.name)
                break
            if not is_done:
                break
            done.append(row)
            self._pulse.beat()
        return done

    async def _log_of(self, row: Waiting) -> JobLog:
        """The log of a row's job; a first try presumes an empty one, and the fence refuses if it is not."""
        return JobLog() if row.is_first_try else await self._stream.read(row.job_type, row.job_id)

    async def _relay_row(self, row: Waiting, found: JobLog) -> tuple[bool, JobLog]:
        if row.event.name == "requested":
            return await self._request(row, found)
        return await self._cancel(row, found)

    async def _request(self, row: Waiting, found: JobLog) -> tuple[bool, JobLog]:
        decision = on_outbox_request(found, row.job, tried=row.tried)
        if isinstance(decision, Mark):
            return True, found
        if not decision.is_open and not row.is_first_try:
            return False, found  # another relay tried it meanwhile: look again
        found = await self._append(row, found, decision)
        if found.is_open:
            found = await restore(self._stream, self._records, row.job_type, row.job_id)
        return bool(found.entries), found

    async def _append(self, row: Waiting, found: JobLog, decision: AppendRequested) -> JobLog:
        appended = await self._publish(row, row.event, found, "open" if decision.is_open else None)
        return appended.log

    async def _publish(
        self, row: Waiting, event: JobEvent, found: JobLog, restored: Restored | None = None
    ) -> Appended:
        """Appends a row's event, in a span that continues the trace of the request that caused it."""
        with leaf(f"publish job.{event.name}", SpanKind.PRODUCER, traceparent=row.traceparent):
            return await self._stream.append(
                event,
                found,
                event_id=row.event_id,
                time=row.time,
                restored=restored,
                traceparent=current_traceparent() or row.traceparent,
            )

    async def _cancel(self, row: Waiting, found: JobLog) -> tuple[bool, JobLog]:
        while True:
            decision = on_outbox_cancel(found, row.job)
            if isinstance(decision, Mark | Wait):
                return isinstance(decision, Mark), found
            if isinstance(decision, AppendCancelRequested):
                event = row.event.model_copy(update={"attempt": found.attempt})
                appended = await self._publish(row, event, found)
            elif found.requested:
                appended = await self._stream.append(cancelled(found.requested, found), found)
            else:
                return False, found
            found = appended.log


async def _wake_at(stop: asyncio.Event, wake: asyncio.Event) -> None:
    await stop.wait()
    wake.set()


def _by_job(waiting: Iterable[Waiting]) -> list[list[Waiting]]:
    jobs: dict[UUID, list[Waiting]] = {}
    for row in waiting:
        jobs.setdefault(row.job_id, []).append(row)
    # A cancel takes no turn, so that it may be read before the request that it is for.
    return [sorted(rows, key=lambda row: row.event.name != "requested") for rows in jobs.values()]

"""The projector: reads the stream after the cursor and folds it, batch by batch, for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import structlog
from lodestone.bus.connection import BusClient
from lodestone.bus.place import StreamIsOlder
from lodestone.bus.reading import ConsumerGone, Reading, ReadingBroken, read_after
from lodestone.bus.topology import create_missing
from lodestone.clock import now
from lodestone.liveness import Pulse
from lodestone.tasks import end
from lodestone.tracing import record
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.js.errors import NotFoundError
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.cursor import Cursor, CursorMoved, read_cursor, turn_back
from lodestone_gateway.projector.dead_events import DRIFT
from lodestone_gateway.projector.fold import Folded, Kind
from lodestone_gateway.projector.messages import Folder
from lodestone_gateway.projector.moment import with_what_follows
from lodestone_gateway.store.pipeline import KeptConnection

PAUSE_SECONDS = 0.5  # after an error

log = structlog.get_logger(__name__)


class Projector:
    """Folds while its process leads."""

    def __init__(self, client: BusClient, engine: AsyncEngine, stream_replicas: int | None = None) -> None:
        self._client = client
        self._replicas = stream_replicas
        self._engine = engine
        # The connection on which the stream was checked. A stream goes back only when a server starts, and
        # checking after each lost message would take as long as reading them.
        self._looked_at: int | None = None
        self._pulse = Pulse("the projector")

    async def run(self) -> None:
        """Folds until it is cancelled; whatever breaks, it restarts after the cursor."""
        self._pulse.start()
        try:
            await self._run()
        finally:
            self._pulse.stop()

    async def _run(self) -> None:
        while True:
            try:
                await self._project()
            except CursorMoved:
                metrics.discarded.inc()
            except ConsumerGone as reason:
                self._looked_at = None
                log.info("restarting to read the stream", reason=str(reason))
            except ReadingBroken as reason:
                log.info("restarting to read the stream", reason=str(reason))
            except NotFoundError:
                await self._restore_stream()
            except ConnectionClosedError:
                raise  # it never comes back
            except Exception:
                self._pulse.beat()  # a backend is away
                log.exception("the projector starts again")
                await asyncio.sleep(PAUSE_SECONDS)

    async def _project(self) -> None:
        cursor = await read_cursor(self._engine)
        try:
            await self._project_after(cursor)
        except StreamIsOlder:
            await self._turn_back(cursor)

    async def _project_after(self, cursor: Cursor) -> None:
        connection = self._client.stats["reconnects"]
        place = replace(cursor.place, is_known=self._looked_at == connection)
        reading = await read_after(self._client, place)
        metrics.begun.inc()
        try:
            async with aclosing(KeptConnection(self._engine)) as tables:
                folder = Folder(tables, cursor)
                while True:
                    messages = await self._next_batch(reading, folder)
                    self._looked_at = connection
                    if messages:
                        await self._take(folder.fold(await with_what_follows(reading, messages)))
                    metrics.lag.set(reading.lag)
                    if messages or not reading.lag:
                        self._pulse.beat()
        finally:
            await reading.close()

    async def _next_batch(self, reading: Reading, folder: Folder) -> list[Msg]:
        """The next messages; meanwhile jobs that had to wait are tried again."""
        if folder.due_in is None:
            return await reading.next_batch()
        while folder.is_full:
            await asyncio.sleep(folder.due_in or 0)
            self._pulse.beat()  # it waits for a locked row, and tries again
            await self._take(folder.try_again())
        coming = asyncio.create_task(reading.next_batch())
        try:
            while (due_in := folder.due_in) is not None:
                await asyncio.wait({coming}, timeout=due_in)
                if coming.done():
                    break
                await self._take(folder.try_again())
            return await coming
        finally:
            await end(coming)

    async def _take(self, folds: AsyncIterator[Folded]) -> None:
        begun_ns = time.time_ns()
        async for folded in folds:
            self._pulse.beat()
            _observe(folded)
            _trace(folded, begun_ns)

    async def _turn_back(self, cursor: Cursor) -> None:
        log.error("the stream is older than what is folded; reading it from its start", after=cursor.sequence)
        metrics.turned_back.inc()
        try:
            await turn_back(self._engine, cursor)
        except Exception:
            log.exception("could not turn back")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _restore_stream(self) -> None:
        log.error("the stream is lost; creating a new one")
        try:
            await create_missing(self._client, self._replicas)
        except Exception:
            log.exception("could not create the stream")
            await asyncio.sleep(PAUSE_SECONDS)


def _observe(folded: Folded) -> None:
    metrics.observe(folded, now())
    for kind, entry in folded.kinds:
        if kind in DRIFT:
            event = entry.event
            log.warning("drift", kind=kind.value, event_name=event.name, job_id=str(event.job_id))


def _trace(folded: Folded, begun_ns: int) -> None:
    for kind, entry in folded.kinds:
        if kind is Kind.FOLDED and entry.traceparent:
            name = f"project job.{entry.event.name}"
            record(name, SpanKind.CONSUMER, traceparent=entry.traceparent, started_ns=begun_ns)

"""The projector: reads the stream after the cursor and folds it, batch by batch, for ever."""

import asyncio
import re
import time
from collections.abc import Sequence

import structlog
from lodestone.bus.envelope import InvalidMessage, decode
from lodestone.bus.topology import create_missing
from lodestone.clock import now
from lodestone.job_log import Entry
from lodestone.tracing import record
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.js.errors import NotFoundError
from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.batch import Cursor, CursorMoved, commit_batch, read_cursor
from lodestone_gateway.projector.consumer import ReadingBroken, read_after
from lodestone_gateway.projector.dead_events import DRIFT, REASON, refused, unreadable
from lodestone_gateway.projector.fold import Folded, Kind
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.session import transaction

PAUSE_SECONDS = 0.5  # after an error

log = structlog.get_logger(__name__)


class Projector:
    """Folds while its process leads."""

    def __init__(self, client: Client, engine: AsyncEngine) -> None:
        self._client = client
        self._engine = engine

    async def run(self) -> None:
        """Folds until it is cancelled; whatever breaks, it begins again after the cursor."""
        while True:
            try:
                await self._project()
            except CursorMoved:
                metrics.discarded.inc()
            except ReadingBroken as reason:
                log.info("reading the stream anew", reason=str(reason))
            except NotFoundError:
                await self._restore_stream()
            except ConnectionClosedError:
                raise  # it never comes back
            except Exception:
                log.exception("the projector begins again")
                await asyncio.sleep(PAUSE_SECONDS)

    async def _project(self) -> None:
        cursor = await read_cursor(self._engine)
        reading = await read_after(self._client, cursor.sequence)
        metrics.begun.inc()
        try:
            while True:
                messages = await reading.next_batch()
                metrics.lag.set(reading.lag)
                if messages:
                    cursor = await self._fold(cursor, messages)
        finally:
            await reading.close()

    async def _fold(self, cursor: Cursor, messages: Sequence[Msg]) -> Cursor:
        begun_ns = time.time_ns()
        entries, dead = _sorted(messages)
        last = messages[-1].metadata.sequence.stream
        try:
            after, folded = await commit_batch(self._engine, cursor, entries, last, dead)
        except (DataError, IntegrityError) as error:
            return await self._fold_singly(cursor, messages, error)
        await self._tell(folded)
        _trace(folded, begun_ns)
        return after

    async def _fold_singly(self, cursor: Cursor, messages: Sequence[Msg], error: Exception) -> Cursor:
        """Puts only the one event aside that the tables refuse, so that it does not hold up all others."""
        if len(messages) == 1:
            metrics.refused.inc()
            message = messages[0]
            log.error("put aside a refused event", subject=message.subject, error=str(error)[:REASON])
            last, dead = message.metadata.sequence.stream, [refused(message, str(error))]
            after, _ = await commit_batch(self._engine, cursor, [], last, dead)
            return after
        for message in messages:
            cursor = await self._fold(cursor, [message])
        return cursor

    async def _tell(self, folded: Folded) -> None:
        metrics.observe(folded, now())
        for kind, entry in folded.kinds:
            if kind in DRIFT:
                event = entry.event
                log.warning("drift", kind=kind.value, event_name=event.name, job_id=str(event.job_id))
        if folded.changed:
            async with transaction(self._engine) as session:
                await session.execute(text("NOTIFY job_events"))

    async def _restore_stream(self) -> None:
        log.error("the stream is lost; making a new one")
        try:
            await create_missing(self._client)
        except Exception:
            log.exception("could not make the stream")
            await asyncio.sleep(PAUSE_SECONDS)


def _trace(folded: Folded, begun_ns: int) -> None:
    for kind, entry in folded.kinds:
        if kind is Kind.FOLDED and entry.traceparent:
            name = f"project job.{entry.event.name}"
            record(name, SpanKind.CONSUMER, traceparent=entry.traceparent, started_ns=begun_ns)


def _sorted(messages: Sequence[Msg]) -> tuple[list[Entry], list[DeadEvent]]:
    """The events, and what is none."""
    entries, dead = [], []
    for message in messages:
        try:
            entries.append(_decoded(message))
        except InvalidMessage as error:
            metrics.invalid.inc()
            log.warning("put aside a message that is no event", error=str(error)[:REASON])
            dead.append(unreadable(message, str(error)))
    return entries, dead


def _decoded(message: Msg) -> Entry:
    # Postgres keeps no U+0000, in whatever field a model wrote it.
    body = re.sub(rb"(?<!\\)((?:\\\\)*)\\u0000", rb"\1\\ufffd", message.data)
    return decode(message.subject, message.headers, body, message.metadata.sequence.stream)

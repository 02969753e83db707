"""What the broker and the services say of themselves, kept for operators; and pauses, carried out.

A pause is a row that an operator made. Every round carries it out again, so that a recreated durable is
paused like the one that was lost.
"""

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from lodestone import subjects
from lodestone.bus.heartbeat import Heartbeat
from lodestone.bus.subscribers import create_missing_durables, read_subscribers
from lodestone.bus.topology import create_missing
from lodestone.clock import format_time, now
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, Error
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError
from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import SQLModel, col

from lodestone_gateway.reconciler.rounds import failures
from lodestone_gateway.store.operations_tables import ConsumerState, PausedJobType, ServiceHeartbeat
from lodestone_gateway.store.session import transaction

FORGET_AFTER = timedelta(minutes=1)  # a process that is silent for this long
A_LONG_TIME = timedelta(days=3650)  # the broker wants an end for each pause

log = structlog.get_logger(__name__)

Broker = dict[str, ConsumerInfo]


class Presence:
    """Listens to the services, asks the broker, and keeps what they say."""

    def __init__(self, client: Client, engine: AsyncEngine, subscribers_file: Path | None = None) -> None:
        self._client = client
        self._engine = engine
        self._subscribers_file = subscribers_file
        self._heartbeats: dict[str, tuple[Heartbeat, datetime]] = {}

    async def listen(self) -> None:
        """From now on heartbeats are heard."""
        await self._client.subscribe(subjects.HEARTBEATS, cb=self._hear)

    async def take(self) -> Broker:
        """The durables of all job types, paused as wanted; creates missing ones, and leaves them out."""
        async with transaction(self._engine) as session:
            paused = set((await session.execute(select(col(PausedJobType.job_type)))).scalars())
        broker = await self._ask_broker(paused)
        await self._keep_subscribers()
        try:
            await self._keep(broker, self._take_heartbeats())
        except Exception:  # what is only shown to operators must not hold up repairs
            log.exception("could not record which processes run")
        return broker

    async def _keep(self, broker: Broker, heartbeats: list[JsonObject]) -> None:
        projector = await self._projector()
        async with transaction(self._engine) as session:
            states = [*broker.values(), *([projector] if projector else [])]
            await _replace(session, ConsumerState, "name", [_state(info) for info in states])
            await _replace(session, ServiceHeartbeat, "worker_id", heartbeats)
            await session.execute(
                delete(ServiceHeartbeat).where(col(ServiceHeartbeat.seen_at) < now() - FORGET_AFTER)
            )

    async def ask(self, durable: str) -> ConsumerInfo:
        """What the broker says of a durable now. Raises NotFoundError when it has lost it."""
        info: ConsumerInfo = await self._client.jetstream().consumer_info(subjects.STREAM, durable)
        return info

    async def _hear(self, message: Msg) -> None:
        try:
            heartbeat = Heartbeat.model_validate_json(message.data)
        except ValidationError:
            log.warning("an unreadable heartbeat", subject=message.subject)
            return
        if message.subject == subjects.heartbeat_subject(heartbeat.service):
            self._heartbeats[heartbeat.worker_id] = (heartbeat, now())

    async def _ask_broker(self, paused: set[str]) -> Broker:
        broker = Broker()
        for job_type in JOB_TYPES:
            durable = subjects.durable(job_type)
            try:
                if info := await self._ask_paused(durable, job_type in paused):
                    broker[job_type] = info
            except ConnectionClosedError:
                raise
            except Exception as error:  # of one type: the jobs of the others are still checked
                failures.inc()
                log.error("could not check a durable", durable=durable, error=repr(error))
        return broker

    async def _ask_paused(self, durable: str, is_paused: bool) -> ConsumerInfo | None:
        try:
            info = await self.ask(durable)
        except NotFoundError:
            log.error("a durable is missing", durable=durable)
            await create_missing(self._client)
            return None
        if bool(info.paused) != is_paused:
            await self._pause(durable, is_paused)
            info = await self.ask(durable)
        return info

    async def _keep_subscribers(self) -> None:
        try:
            await create_missing_durables(self._client, read_subscribers(self._subscribers_file))
        except (Error, TimeoutError, OSError, ValueError) as error:
            log.error("could not check the subscribers' durables", error=repr(error))

    async def _pause(self, durable: str, is_paused: bool) -> None:
        until = now() + A_LONG_TIME if is_paused else now() - timedelta(seconds=1)
        try:
            await self._client.jetstream().pause_consumer(subjects.STREAM, durable, format_time(until))
        except (Error, TimeoutError) as error:
            log.error("could not pause or resume; trying again", durable=durable, error=repr(error))
        else:
            log.warning("paused" if is_paused else "resumed", durable=durable)

    async def _projector(self) -> ConsumerInfo | None:
        try:
            return await self.ask(subjects.PROJECTOR)
        except NotFoundError:
            return None  # it is about to be created

    def _take_heartbeats(self) -> list[JsonObject]:
        rows = [{**dict(heartbeat), "seen_at": seen_at} for heartbeat, seen_at in self._heartbeats.values()]
        self._heartbeats.clear()
        return rows


def _state(info: ConsumerInfo) -> JsonObject:
    return {
        "name": info.name,
        "pending": info.num_pending or 0,
        "ack_pending": info.num_ack_pending or 0,
        "redelivered": info.num_redelivered or 0,
        "waiting_pulls": info.num_waiting or 0,
        "is_paused": bool(info.paused),
        "seen_at": now(),
    }


async def _replace(session: AsyncSession, table: type[SQLModel], key: str, rows: list[JsonObject]) -> None:
    """Writes the rows over those with the same key."""
    if rows:
        statement = insert(table).values(rows)
        others = {name: statement.excluded[name] for name in rows[0] if name != key}
        await session.execute(statement.on_conflict_do_update(index_elements=[key], set_=others))

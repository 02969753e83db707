"""What the broker and the services say of themselves, kept for operators; and pauses, carried out.

A pause is a row that an operator made. Every round carries it out again, so that a recreated durable is
paused like the one that was lost.
"""

import json
from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic

import structlog
from lodestone import subjects
from lodestone.bus.heartbeat import Heartbeat
from lodestone.bus.subscribers import create_missing_durables, read_subscribers
from lodestone.bus.topology import create_missing, read_consumers
from lodestone.clock import format_time, now
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, Error
from nats.js.api import ConsumerInfo
from prometheus_client import Gauge
from psycopg.types.json import Jsonb
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from lodestone_gateway.reconciler.rounds import failures
from lodestone_gateway.store.operations_tables import (
    EVERYTHING,
    ConsumerState,
    ServiceHeartbeat,
)
from lodestone_gateway.store.session import directly

ALIVE_WITHIN = timedelta(seconds=ACK_WAIT_SECONDS)  # three heartbeats
FORGET_AFTER = timedelta(minutes=1)  # a process that is silent for this long
KEEP_SECONDS = 3.0  # between two records of what has not changed
A_LONG_TIME = timedelta(days=3650)  # the broker wants an end for each pause

log = structlog.get_logger(__name__)
slots = Gauge("lodestone_service_slots", "Slots of the living processes of a service", ["service"])
busy_slots = Gauge("lodestone_service_busy_slots", "Those of them in which a job runs", ["service"])
pending = Gauge("lodestone_durable_pending_messages", "Requests on the bus that no worker has", ["job_type"])
redelivered = Gauge(
    "lodestone_durable_redelivered_messages",
    "Requests that were delivered more than once and are not done",
    ["job_type"],
)
wanted = Gauge(
    "lodestone_durable_wanted_slots",
    "Slots for what is on the bus and not done, except what waits in a pause",
    ["job_type"],
)
untaken = Gauge(
    "lodestone_durable_untaken_messages",
    "Requests that no worker takes, although nothing is paused and its service has a free slot",
    ["job_type"],
)

Broker = dict[str, ConsumerInfo]


PAUSED = "SELECT job_type FROM paused_job_types WHERE per_minute IS NULL"


def _replacing(table: type[SQLModel], key: str, told: str) -> str:
    """Writes what was told over the rows with the same key."""
    others = ", ".join(f"{name} = excluded.{name}" for name in table.model_fields if name != key)
    name, columns = table.__tablename__, ", ".join(table.model_fields)
    return f"""
        INSERT INTO {name} ({columns})
        SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, %({told})s)
        ON CONFLICT ({key}) DO UPDATE SET {others}"""  # noqa: S608


KEEP = f"""
    WITH states AS ({_replacing(ConsumerState, "name", "states")}),
    beats AS ({_replacing(ServiceHeartbeat, "worker_id", "beats")})
    DELETE FROM service_beats WHERE seen_at < %(before)s
        AND worker_id NOT IN (SELECT told->>'worker_id' FROM jsonb_array_elements(%(beats)s) AS told)"""  # noqa: S608


class Presence:
    """Listens to the services, asks the broker, and keeps what they say."""

    def __init__(
        self,
        client: Client,
        engine: AsyncEngine,
        subscribers_file: Path | None = None,
        stream_replicas: int | None = None,
    ) -> None:
        self._client = client
        self._engine = engine
        self._file = subscribers_file
        self._replicas = stream_replicas
        self._heartbeats: dict[str, tuple[Heartbeat, datetime]] = {}
        self._last: dict[str, tuple[Heartbeat, datetime]] = {}  # of each process that is alive
        self._kept: list[JsonObject] = []  # states as recorded last
        self._due = 0.0  # when they are recorded again though nothing changed
        self._tell: Callable[[Heartbeat], object]

    async def listen(self, tell: Callable[[Heartbeat], object]) -> None:
        """From now on heartbeats are heard, and told."""
        self._tell = tell
        await self._client.subscribe(subjects.HEARTBEATS, cb=self._hear)

    async def take(self) -> Broker:
        """The durables of all job types, paused as wanted; creates missing ones, and leaves them out.

        None at all when the broker does not answer. Raises ConnectionClosedError.
        """
        async with directly(self._engine) as connection:
            paused = {job_type for (job_type,) in await (await connection.execute(PAUSED)).fetchall()}
        if EVERYTHING in paused:
            paused = set(JOB_TYPES)
        consumers = await self._ask_broker()
        if consumers is None:
            return Broker()
        broker = await self._paused_as_wanted(consumers, paused)
        self._measure(broker)
        await self._keep_subscribers(consumers)
        try:
            await self._keep(broker, consumers.get(subjects.PROJECTOR))
        except Exception:  # what is only shown to operators must not hold up repairs
            log.exception("could not record which processes run")
        return broker

    async def take_if_connected(self) -> None:
        """The same where no job needs the answer; waits for a lost connection."""
        if self._client.is_connected:
            await self.take()

    def _measure(self, broker: Broker) -> None:
        heard_since = now() - ALIVE_WITHIN
        self._last = {worker: told for worker, told in self._last.items() if told[1] > heard_since}
        free: dict[str, int] = {}
        for service in {job_type.service for job_type in JOB_TYPES.values()}:
            beats = [beat for beat, _ in self._last.values() if beat.service == service]
            of_all, busy = sum(beat.slots for beat in beats), sum(beat.running for beat in beats)
            slots.labels(service=service).set(of_all)
            busy_slots.labels(service=service).set(busy)
            free[service] = of_all - busy
        for job_type, info in broker.items():
            pending.labels(job_type=job_type).set(info.num_pending or 0)
            redelivered.labels(job_type=job_type).set(info.num_redelivered or 0)
            waiting = 0 if info.paused else info.num_pending or 0
            wanted.labels(job_type=job_type).set(waiting + (info.num_ack_pending or 0))
            untaken.labels(job_type=job_type).set(waiting if free[JOB_TYPES[job_type].service] > 0 else 0)

    async def _keep(self, broker: Broker, projector: ConsumerInfo | None) -> None:
        """Records what was said, at once where it changes, else every few seconds."""
        told = [_state(info) for info in (*broker.values(), *([projector] if projector else []))]
        if told == self._kept and monotonic() < self._due:
            return
        heartbeats = [_beat(said, seen_at) for said, seen_at in self._heartbeats.values()]
        self._heartbeats.clear()
        states = [{**state, "seen_at": now()} for state in told]
        written = {"states": _json(states), "beats": _json(heartbeats), "before": now() - FORGET_AFTER}
        async with directly(self._engine) as connection:
            await connection.execute(KEEP, written)
        self._kept, self._due = told, monotonic() + KEEP_SECONDS

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
            self._heartbeats[heartbeat.worker_id] = self._last[heartbeat.worker_id] = (heartbeat, now())
            self._tell(heartbeat)

    async def _ask_broker(self) -> dict[str, ConsumerInfo] | None:
        """All consumers by name; None without an answer: the jobs are still checked."""
        try:
            return await read_consumers(self._client)
        except ConnectionClosedError:
            raise
        except Exception as error:
            failures.inc()
            log.error("could not ask the broker for the durables", error=repr(error))
            return None

    async def _paused_as_wanted(self, consumers: Mapping[str, ConsumerInfo], paused: set[str]) -> Broker:
        broker = Broker()
        for job_type in JOB_TYPES:
            durable = subjects.durable(job_type)
            try:
                if info := await self._paused_if(consumers.get(durable), durable, job_type in paused):
                    broker[job_type] = info
            except ConnectionClosedError:
                raise
            except Exception as error:  # of one type: the jobs of the others are still checked
                failures.inc()
                log.error("could not check a durable", durable=durable, error=repr(error))
        return broker

    async def _paused_if(
        self, info: ConsumerInfo | None, durable: str, is_paused: bool
    ) -> ConsumerInfo | None:
        if info is None:
            log.error("a durable is missing", durable=durable)
            await create_missing(self._client, self._replicas)
        elif bool(info.paused) != is_paused:
            await self._pause(durable, is_paused)
            return await self.ask(durable)
        return info

    async def _keep_subscribers(self, consumers: Container[str]) -> None:
        try:
            lost = [each for each in read_subscribers(self._file) if each.durable not in consumers]
            await create_missing_durables(self._client, lost)
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


def _json(rows: list[JsonObject]) -> Jsonb:
    return Jsonb(rows, dumps=partial(json.dumps, default=str))


def _beat(said: Heartbeat, seen_at: datetime) -> JsonObject:
    provider = said.provider.to_wire() if said.provider else None
    return {**dict(said), "provider": provider, "seen_at": seen_at}


def _state(info: ConsumerInfo) -> JsonObject:
    return {
        "name": info.name,
        "pending": info.num_pending or 0,
        "ack_pending": info.num_ack_pending or 0,
        "redelivered": info.num_redelivered or 0,
        "waiting_pulls": info.num_waiting or 0,
        "is_paused": bool(info.paused),
    }

"""Relay, projector and reconciler with real NATS and Postgres; the test plays the API and the workers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from lodestone import subjects
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.clock import now
from lodestone.events import (
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobProgress,
    JobRequested,
    JobStarted,
    Priority,
    Prompt,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.tasks import end
from lodestone_gateway.processes import LeaderApp, project, relay
from lodestone_gateway.projector.app import Projector
from lodestone_gateway.reconciler.app import Reconciler
from lodestone_gateway.reconciler.presence import Presence
from lodestone_gateway.reconciler.settle import Settler
from lodestone_gateway.settings import ProjectorSettings
from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.leadership import Lock
from lodestone_gateway.store.outbox import put
from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.session import Role, transaction
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow, User
from nats.errors import Error
from nats.js import JetStreamContext
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import col
from support.backends import NatsServer
from support.bus_users import nothing_forbidden
from support.nats_cluster import NatsCluster
from support.samples import example_input, ideation_result
from support.tables import give_tables
from support.waiting import eventually

PROMPT = Prompt(name="ideation", version=1, sha256="0" * 64)
WORKER = "ideation-test"


class RunningApp:
    """One of the product's processes, run in this process."""

    def __init__(self, app: LeaderApp) -> None:
        self.url = ""  # of its health port
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._task = asyncio.create_task(app.run(self._stop, self._note))

    async def ready(self) -> "RunningApp":
        """Returns once it leads or stands by."""
        await eventually(lambda: self._ready.is_set() or self._task.done(), within=10)
        assert self._ready.is_set(), self._task
        return self

    async def stop(self) -> None:
        """What SIGTERM does."""
        self._stop.set()
        await asyncio.wait_for(self._task, 10)

    def _note(self, url: str) -> None:
        self.url = url
        self._ready.set()


class GatewayBench:
    """The stream, the tables, the processes, and helpers for jobs and their events."""

    def __init__(self, settings: ProjectorSettings, client: BusClient) -> None:
        self.settings = settings
        self.client = client
        self.stream = JobStream(client, "test")
        url = make_url(settings.database_url).set(drivername="postgresql+psycopg")
        self.engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True)
        self.tables = KeptConnection(self.engine)
        self.outbox = AutocommitConnection(settings.database_url, Role.RELAY)  # as a relay has it
        self._apps: list[RunningApp] = []

    async def relay(self) -> RunningApp:
        """A running relay."""
        work = partial(relay, self.settings)
        return await self._start(LeaderApp("relay", self.settings, Role.RELAY, Lock.RELAY, work))

    async def projector(self) -> RunningApp:
        """A running projector with its reconciler."""
        work = partial(project, self.settings)
        return await self._start(LeaderApp("projector", self.settings, Role.PROJECTOR, Lock.PROJECTOR, work))

    async def published(self) -> JobRequested:
        """A job whose request is in the stream."""
        requested = await self.submit()
        await self.publish(requested)
        return requested

    async def put_aside(self) -> list[tuple[str, str]]:
        """The dead letters that are events: problem and subject."""
        rows = await self.sql("SELECT problem, subject FROM dead_events ORDER BY sequence")
        return [(row.problem, row.subject) for row in rows]

    def reconciler(self) -> Reconciler:
        """A reconciler whose rounds the test starts."""
        presence = Presence(self.client, self.engine)
        return Reconciler(self.client, JobStream(self.client, "reconciler"), self.engine, presence)

    def settler(self) -> Settler:
        """A settler whose rounds the test starts."""
        return Settler(self.client, JobStream(self.client, "reconciler"), self.engine)

    @contextlib.asynccontextmanager
    async def folding(self, projectors: int = 1) -> AsyncIterator[None]:
        """Projectors without a reconciler that do not ask which of them is the leader."""
        tasks = [asyncio.create_task(Projector(self.client, self.engine).run()) for _ in range(projectors)]
        try:
            yield
        finally:
            await end(*tasks)

    @contextlib.asynccontextmanager
    async def taking(self) -> AsyncIterator[None]:
        """Beside a worker that takes each ideation, and leaves the rest to the test."""
        bound = await self.client.jetstream().pull_subscribe_bind(
            durable=subjects.durable("ideation"), stream=subjects.STREAM
        )
        task = asyncio.create_task(_take(bound))
        try:
            yield
        finally:
            await end(task)

    async def submit(
        self,
        *,
        user_id: UUID | None = None,
        priority: Priority = Priority.INTERACTIVE,
        accepted: datetime | None = None,
        deadline: datetime | None = None,
    ) -> JobRequested:
        """Accepts a job as the API does: its row and its outbox row in one transaction."""
        time = accepted or now()
        requested = JobRequested(
            job_id=new_id(),
            job_type="ideation",
            user_id=user_id or new_id(),
            attempt=0,
            input=example_input("ideation-fitness-coach"),
            priority=priority,
            max_attempts=3,
            deadline_at=deadline or time + timedelta(minutes=10),
        )
        async with transaction(self.engine) as session:
            await session.merge(User(id=requested.user_id, created_at=time))
            await session.flush()
            session.add(_job_row(requested, time))
            await session.flush()
            await put(session, requested, event_id=str(new_id()), time=time)
        return requested

    async def ask_to_cancel(self, requested: JobRequested) -> str:
        """Asks to cancel the job as the API does; returns the event's id."""
        event_id = str(new_id())
        event = JobCancelRequested(**requested.of_job(0), requested_by=requested.user_id)
        async with transaction(self.engine) as session:
            await put(session, event, event_id=event_id, time=now())
        return event_id

    async def publish(
        self, requested: JobRequested, *, time: datetime | None = None, mark: bool = True
    ) -> None:
        """Does the relay's work for one job, without a relay."""
        row = await self.outbox_row(requested)
        appended = await self.stream.append(requested, JobLog(), event_id=row.event_id, time=time or row.time)
        assert appended.stored
        done = ", published_at = now()" if mark else ""
        await self.sql(f"UPDATE outbox SET tried = true{done} WHERE event_id = '{row.event_id}'")  # noqa: S608

    async def append(self, event: JobEvent, **options: Any) -> JobLog:
        """Appends as a worker does: at the end of the log, wherever that is."""
        while True:
            appended = await self.stream.append(
                event, await self.stream.read(event.job_type, event.job_id), **options
            )
            if appended.stored:
                return appended.log

    async def start(self, requested: JobRequested, worker_id: str = WORKER, **options: Any) -> JobLog:
        """A worker takes the job."""
        newest = await self.log(requested)
        event = JobStarted(
            **requested.of_job(newest.attempt + 1), worker_id=worker_id, model="m", prompt=PROMPT
        )
        return await self.append(event, **options)

    async def item(self, requested: JobRequested, index: int, **options: Any) -> JobLog:
        """The worker finishes one piece."""
        event = JobProgress(
            **requested.of_job(1),
            done=index + 1,
            total=10,
            message=f"{index + 1} of 10",
            item={"title": f"T{index}"},
            item_key=f"k{index}",
            item_index=index,
        )
        return await self.append(event, **options)

    async def complete(self, requested: JobRequested, **options: Any) -> JobLog:
        """The worker is done."""
        event = JobCompleted(**requested.of_job(1), result=ideation_result(), usage=Usage())
        return await self.append(event, **options)

    async def log(self, requested: JobRequested) -> JobLog:
        """The job's current log."""
        return await self.stream.read(requested.job_type, requested.job_id)

    async def until_log(
        self, requested: JobRequested, is_right: Callable[[JobLog], bool], within: float = 10
    ) -> JobLog:
        """The log, once it meets the condition."""

        async def right() -> JobLog | None:
            newest = await self.log(requested)
            return newest if is_right(newest) else None

        return await eventually(right, within=within, told="the log is as expected")

    async def row(self, requested: JobRequested) -> BackgroundJob:
        """The job's row."""
        async with transaction(self.engine) as session:
            found = await session.execute(
                select(BackgroundJob).where(col(BackgroundJob.id) == requested.job_id)
            )
            return found.scalar_one()

    async def until_row(
        self, requested: JobRequested, is_right: Callable[[BackgroundJob], bool], within: float = 10
    ) -> BackgroundJob:
        """The row, once it meets the condition."""

        async def right() -> BackgroundJob | None:
            row = await self.row(requested)
            return row if is_right(row) else None

        return await eventually(right, within=within, told="the row is as expected")

    async def history(self, requested: JobRequested) -> Sequence[JobEventRow]:
        """The job's history, by seq."""
        async with transaction(self.engine) as session:
            rows = await session.execute(
                select(JobEventRow)
                .where(col(JobEventRow.job_id) == requested.job_id)
                .order_by(col(JobEventRow.seq))
            )
            return rows.scalars().all()

    async def outbox_row(self, requested: JobRequested, event: str = "requested") -> OutboxRow:
        """The job's outbox row."""
        async with transaction(self.engine) as session:
            found = await session.execute(
                select(OutboxRow).where(
                    col(OutboxRow.job_id) == requested.job_id, col(OutboxRow.event) == event
                )
            )
            return found.scalar_one()

    async def until_published(
        self, requested: JobRequested, event: str = "requested", within: float = 10
    ) -> OutboxRow:
        """The outbox row, once it is marked as published."""

        async def marked() -> OutboxRow | None:
            row = await self.outbox_row(requested, event)
            return row if row.published_at else None

        return await eventually(marked, within=within, told=f"{event} is marked as published")

    async def sql(self, statement: str) -> list[Any]:
        """Runs a statement as the owner."""
        async with transaction(self.engine) as session:
            result = await session.execute(text(statement))
            return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]

    async def lose_stream(self) -> None:
        """Wipes the broker."""
        await self.client.jetstream().delete_stream("JOBS")

    async def close(self) -> None:
        """Stops the processes."""
        for app in self._apps:
            with contextlib.suppress(asyncio.CancelledError):
                await app.stop()
        await self.client.disconnect()
        await self.tables.aclose()
        await self.outbox.close()
        await self.engine.dispose()

    async def _start(self, app: LeaderApp) -> RunningApp:
        running = RunningApp(app)
        self._apps.append(running)
        return await running.ready()


async def _take(bound: JetStreamContext.PullSubscription) -> None:
    while True:
        with contextlib.suppress(Error, TimeoutError):
            await bound.fetch(1, timeout=1)


def _job_row(requested: JobRequested, time: datetime) -> BackgroundJob:
    return BackgroundJob(
        id=requested.job_id,
        user_id=requested.user_id,
        job_type=requested.job_type,
        input=requested.input,
        created_at=time,
        updated_at=time,
        priority=requested.priority.value,
        deadline_at=requested.deadline_at,
    )


@contextlib.asynccontextmanager
async def gateway_bench(nats: NatsServer | NatsCluster, database_url: str) -> AsyncIterator[GatewayBench]:
    """A bench on an empty NATS server and an empty database; the processes sign in as bus users."""
    await asyncio.to_thread(give_tables, database_url)
    settings = ProjectorSettings(nats_url=nats.url, nats_urls=nats.users, database_url=database_url)
    client = await connect(settings, "test")
    await apply_topology(client)
    bench = GatewayBench(settings, client)
    try:
        with nothing_forbidden():
            yield bench
    finally:
        await bench.close()

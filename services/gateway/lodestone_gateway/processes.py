"""The processes without their own HTTP: the relay, and the projector with the reconciler.

One process of each kind is active; the others stand by.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from lodestone.bus.connection import BusClient, connect
from lodestone.bus.publisher import JobStream, takes_events
from lodestone.health import serve_health
from lodestone.process import OnReady
from lodestone.settings import read_settings
from lodestone.tasks import end, first_of, unless
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.job_types.table import check_job_types
from lodestone_gateway.outbox.relay import Relay
from lodestone_gateway.projector.app import Projector
from lodestone_gateway.reconciler.app import Reconciler
from lodestone_gateway.reconciler.erase import LogEraser, RowEraser
from lodestone_gateway.reconciler.estimates import measure_estimates
from lodestone_gateway.reconciler.needs import Need, Needs
from lodestone_gateway.reconciler.older_stream import OlderStream
from lodestone_gateway.reconciler.presence import Presence
from lodestone_gateway.reconciler.recall import Recaller
from lodestone_gateway.reconciler.retention import Keeper
from lodestone_gateway.reconciler.rounds import repeat
from lodestone_gateway.reconciler.settle import Settler
from lodestone_gateway.reconciler.spend import SpendGuard
from lodestone_gateway.reconciler.stored import StoredCounter
from lodestone_gateway.reconciler.stream_room import measure_stream
from lodestone_gateway.reconciler.usage import add_up_days
from lodestone_gateway.settings import ProjectorSettings, RelaySettings
from lodestone_gateway.store.autocommit import ALWAYS_BY_INDEX
from lodestone_gateway.store.database_clock import follow_database, keep_following
from lodestone_gateway.store.leadership import Leadership, Lock
from lodestone_gateway.store.notices import ListeningConnection
from lodestone_gateway.store.outbox import CHANNEL
from lodestone_gateway.store.session import Role, make_engine

RECONCILE_SECONDS = 2.0
KEEP_SECONDS = 60.0
FINISH_SECONDS = 2.0  # for the relay's work in progress at a stop; shorter than the idle lifetime of the lock

Work = Callable[[BusClient, AsyncEngine, asyncio.Event], Awaitable[None]]


class LeaderApp:
    """A process that works while it is the active one of its kind."""

    def __init__(self, name: str, settings: RelaySettings, role: Role, lock: Lock, work: Work) -> None:
        self.name = name
        self._settings = settings
        self._role = role
        self._leadership = Leadership(settings.database_url_of(name), role, lock)
        self._work = work
        self._client: BusClient | None = None  # once the bus has let it in

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Works or stands by until `stop`; ready once both backends have answered.

        It answers probes from the start: who waits for a bus that is down is alive.
        """
        health = await serve_health(self._settings.health_port, self._is_ready)
        try:
            if client := await unless(stop, connect(self._settings, self.name)):
                self._client = client
                await self._serve(client, stop, lambda: on_ready(health.url))
        finally:
            await health.close()

    def _is_ready(self) -> bool:
        is_connected = self._client is not None and self._client.is_connected
        return is_connected and self._leadership.connected.is_set() and takes_events()

    async def _serve(self, client: BusClient, stop: asyncio.Event, on_bound: Callable[[], None]) -> None:
        engine = make_engine(self._settings.database_url_of(self.name), self._role, settings=ALWAYS_BY_INDEX)
        announcing = asyncio.create_task(self._announce(on_bound))
        following = asyncio.create_task(keep_following(engine))
        try:
            await self._leadership.hold(
                lambda: self._lead(client, engine, stop), stop, finish_seconds=FINISH_SECONDS
            )
        finally:
            announcing.cancel()
            await end(following)
            await client.disconnect()
            await engine.dispose()

    async def _lead(self, client: BusClient, engine: AsyncEngine, stop: asyncio.Event) -> None:
        await follow_database(engine)  # before the first deadline is checked
        await self._work(client, engine, stop)

    async def _announce(self, announce: Callable[[], None]) -> None:
        await self._leadership.connected.wait()
        announce()


def build_relay() -> LeaderApp:
    """The relay as the environment describes it. Raises Misconfigured."""
    check_job_types()
    settings = read_settings(RelaySettings)
    return LeaderApp("relay", settings, Role.RELAY, Lock.RELAY, partial(relay, settings))


def build_projector() -> LeaderApp:
    """The projector, in the same way."""
    check_job_types()
    settings = read_settings(ProjectorSettings)
    return LeaderApp("projector", settings, Role.PROJECTOR, Lock.PROJECTOR, partial(project, settings))


async def relay(settings: RelaySettings, client: BusClient, engine: AsyncEngine, stop: asyncio.Event) -> None:
    """Publishes the outbox until `stop`."""
    url = settings.database_url_of("relay")
    connection = ListeningConnection(
        url, Role.RELAY, channel=CHANNEL, on_notice=lambda event_id: publishing.hear(event_id)
    )
    stream = JobStream(client, "relay", settings.public_url)
    publishing = Relay(client, stream, engine, connection)
    try:
        await publishing.run(stop)
    finally:
        await connection.close()


async def project(
    settings: ProjectorSettings, client: BusClient, engine: AsyncEngine, stop: asyncio.Event
) -> None:
    """Folds and reconciles until `stop`; the next process redoes what is cut off."""
    reconciling = make_engine(settings.database_url_of("reconciler"), Role.RECONCILER)
    needs = Needs(reconciling)
    loops = [
        asyncio.create_task(Projector(client, engine, settings.stream_replicas).run()),
        asyncio.create_task(_keep(settings, reconciling, needs)),
        asyncio.create_task(_reconcile(settings, reconciling, needs)),
    ]
    try:
        await first_of(stop.wait(), *loops)
        for task in loops:
            if task.done():
                task.result()
    finally:
        await end(*loops)
        await reconciling.dispose()


async def _keep(settings: ProjectorSettings, engine: AsyncEngine, needs: Needs) -> None:
    """Erases in the tables, applies retention, and adds up what is used and stored, until it is cancelled.

    It needs no bus.
    """
    erase = needs.while_there_are(Need.ERASURES, RowEraser(engine).erase_round)
    loops = [
        asyncio.create_task(repeat(erase, RECONCILE_SECONDS)),
        asyncio.create_task(repeat(Keeper(engine, settings.retention).keep_round, KEEP_SECONDS)),
        asyncio.create_task(repeat(partial(add_up_days, engine), KEEP_SECONDS)),
        asyncio.create_task(repeat(StoredCounter(engine).count_round, KEEP_SECONDS)),
        asyncio.create_task(repeat(partial(measure_estimates, engine), KEEP_SECONDS)),
    ]
    try:
        await asyncio.gather(*loops)
    finally:
        await end(*loops)


async def _reconcile(settings: ProjectorSettings, engine: AsyncEngine, needs: Needs) -> None:
    """Reconciles, settles and erases until it is cancelled.

    It runs as another user of the bus and the database, which may write to any job's log but only clear texts
    in a job's row. While the bus refuses that user, the projector keeps folding.
    """
    client = await connect(settings, "reconciler")
    stream = JobStream(client, "reconciler", settings.public_url)
    presence = Presence(client, engine, settings.subscribers_file, settings.stream_replicas)
    reconciler = Reconciler(client, stream, engine, presence)
    settler, eraser = Settler(client, stream, engine), LogEraser(client, stream, engine)
    older, recaller = OlderStream(client, stream, engine), Recaller(client, engine)
    guard = SpendGuard(engine, settings.spend_an_hour)
    rounds = (
        needs.while_there_are(Need.LIVING_JOBS, guard.guard_round),
        needs.while_there_are(Need.LIVING_JOBS, reconciler.reconcile_round, presence.take_if_connected),
        needs.while_there_are(Need.OPEN_CALLS, settler.settle_round),
        needs.while_there_are(Need.ERASURES, eraser.erase_round),
        needs.while_there_are(Need.OLDER_STREAM, older.repair_round),
    )
    loops = [
        asyncio.create_task(recaller.run()),
        asyncio.create_task(
            repeat(partial(measure_stream, client, settings.stream_store_bytes), KEEP_SECONDS)
        ),
        *(asyncio.create_task(repeat(each, RECONCILE_SECONDS)) for each in rounds),
    ]
    try:
        await presence.listen(recaller.hear)
        await asyncio.gather(*loops)
    finally:
        await end(*loops)
        await client.disconnect()

"""Running processes and waiting work, as an operator sees them: a few seconds old."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lodestone.bus.heartbeat import ProviderState
from lodestone.clock import now
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import PROJECTOR, durable
from lodestone.wire import UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store import operations_queries as queries
from lodestone_gateway.store.leadership import Lock, release_of
from lodestone_gateway.store.operations_tables import (
    EVERYTHING,
    ConsumerState,
    PausedJobType,
    ServiceHeartbeat,
)
from lodestone_gateway.store.session import transaction
from lodestone_gateway.verdict.coverage import Coverage
from lodestone_gateway.verdict.coverages import Coverages

ALIVE_WITHIN = timedelta(seconds=ACK_WAIT_SECONDS)  # three heartbeats
HEARD_WITHIN = timedelta(seconds=15)  # what was said longer ago is not known


class ServiceProcess(WireModel):
    """One process of a service; it counts as alive if it was heard recently. `version` is its release.

    `provider` is what it knows of the models that it called; null where its release does not say.
    """

    worker_id: str
    slots: int
    running: int
    is_alive: bool
    started_at: UtcTime
    seen_at: UtcTime
    version: str | None = None
    provider: ProviderState | None = None


class EstimateCoverage(WireModel):
    """How often the newest 200 runs kept to the estimate that they would have been given when accepted.

    Shares from 0 to 1: half of them should begin and end by P50, nine of ten by P90.
    """

    runs: int
    began_by_p50: float
    began_by_p90: float
    ended_by_p50: float
    ended_by_p90: float


class JobTypeQueue(WireModel):
    """Work waiting for attempts at one job type; counts are null until the broker was first asked.

    `pending` were never delivered, `ackPending` are running or wait for their next attempt, `redelivered`
    were delivered more than once and are not done. `isPaused` is what an operator wants, `isHeldBack` what
    the broker does: it follows within seconds. `estimates` is null where fewer than 20 recent runs can be
    judged.
    """

    job_type: str
    is_paused: bool
    is_held_back: bool | None
    paused_by: UUID | None
    paused_at: UtcTime | None
    pending: int | None
    ack_pending: int | None
    redelivered: int | None
    waiting_pulls: int | None
    seen_at: UtcTime | None
    estimates: EstimateCoverage | None = None


class Service(WireModel):
    """A service with its job types; or the relay or the projector, which have one active process.

    `backlog` is what waits for it: requests, unpublished events, or events that are not folded. `version` is
    the release of the relay or the projector that is active; null where it does not say.
    """

    name: str
    is_running: bool
    version: str | None = None
    backlog: int | None
    processes: list[ServiceProcess]
    job_types: list[JobTypeQueue]


class Services(WireModel):
    """All of them."""

    items: list[Service]


@dataclass(frozen=True)
class Readings:
    """What the tables say at one moment."""

    states: Mapping[str, ConsumerState]  # by the consumer's name
    heartbeats: Sequence[ServiceHeartbeat]
    pauses: Mapping[str, PausedJobType]  # by job type, and of everything
    locks: Mapping[int, str]  # that are held, and what their connections are named
    unpublished: int  # events in the outbox
    estimates: Mapping[str, Coverage]  # by job type


def are_heard(services: Iterable[Service], at: datetime) -> bool:
    """Whether somebody listened to the broker and to the processes lately: else nobody knows who is alive."""
    queues = (queue for each in services for queue in each.job_types)
    return any(queue.seen_at and at - queue.seen_at < HEARD_WITHIN for queue in queues)


async def read_services(reader: AsyncEngine, coverages: Coverages) -> Services:
    """The agents, then the services of the registry."""
    estimates = await coverages.read()
    async with transaction(reader) as session:
        read = Readings(
            states=await queries.consumer_states(session),
            heartbeats=await queries.service_heartbeats(session),
            pauses=await queries.paused_job_types(session),
            locks=await queries.lock_holders(session),
            unpublished=await queries.outbox_length(session),
            estimates=estimates,
        )
    return services_of(read)


def services_of(read: Readings) -> Services:
    """What these say of each. Pure."""
    folding = read.states.get(PROJECTOR)
    names = dict.fromkeys(kind.service for kind in JOB_TYPES.values())
    return Services(
        items=[
            _agent("relay", Lock.RELAY, read, read.unpublished),
            _agent("projector", Lock.PROJECTOR, read, folding.pending if folding else None),
            *(_service(name, read) for name in names),
        ]
    )


def _agent(name: str, lock: Lock, read: Readings, backlog: int | None) -> Service:
    return Service(
        name=name,
        is_running=lock.value in read.locks,
        version=release_of(read.locks.get(lock.value, "")),
        backlog=backlog,
        processes=[],
        job_types=[],
    )


def _service(name: str, read: Readings) -> Service:
    processes = [_process(heartbeat) for heartbeat in read.heartbeats if heartbeat.service == name]
    kinds = [kind.name for kind in JOB_TYPES.values() if kind.service == name]
    queues = [_queue(kind, read) for kind in kinds]
    waiting = [queue.pending for queue in queues if queue.pending is not None]
    return Service(
        name=name,
        is_running=any(process.is_alive for process in processes),
        backlog=sum(waiting) if waiting else None,
        processes=processes,
        job_types=queues,
    )


def _process(heartbeat: ServiceHeartbeat) -> ServiceProcess:
    is_alive = heartbeat.seen_at > now() - ALIVE_WITHIN
    return ServiceProcess.model_validate({**heartbeat.model_dump(), "is_alive": is_alive})


def _pause(job_type: str, read: Readings) -> PausedJobType | None:
    """What keeps its attempts from beginning; not what is resumed gradually."""
    found = (read.pauses.get(name) for name in (job_type, EVERYTHING))
    return next((pause for pause in found if pause and pause.per_minute is None), None)


def _queue(job_type: str, read: Readings) -> JobTypeQueue:
    state, pause = read.states.get(durable(job_type)), _pause(job_type, read)
    estimates = read.estimates.get(job_type)
    return JobTypeQueue(
        job_type=job_type,
        is_paused=pause is not None,
        is_held_back=state.is_paused if state else None,
        paused_by=pause.paused_by if pause else None,
        paused_at=pause.paused_at if pause else None,
        pending=state.pending if state else None,
        ack_pending=state.ack_pending if state else None,
        redelivered=state.redelivered if state else None,
        waiting_pulls=state.waiting_pulls if state else None,
        seen_at=state.seen_at if state else None,
        estimates=EstimateCoverage(**asdict(estimates)) if estimates else None,
    )

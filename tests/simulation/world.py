"""One run: a whole system's processes in virtual time, and the faults of its seed or case."""

import asyncio
import math
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import structlog
from lodestone import subjects
from lodestone.bus.ask import HAVE, NO
from lodestone.bus.heartbeat import Heartbeat, send_heartbeats
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.events import JobCancelRequested, JobRequested
from lodestone.ids import new_id, parse_id
from lodestone.worker.executor import Executor
from lodestone.worker.inflight import Inflight
from lodestone.worker.pull import Puller
from lodestone.worker.slots import Slots
from lodestone_gateway.processes import FINISH_SECONDS, project, relay
from lodestone_gateway.projector.fold import FoldedJob
from lodestone_gateway.settings import ProjectorSettings
from lodestone_gateway.store.leadership import Leadership, Lock
from lodestone_gateway.store.session import Role
from nats.errors import Error as BusError
from psycopg import Error as LockError
from simulation.broker import Broker
from simulation.checks import Checks
from simulation.client import SimClient, settle
from simulation.doubles import installed
from simulation.leases import Lease
from simulation.network import Network
from simulation.plan import FAULTS_UNTIL, WEIGHTS, Fault, Job, Plan
from simulation.provider import SIM_JOB, Provider, SimLlm
from simulation.store import SimEngine, SimErasure, Store
from simulation.virtual_loop import Process, VirtualLoop
from sqlalchemy.exc import OperationalError

END_SECONDS = 30.0  # within which a job must end after its deadline or cancel, or after the faults
STUTTER_SECONDS = 2.0
RECONNECT_SECONDS = 1.0  # until a lost connection to the database is noticed and made again
QUIET_SECONDS = 12.0  # observed after the last end
SILENCE_SECONDS = 2.5  # a worker silent for this long may be raced: nearly the window of an ask
ABSENCE_SECONDS = 0.9  # the same where only its own connection broke, and not in a cluster
ASKED_SECONDS = 9.0  # from an ask to the append that relies on it, which may be repeated and late
EXPECTED = (BusError, OperationalError, LockError, TimeoutError, ConnectionError)


@dataclass(frozen=True)
class Away:
    """An interval in which a process does not answer; it may be raced only if that lasts long enough."""

    since: float
    until: float
    may_last: float


@dataclass
class Outcome:
    """The result of a run."""

    plan: Plan
    violation: str | None
    trace: list[str]
    steps: Counter[str]
    ended_at: float
    statuses: Counter[str] = field(default_factory=Counter)


class World:
    """Broker, tables, provider and processes, all set up from the plan."""

    def __init__(self, plan: Plan) -> None:
        rng = random.Random(plan.seed)  # noqa: S311
        self.loop = VirtualLoop()
        self.loop.set_exception_handler(self._on_loop_error)
        self.plan = plan
        self.store = Store()
        self.checks = Checks(self)
        self.network = Network(rng, plan.loss, plan.slowness)
        self.broker = Broker(
            self.loop,
            rng,
            is_cluster=plan.is_cluster,
            takes_batches=plan.takes_batches,
            on_stored=self.checks.on_stored,
            on_purged=self.checks.on_purged,
        )
        self.provider = Provider(rng, failures=plan.failures, seconds=plan.piece_seconds)
        self.ack_wait = ACK_WAIT_SECONDS
        self.poison_limit = SIM_JOB.job_type.poison_limit
        self.clients: list[SimClient] = []
        self.locks: dict[object, Lease] = {}
        self.dead: set[Process] = set()
        self.wanted: dict[UUID, int] = {}
        self.trace: list[str] = []
        self.steps: Counter[str] = Counter()
        self.rng = rng
        self._numbers = 0
        self._workers: dict[str, Process] = {}
        self._running: dict[str, Process] = {}  # by role
        self._stops: dict[str, asyncio.Event] = {}
        self._wakes: list[tuple[Process, Callable[[str], object]]] = []
        self._unreachable: dict[Process, list[Away]] = {}
        self._is_closing = False
        self._is_healed = False
        self._ended = asyncio.Event()
        self._jobs: list[UUID] = []
        self._cancelled_at: dict[UUID, float] = {}

    def run(self) -> Outcome:
        """Runs to the end, or to the first violation."""
        with installed(self, self.rng):
            try:
                self.loop.run_until_complete(self.loop.spawn(None, self._live()))
                if self.checks.violation is None:
                    self.checks.at_end()
            finally:
                self._close()
        return Outcome(
            self.plan,
            self.checks.violation,
            self.trace,
            self.steps,
            self.loop.time(),
            Counter(job.status.value for job in self.store.jobs.values()),
        )

    def stop(self) -> None:
        """Ends the run early."""
        self._ended.set()

    def note(self, who: str, text: str) -> None:
        """Adds a line to the trace."""
        self.trace.append(f"{self.loop.time():9.3f} {who:12} {text}")

    def next_number(self) -> int:
        """A number that was not used before."""
        self._numbers += 1
        return self._numbers

    async def step(self, process: Process, label: str) -> None:
        """A point at which a fault may strike: before and after each effect on the world."""
        if self._is_closing:
            raise asyncio.CancelledError
        role = process.name.split("#")[0]
        self.steps[role] += 1
        self.note(process.name, label)
        if fault := self.plan.at_step(role, self.steps[role]):
            self._strike(fault)
        if process.is_stopped:
            await asyncio.sleep(0)  # continues once the process runs

    async def nap(self, seconds: float) -> None:
        """Lets virtual time pass."""
        if self._is_closing:
            raise asyncio.CancelledError
        woken: asyncio.Future[None] = self.loop.create_future()
        timer = self.loop.call_later(seconds, settle, woken, None)
        try:
            await woken
        finally:
            timer.cancel()

    def database_delay(self) -> float:
        """Seconds for one half of a transaction."""
        return 0.0005 + self.rng.expovariate(1 / self.plan.slowness) / 2

    def loses_commit(self) -> bool:
        """Whether the answer to a commit is lost."""
        return self.rng.random() < self.network.rate / 4

    def listen(self, process: Process, wake: Callable[[str], object]) -> None:
        """From now on new rows wake the relay of this process."""
        self._wakes.append((process, wake))

    async def connect(self, settings: Any, name: str) -> SimClient:
        """Replaces the bus's `connect`: another connection of the process."""
        process = settings.database_url.process
        await self.step(process, "connect")
        return SimClient(self, process)

    def forget(self, client: SimClient) -> None:
        """A connection was closed."""
        if client in self.clients:
            self.clients.remove(client)

    def copy_to_listeners(self, subject: str) -> None:
        """Core NATS: who listens to such events hears each one, even those that the stream refuses."""
        parts = subjects.parse_subject(subject)
        for client in self.clients:
            if parts and parts.event == "cancel_requested":
                client.receive("cancel copy", partial(client.cancel_heard, subject))
            elif parts and parts.event in client.overheard:
                kind = "start copy" if parts.event == "started" else "end copy"
                client.receive(kind, partial(client.hear_copy, parts.event, subject))

    def copy_heartbeat(self, subject: str, payload: bytes) -> None:
        """Core NATS: whoever listens to heartbeats hears one."""
        message = SimpleNamespace(subject=subject, data=payload)
        for client in self.clients:
            if client.heartbeat_heard:
                client.receive("heartbeat", partial(client.hear_heartbeat, message))

    def was_silent(self, worker_id: str, asker: Process | None = None) -> bool:
        """Whether a worker could not answer when it was just asked, so that it may be taken for dead.

        An asker that was away itself may act on an older answer.
        """
        process, present = self._workers[worker_id], self.loop.time()
        asked_at = present - ASKED_SECONDS - self._away_seconds(asker)
        return process in self.dead or any(
            min(away.until, present) - away.since >= away.may_last and away.until >= asked_at
            for away in self._unreachable.get(process, [])
        )

    def process_of(self, worker_id: str) -> Process:
        """The process where that worker runs or ran."""
        return self._workers[worker_id]

    def _away_seconds(self, process: Process | None) -> float:
        present = self.loop.time()
        spans = self._unreachable.get(process, []) if process else []
        return sum(away.until - away.since for away in spans if away.until >= present - ACK_WAIT_SECONDS)

    def on_log(self, logger: object, method: str, event: structlog.types.EventDict) -> Any:
        """Adds the product's log lines to the trace; an error that no fault explains is a violation."""
        error = event.get("exc_info")
        if method in ("exception", "error"):
            error = error if isinstance(error, BaseException) else sys.exc_info()[1]
            if error is not None and not isinstance(error, EXPECTED):
                self.checks.fail("unexpected", f"{event['event']}: {error!r}")
        self.note("log", " ".join(f"{key}={value}" for key, value in event.items()))
        raise structlog.DropEvent

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Without a handle: a task whose error nobody retrieved, because the run was aborted.
        if "handle" in context and not self._is_closing:
            self.checks.fail("unexpected", repr(context.get("exception")))

    async def _live(self) -> None:
        plan = self.plan
        for role in plan.roles:
            self._start(role)
        self.loop.spawn(None, self._submit_all())
        self.loop.after(FAULTS_UNTIL, setattr, self.network, "rate", 0.0)
        for fault in plan.timed:
            self.loop.after(fault.at, self._strike, fault)
        while not self._ended.is_set():
            await self.nap(0.5)
            if self._is_over():
                break
        self._heal()
        healed_at = self.loop.time()
        while not self._ended.is_set() and not self._is_quiet(self.loop.time() - healed_at):
            await self.nap(1.0)

    def _is_quiet(self, seconds: float) -> bool:
        """Whether everything is folded and late deliveries and settlements have arrived."""
        stream = self.broker.stream
        is_folded = stream is not None and self.store.cursor.sequence >= stream.last
        is_erased = all(each.is_done for each in self.store.erasures.values())
        is_settled = not any(call.started and not call.finished for call in self.store.calls.values())
        is_quiet = is_folded and is_settled and is_erased
        return seconds > END_SECONDS or (seconds > QUIET_SECONDS and is_quiet)

    def _heal(self) -> None:
        """Ends all faults once every job has ended, so that the rest can be settled and folded."""
        self._is_healed = True
        self.network.rate = 0.0
        self.store.is_up = True
        if not self.broker.is_up:
            self._bring_broker_up()
        for client in tuple(self.clients):
            self._reconnect(client)
        for process in self._running.values():
            self._resume(process)

    def _is_over(self) -> bool:
        present = self.loop.time()
        wanted = sum(job.erase_after is not None for job in self.plan.jobs)
        if len(self._jobs) < len(self.plan.jobs) or len(self.store.erasures) < wanted:
            return False
        late = [job.id for job in self.store.jobs.values() if not job.status.is_terminal]
        for job_id in late:
            deadline = (self.store.deadlines[job_id] - now()).total_seconds() + present
            cancelled_at = self._cancelled_at.get(job_id, math.inf)
            if present > max(min(deadline, cancelled_at), self.plan.faults_until) + END_SECONDS:
                broken = "I6" if cancelled_at < deadline else "I2"
                self.checks.fail(broken, f"{job_id} is still {self.store.jobs[job_id].status}")
        return not late

    async def _submit_all(self) -> None:
        for job in self.plan.jobs:
            await self.nap(max(job.at - self.loop.time(), 0))
            job_id, user_id, time = new_id(), UUID(int=job.user), now()
            requested = JobRequested(
                job_id=job_id,
                job_type="ideation",
                user_id=user_id,
                attempt=0,
                input={"pieces": job.pieces, "calls": job.calls},
                max_attempts=job.max_attempts,
                deadline_at=time + timedelta(seconds=job.deadline),
            )
            self.store.jobs[job_id] = FoldedJob(job_id, user_id, "ideation", time, updated_at=time)
            self.store.deadlines[job_id] = requested.deadline_at
            event_id = str(new_id())
            self.store.put(
                requested,
                event_id,
                is_bulk=job.is_bulk,
                tokens=job.tokens,
                weight=WEIGHTS[job.user],
            )
            self.wanted[job_id] = job.pieces
            self._jobs.append(job_id)
            self.note("api", f"accepts {job_id}: {job}")
            self._wake_relay(event_id)
            if job.cancel_after is not None:
                self.loop.after(job.cancel_after, self._cancel, job, requested)
            if job.erase_after is not None:
                self.loop.after(job.erase_after, self._erase, job, requested)

    def _cancel(self, job: Job, requested: JobRequested) -> None:
        if not self.store.jobs[requested.job_id].status.is_terminal:
            event = JobCancelRequested(**requested.of_job(0), requested_by=requested.user_id)
            event_id = str(new_id())
            self.store.put(event, event_id, is_bulk=job.is_bulk)
            self._cancelled_at.setdefault(requested.job_id, self.loop.time())
            self.note("api", f"is asked to cancel {requested.job_id}")
            self._wake_relay(event_id)

    def _erase(self, job: Job, requested: JobRequested) -> None:
        self._cancel(job, requested)
        self.store.erasures[requested.job_id] = SimErasure(now())
        self.note("api", f"is asked to erase {requested.job_id}")

    def _wake_relay(self, event_id: str) -> None:
        for process, wake in self._wakes:
            is_lost = self.rng.random() <= self.network.rate  # with its connection
            seconds, told = (RECONNECT_SECONDS, "") if is_lost else (self.database_delay(), event_id)
            self.loop.after_in(process, seconds, partial(wake, told))

    def _start(self, role: str) -> None:
        process = Process(f"{role}#{self.next_number()}")
        self._running[role] = process
        self._stops[role] = stop = asyncio.Event()
        kind = role.rstrip("0123456789")
        client, engine = SimClient(self, process), SimEngine(self, process)
        work = self._work(client, stop) if kind == "worker" else self._lead(kind, client, engine, stop)
        self.note(process.name, "starts")
        self.loop.spawn(process, work).add_done_callback(lambda task: self._on_end(role, process, task))

    async def _work(self, client: Any, stop: asyncio.Event) -> None:
        """Wires a worker as `WorkerApp` does, which itself needs FastStream's connection."""
        inflight, worker_id = Inflight(), f"ideation-{new_id().hex}"
        self._workers[worker_id] = client.process
        executor = Executor(
            SIM_JOB,
            client=client,
            stream=JobStream(client, client.process.name),
            inflight=inflight,
            llm=SimLlm(self, client.process),
            worker_id=worker_id,
        )
        puller = Puller(client, "ideation", executor, inflight, Slots(self.plan.slots))

        def answer(text: str) -> str:
            job_id = parse_id(text)
            return HAVE if job_id and inflight.has(job_id) else NO

        def hear(subject: str) -> None:
            if parts := subjects.parse_subject(subject):
                self.loop.after_in(client.process, 0, lambda: inflight.hear_cancel(parts.job_id))

        def tell() -> Heartbeat:
            return Heartbeat(
                worker_id=worker_id,
                service="ideation",
                slots=self.plan.slots,
                running=inflight.running,
                started_at=now(),
            )

        client.answers[subjects.ask_subject(worker_id)] = answer
        client.cancel_heard = hear
        background = [
            asyncio.create_task(inflight.extend_acks()),
            asyncio.create_task(send_heartbeats(client, tell, inflight.busy)),
        ]
        await puller.run(stop)
        await puller.drain(self.plan.drain_seconds)
        for task in background:
            task.cancel()

    async def _lead(self, kind: str, client: Any, engine: Any, stop: asyncio.Event) -> None:
        lock, role = (Lock.RELAY, Role.RELAY) if kind == "relay" else (Lock.PROJECTOR, Role.PROJECTOR)
        settings = ProjectorSettings.model_construct(nats_url="", database_url=engine)
        work = relay if kind == "relay" else project
        leadership = Leadership(settings.database_url, role, lock)
        await leadership.hold(
            lambda: work(settings, client, engine, stop), stop, finish_seconds=FINISH_SECONDS
        )

    def _on_end(self, role: str, process: Process, task: "asyncio.Task[Any]") -> None:
        if self._is_closing or process in self.dead:
            return
        if not task.cancelled() and (error := task.exception()):
            self.checks.fail("unexpected", f"{process} ended with {error!r}")
        self.loop.after(0, self._kill, role, process)

    def _kill(self, role: str, process: Process) -> None:
        if process in self.dead:
            return
        self.note(process.name, "is dead")
        process.is_stopped = True
        self.dead.add(process)
        for client in [client for client in self.clients if client.process is process]:
            client.is_connected = False
            self.broker.forget(client)
            self.clients.remove(client)
        self._wakes = [pair for pair in self._wakes if pair[0] is not process]
        self.checks.on_killed(process)
        if not self._is_closing:
            self.loop.after(self.rng.uniform(0.05, self.plan.restart_seconds), self._start, role)

    def _strike(self, fault: Fault) -> None:
        if self._is_healed or self._is_closing or (fault.role and fault.role not in self._running):
            return
        self.note("FAULT", str(fault))
        getattr(self, "_" + fault.kind)(fault)

    def _crash(self, fault: Fault) -> None:
        self._kill(fault.role, self._running[fault.role])

    def _terminate(self, fault: Fault) -> None:
        self._stops[fault.role].set()

    def _pause(self, fault: Fault) -> None:
        process = self._running[fault.role]
        if not process.is_stopped:
            process.is_stopped = True
            self._is_away(process, fault.seconds)
            self.loop.after(fault.seconds, self._resume, process)

    def _resume(self, process: Process) -> None:
        if process not in self.dead:
            self.note(process.name, "runs on")
            self.loop.resume(process)

    def _mute(self, fault: Fault) -> None:
        process = self._running[fault.role]
        self.network.muted.add(process)
        self.loop.after(fault.seconds, self.network.muted.discard, process)

    def _stutter(self, fault: Fault) -> None:
        """Short pauses in sequence; no ack extension arrives meanwhile."""
        self._mute(fault)
        for number in range(int(fault.seconds / STUTTER_SECONDS)):
            pause = replace(fault, kind="pause", seconds=0.55 * STUTTER_SECONDS)
            self.loop.after(number * STUTTER_SECONDS, self._strike, pause)

    def _cut(self, fault: Fault) -> None:
        process = self._running[fault.role]
        for client in [client for client in self.clients if client.process is process]:
            client.cut()
            may_last = SILENCE_SECONDS if self.broker.is_cluster else ABSENCE_SECONDS
            self._is_away(process, fault.seconds, may_last)
            self.loop.after(fault.seconds, self._reconnect, client)

    def _reconnect(self, client: SimClient) -> None:
        if client in self.clients and self.broker.is_up:
            client.reconnect()

    def _restart_broker(self, fault: Fault) -> None:
        self.broker.restart()
        self._take_broker_down(fault)

    def _wipe(self, fault: Fault) -> None:
        self.checks.on_lost()
        self.broker.wipe()
        self._take_broker_down(fault)

    def _purge(self, fault: Fault) -> None:
        self.checks.on_lost()
        self.broker.purge()

    def _take_broker_down(self, fault: Fault) -> None:
        self.broker.is_up = False
        for client in self.clients:
            client.cut()
            self._is_away(client.process, fault.seconds + 1)
        self.loop.after(fault.seconds, self._bring_broker_up)

    def _bring_broker_up(self) -> None:
        self.broker.is_up = True
        for client in self.clients:
            self.loop.after(self.rng.uniform(0.01, 1.0), self._reconnect, client)

    def _lose_database(self, fault: Fault) -> None:
        self.store.is_up = False
        self.loop.after(fault.seconds, setattr, self.store, "is_up", True)

    def _is_away(self, process: Process, seconds: float, may_last: float = SILENCE_SECONDS) -> None:
        present = self.loop.time()
        self._unreachable.setdefault(process, []).append(Away(present, present + seconds, may_last))

    def _close(self) -> None:
        """Ends every task, also those of dead processes, so that the garbage collector finds none."""
        self._is_closing = True
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        for process in (*self._running.values(), *self.dead):
            self.loop.resume(process)
        for _ in range(100):
            if not (tasks := asyncio.all_tasks(self.loop)):
                break
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(self.loop.spawn(None, asyncio.wait(tasks, timeout=5)))
        self.loop.close()


def run(plan: Plan) -> Outcome:
    """Runs the plan once."""
    return World(plan).run()

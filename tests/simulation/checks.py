"""The invariants of the protocol, checked on the broker's own messages, the tables and the provider's calls.

I1  one terminal event in a log, and after it only call_finished
I2  every job ends in bounded time after the faults; nothing is repaired unless the stream was lost
I3  the table is the fold of the log, with seq 1..n; completed only with all pieces
I4  each call has its call_started stored before it
I5  no two calls for the same piece while the first worker is alive and reachable
I6  cancel and complete have one winner; a marked cancel survives a lost stream
I7  a finished piece is never bought again
I8  no call once its worker knows that the log is cancelled, ended or taken, or half an ack wait after it is
I9  a job fails as exhausted or overdue only if the log says so
I10 each call_started has its call_finished, written by its own worker unless that died
I11 log and tables keep no text of an erased job, and its log still says that it is over
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from lodestone.bus.envelope import decode
from lodestone.clock import now
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.erasure import without_texts
from lodestone.errors import ErrorCode
from lodestone.events import (
    TERMINAL_EVENTS,
    JobCallFinished,
    JobCallStarted,
    JobCancelRequested,
    JobCompleted,
    JobFailed,
    JobProgress,
    JobRequested,
    JobStarted,
)
from lodestone.job_log import Entry, JobLog
from lodestone.judgement import Standing
from lodestone.status import Status
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from simulation.broker import Message
from simulation.store import SimOutboxRow
from simulation.virtual_loop import Process

if TYPE_CHECKING:
    from simulation.world import World


class Violated(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True)
class OpenCall:
    """A call at the provider."""

    process: Process
    job_id: UUID
    pieces: frozenset[str]


class Checks:
    """Watches a world; keeps the first violation and ends the run."""

    def __init__(self, world: "World") -> None:
        self.violation: str | None = None
        self.logs: dict[UUID, list[tuple[Entry, float]]] = {}  # as the broker holds them, with their times
        self.announced: set[UUID] = set()
        self.stored: set[str] = set()  # every ce-id that was ever in the stream
        self.ended: set[UUID] = set()  # jobs whose end was ever in the stream
        self.was_lost = False
        self.bereft: set[UUID] = set()  # jobs that lost events before any table had them
        self.cancels: set[UUID] = set()  # jobs whose cancel was marked while it was in the log
        self._world = world
        self._permitted: dict[UUID, float] = {}  # when a call was permitted
        self._raced: dict[UUID, bool] = {}  # whether the previous worker could not answer
        self._open: dict[UUID, OpenCall] = {}

    def log(self, job_id: UUID) -> JobLog:
        """The job's log as the broker holds it."""
        return JobLog(tuple(entry for entry, _ in self.logs.get(job_id, [])))

    def fail(self, invariant: str, text: str) -> None:
        """Records a violation; the first one counts."""
        if self.violation is None:
            self.violation = f"{invariant}: {text}"
            self._world.note("VIOLATION", self.violation)
            self._world.stop()

    def on_stored(self, message: Message) -> None:
        """A message was stored in the stream."""
        entry = decode(message.subject, message.headers, message.body, message.sequence)
        before = self.log(entry.event.job_id)
        self.logs.setdefault(entry.event.job_id, []).append((entry, message.stored_at))
        mark = f" ({entry.restored})" if entry.restored else ""
        self._world.note(entry.source.split("/")[-1], f"stored {message.sequence} {describe(entry)}{mark}")
        self.stored.add(entry.event_id)
        if entry.event.name in TERMINAL_EVENTS:
            self.ended.add(entry.event.job_id)
        if before.holds(entry.event_id):
            return
        self._check_end(before, entry)
        self._check_reason(before, entry)
        event = entry.event
        if isinstance(event, JobCallStarted):
            self.announced.add(event.call_id)
        if isinstance(event, JobStarted) and before.owner:
            self._raced[event.job_id] = self._world.was_silent(
                before.owner, self._world.process_of(event.worker_id)
            )
        if isinstance(event, JobCallFinished) and entry.source.endswith("/reconciler"):
            self._check_written_off(before, event)
        is_copy = isinstance(event, JobRequested) and event.redelivery and not before.is_open
        if is_copy and not self.was_lost:
            self.fail("I2", f"{event.job_id} was delivered again by the reconciler")

    def on_purged(self, sequences: set[int]) -> None:
        """Messages of an erased job were purged."""
        for job_id, entries in self.logs.items():
            self.logs[job_id] = [pair for pair in entries if pair[0].sequence not in sequences]

    def on_lost(self) -> None:
        """The stream is about to be emptied."""
        self.was_lost = True
        for job_id, entries in self.logs.items():
            if any(entry.event_id not in self._world.store.known for entry, _ in entries):
                self.bereft.add(job_id)
        self.logs.clear()

    def on_marked(self, row: SimOutboxRow) -> None:
        """The relay took a row off its queue."""
        if row.event != "cancel_requested":
            return
        log, job = self.log(row.job_id), self._world.store.jobs[row.job_id]
        if log.holds(row.event_id):
            self.cancels.add(row.job_id)
        # the relay may have seen an end that was then lost with the stream, or is folded later
        elif not (job.status.is_terminal or row.job_id in self.ended or row.event_id in self.stored):
            self.fail("I6", f"the cancel request of {row.job_id} was marked and is nowhere")

    def on_permitted(self, process: Process, job_id: UUID, call_id: UUID, standing: Standing) -> None:
        """A worker's own code permitted a provider call, judging by the log that the worker knows."""
        self._permitted[call_id] = self._world.loop.time()
        if call_id not in self.announced:
            self.fail("I4", f"{process} may call for {job_id} and has not announced it")
        elif standing is not Standing.MINE:
            self.fail("I8", f"{process} may call for {job_id} though it knows it is {standing}")
        elif job_id not in self.bereft:
            self._check_may_call(process, job_id, call_id)

    def on_call(self, process: Process, job_id: UUID, pieces: list[str], call_id: UUID) -> None:
        """A worker calls the provider."""
        self._world.note(process.name, f"calls for {','.join(pieces)} of {job_id}")
        was_stopped = self._world.loop.time() > self._permitted[call_id]  # between the check and the call
        if job_id not in self.bereft and not was_stopped:
            self._check_not_bought(job_id, pieces)
            self._check_alone(process, job_id, pieces)
        self._open[call_id] = OpenCall(process, job_id, frozenset(pieces))

    def on_call_ended(self, call_id: UUID) -> None:
        """A call ended."""
        self._open.pop(call_id, None)

    def on_killed(self, process: Process) -> None:
        """A process died, and its connections with it."""
        self._open = {id: call for id, call in self._open.items() if call.process is not process}

    def at_end(self) -> None:
        """Checks the world after all faults, when everything should have settled."""
        for job_id, job in self._world.store.jobs.items():
            self._check_row(job)
            if job_id in self._world.store.erasures:
                self._check_erased(job)
            elif self.was_lost:
                self._check_restored(job)
            else:
                self._check_log(job)
            if job_id in self.cancels and job.status is not Status.CANCELLED:
                self.fail("I6", f"{job_id} is {job.status} though its cancel was accepted")

    def _check_end(self, before: JobLog, entry: Entry) -> None:
        event = entry.event
        if event.job_id in self.bereft:
            return
        if before.terminal and not isinstance(event, JobCallFinished):
            self.fail("I1", f"{describe(entry)} after {before.terminal.name}")
        if event.name in TERMINAL_EVENTS and event.name != "cancelled" and before.cancel:
            self.fail("I6", f"{describe(entry)} after a cancel request")

    def _check_reason(self, before: JobLog, entry: Entry) -> None:
        event, requested = entry.event, before.requested
        if isinstance(event, JobCompleted) and event.job_id not in self.bereft and not event.erased:
            wanted = requested.input["pieces"] if requested else 0
            if len(before.items) != wanted or len(event.result["pieces"]) != wanted:
                self.fail("I3", f"{describe(entry)} with {len(before.items)} of {wanted} pieces in the log")
        if not isinstance(event, JobFailed) or requested is None:
            return
        if event.error.code is ErrorCode.DEADLINE_EXCEEDED and now() < requested.deadline_at:
            self.fail("I9", f"{describe(entry)} before its deadline")
        is_poisoned = before.deaths >= self._world.poison_limit
        counted = before.counted + (event.attempt > 0 and before.owner is not None)
        is_exhausted = is_poisoned or counted >= requested.max_attempts
        if event.error.code is ErrorCode.ATTEMPTS_EXHAUSTED and not is_exhausted:
            self.fail("I9", f"{describe(entry)} after {before.counted} counted attempts")

    def _check_written_off(self, before: JobLog, event: JobCallFinished) -> None:
        worker_id = before.workers.get(event.attempt)
        if not self.was_lost and worker_id and not self._world.was_silent(worker_id):
            self.fail("I10", f"call {event.call_id} of {event.job_id} was left to be written off")

    def _check_not_bought(self, job_id: UUID, pieces: list[str]) -> None:
        if bought := set(pieces) & set(self.log(job_id).items):
            self.fail("I7", f"{sorted(bought)} of {job_id} are bought again")

    def _check_alone(self, process: Process, job_id: UUID, pieces: list[str]) -> None:
        for call in self._open.values():
            shared = call.pieces & set(pieces)
            if call.job_id != job_id or not shared:
                continue
            if call.process is process or not self._raced.get(job_id):
                self.fail("I5", f"{process} and {call.process} both ask for {sorted(shared)} of {job_id}")

    def _check_may_call(self, process: Process, job_id: UUID, call_id: UUID) -> None:
        entries = self.logs.get(job_id, [])
        announced = next((at for at, (e, _) in enumerate(entries) if _is_start_of(e, call_id)), None)
        attempt = entries[announced][0].event.attempt if announced is not None else 0
        for at, (entry, stored_at) in enumerate(entries):
            if not _forbids(entry, attempt):
                continue
            is_late = self._world.loop.time() - stored_at > ACK_WAIT_SECONDS / 2 and not self.was_lost
            if is_late or (announced is not None and announced > at):
                self.fail("I8", f"{process} may call for {job_id} after {describe(entry)}")

    def _check_row(self, job: FoldedJob) -> None:
        rows = self._world.store.history.get(job.id, [])
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)) or job.seq != len(rows):
            self.fail("I3", f"the history of {job.id} has the numbers {[row.seq for row in rows]}")
        folded = _fold(job, [row.entry for row in rows])
        if _without_spend(folded) != _without_spend(job):
            self.fail("I3", f"the row of {job.id} is no fold of its history")
        wanted = self._world.wanted[job.id]
        is_whole = job.id not in self.bereft and job.id not in self._world.store.stripped
        if job.status is Status.COMPLETED and is_whole and len(job.items) != wanted:
            self.fail("I3", f"{job.id} is completed with {len(job.items)} of {wanted} pieces")

    def _check_erased(self, job: FoldedJob) -> None:
        store, log = self._world.store, self.log(job.id)
        rows = [row.entry for row in store.history.get(job.id, [])]
        for entry in (*log.entries, *rows):
            if without_texts(entry.event) != entry.event:
                self.fail("I11", f"{describe(entry)} was to be erased and is there")
        if not store.erasures[job.id].is_done:
            self.fail("I11", f"{job.id} was never erased")
        if not log.terminal and not self.was_lost:
            self.fail("I11", f"the log of {job.id} no longer says that it is over")
        calls = [call for call in store.calls.values() if call.job_id == job.id]
        if not self.was_lost and any(call.started and not call.finished for call in calls):
            self.fail("I10", f"a call of {job.id} was erased before it was settled")
        spent = sum((call.finished.cost_usd for call in calls if call.finished), Decimal(0))
        if spent != job.cost_usd:
            self.fail("I3", f"{job.id} costs {job.cost_usd} and its calls {spent}")

    def _check_restored(self, job: FoldedJob) -> None:
        """After a loss: what log and history both hold is in the same order in both."""
        log = [entry.event_id for entry in _unique(self.log(job.id))]
        known = [row.event_id for row in self._world.store.history.get(job.id, [])]
        both = set(log) & set(known)
        if [id for id in log if id in both] != [id for id in known if id in both]:
            self.fail("I3", f"the log of {job.id} is in another order than its history")
        terminal = self.log(job.id).terminal
        if terminal and terminal.name != job.status.value:
            self.fail("I3", f"{job.id} is {job.status} and its log says {terminal.name}")

    def _check_log(self, job: FoldedJob) -> None:
        """Without a loss, the row and the ledger are the fold of the log."""
        log, store = self.log(job.id), self._world.store
        folded = _fold(job, _unique(log))
        if folded != job:
            self.fail("I3", f"the row of {job.id} is not what its log says")
        calls = {id: call for id, call in store.calls.items() if call.job_id == job.id}
        started = {e.event.call_id for e in log.entries if isinstance(e.event, JobCallStarted)}
        if {id for id, call in calls.items() if call.started} != started:
            self.fail("I3", f"the ledger of {job.id} lacks calls of its log")
        for call_id in log.open_calls:
            self.fail("I10", f"call {call_id} of {job.id} was never settled")


def describe(entry: Entry) -> str:
    """An event in a few words."""
    event, more = entry.event, ""
    if isinstance(event, JobProgress) and event.item_key:
        more = f" {event.item_key}"
    if isinstance(event, JobStarted):
        more = f" by {event.worker_id}"
    if isinstance(event, JobCallStarted | JobCallFinished):
        more = f" {str(event.call_id)[-4:]}"
    return f"{event.name}{more} of {event.job_id}"


def _is_start_of(entry: Entry, call_id: UUID) -> bool:
    return isinstance(entry.event, JobCallStarted) and entry.event.call_id == call_id


def _forbids(entry: Entry, attempt: int) -> bool:
    event = entry.event
    is_newer = isinstance(event, JobStarted) and event.attempt > attempt
    return is_newer or isinstance(event, JobCancelRequested) or event.name in TERMINAL_EVENTS


def _unique(log: JobLog) -> list[Entry]:
    unique: dict[str, Entry] = {}
    for entry in log.entries:
        unique.setdefault(entry.event_id, entry)
    return list(unique.values())


def _fold(job: FoldedJob, entries: list[Entry]) -> FoldedJob:
    bare = FoldedJob(job.id, job.user_id, job.job_type, job.created_at, updated_at=job.created_at)
    return fold_batch(Folded({job.id: bare}, set(), set()), entries).jobs[job.id]


def _without_spend(job: FoldedJob) -> FoldedJob:
    # A call that is settled after the end appears only in the ledger.
    tokens = replace(job, input_tokens=0, output_tokens=0, cache_read_tokens=0, cache_write_tokens=0)
    spent = replace(tokens, cost_usd=Decimal(0), cache_saved_usd=Decimal(0), wasted_usd=Decimal(0))
    return replace(spent, late_calls=0)

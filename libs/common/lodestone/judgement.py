"""What worker, relay and reconciler do next, read from a job's log. Pure.

The rules are in the order of the tables in docs/protocol.md: the first one that holds decides.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lodestone.deadlines import ACK_WAIT_SECONDS, DEADLINE_SLACK_SECONDS
from lodestone.errors import ErrorCode
from lodestone.events import JobCallStarted, JobRetrying, Reason
from lodestone.job_log import JobLog

CANCEL_PATIENCE = timedelta(seconds=5)  # how long a worker may take to answer a cancel request
IDLE_BEFORE_REDELIVERY = timedelta(seconds=3 * ACK_WAIT_SECONDS)  # silence after which a request may be lost


class Owner(StrEnum):
    """What the worker that the log names said when it was asked."""

    NOT_ASKED = "not_asked"
    HAS_IT = "has_it"
    GONE = "gone"  # said no, or was silent for the whole window


@dataclass(frozen=True)
class Acknowledge:
    """Everything is over: acknowledge the delivery."""


@dataclass(frozen=True)
class Postpone:
    """Not now: deliver it again after this many seconds."""

    seconds: float


@dataclass(frozen=True)
class AskOwner:
    """Another worker has it: ask whether it still does."""

    worker_id: str


@dataclass(frozen=True)
class Cancel:
    """Append job.cancelled."""


@dataclass(frozen=True)
class Fail:
    """Append job.failed with this reason."""

    reason: Reason


@dataclass(frozen=True)
class Start:
    """Append job.started with this attempt number and run."""

    attempt: int


Verdict = Acknowledge | Postpone | AskOwner | Cancel | Fail | Start


def on_delivery(
    log: JobLog, *, worker_id: str, running_here: bool, owner: Owner, now: datetime, poison_limit: int
) -> Verdict:
    """What a worker does with a delivery."""
    if log.terminal:
        return Acknowledge()
    requested = log.requested
    if running_here or log.is_lost or requested is None:
        return Postpone(ACK_WAIT_SECONDS)
    if log.owner not in (None, worker_id) and owner is not Owner.GONE:
        return Postpone(ACK_WAIT_SECONDS) if owner is Owner.HAS_IT else AskOwner(str(log.owner))
    if log.cancel:
        return Cancel()
    if now >= requested.deadline_at:
        return Fail(DEADLINE_PASSED)
    if isinstance(log.state, JobRetrying) and log.state.retry_at > now:
        return Postpone((log.state.retry_at - now).total_seconds())
    if log.counted >= requested.max_attempts or log.deaths >= poison_limit:
        return Fail(EXHAUSTED)
    return Start(log.attempt + 1)


DEADLINE_PASSED = Reason(
    code=ErrorCode.DEADLINE_EXCEEDED,
    message="This took too long and was stopped. Finished parts are kept; you can try again.",
)
EXHAUSTED = Reason(
    code=ErrorCode.ATTEMPTS_EXHAUSTED,
    message="We tried several times without success. Finished parts are kept; you can try again.",
)


class Standing(StrEnum):
    """What a running attempt may still do."""

    MINE = "mine"  # go on
    CANCELLED = "cancelled"  # a cancel was requested: close calls, settle them, append cancelled
    TAKEN = "taken"  # a newer attempt runs elsewhere: close calls, settle them, let go
    ENDED = "ended"  # somebody wrote the end: close calls, settle them, acknowledge
    LOST = "lost"  # the log belongs to whoever restores it: append nothing, start no call


def standing(log: JobLog, *, worker_id: str, attempt: int) -> Standing:
    """Where the attempt of this worker stands, by the newest log."""
    if log.is_lost:
        return Standing.LOST
    if log.terminal:
        return Standing.ENDED
    if log.owner != worker_id or log.attempt != attempt:
        return Standing.TAKEN
    return Standing.CANCELLED if log.cancel else Standing.MINE


@dataclass(frozen=True)
class Mark:
    """The outbox row is done."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do now; look again in the next round."""


@dataclass(frozen=True)
class AppendRequested:
    """Append job.requested at sequence 0; `is_open` when an earlier try may have been stored and lost."""

    is_open: bool


@dataclass(frozen=True)
class AppendCancelRequested:
    """Append job.cancel_requested, then judge again."""


@dataclass(frozen=True)
class RowState:
    """What Postgres knows of a job when relay or reconciler decides."""

    is_terminal: bool
    seq: int  # number of folded events; 0 when none


def on_outbox_request(log: JobLog, row: RowState, *, tried: bool) -> Mark | AppendRequested:
    """What the relay does with a job.requested that waits in the outbox."""
    if row.is_terminal or log.entries or row.seq > 0:
        return Mark()
    return AppendRequested(is_open=tried)


def on_outbox_cancel(log: JobLog, row: RowState) -> Mark | Wait | AppendCancelRequested | Cancel:
    """What the relay does with a job.cancel_requested that waits in the outbox."""
    if row.is_terminal or log.terminal:
        return Mark()
    if log.is_lost:
        return Wait()
    if not log.cancel:
        return AppendCancelRequested()
    return Mark() if log.owner else Cancel()


@dataclass(frozen=True)
class Restore:
    """Restore what the log lacks; `with_unmarked` also an unpublished request."""

    with_unmarked: bool = False


@dataclass(frozen=True)
class Redeliver:
    """Append a copy of job.requested, only to have the job redelivered."""


Repair = Wait | Restore | Fail | Cancel | AskOwner | Redeliver


def on_reconcile(
    log: JobLog,
    *,
    lacks_events: bool,
    deadline_at: datetime,
    now: datetime,
    broker_holds_message: bool,
    owner: Owner,
) -> Repair:
    """What the reconciler does with a job whose row is not terminal.

    `lacks_events` says that Postgres holds events, folded or marked as published, that the log does not.
    The log must have been read before the row.
    """
    past_deadline = now >= deadline_at + timedelta(seconds=DEADLINE_SLACK_SECONDS)
    if log.terminal:
        return Wait()
    if lacks_events or log.is_open:
        return Restore()
    if not log.entries:
        return Restore(with_unmarked=True) if past_deadline else Wait()
    if past_deadline:
        return Cancel() if log.cancel else Fail(DEADLINE_PASSED)
    silence = now - log.entries[-1].time
    if log.cancel and silence > CANCEL_PATIENCE:
        return Cancel()
    if not broker_holds_message and silence > IDLE_BEFORE_REDELIVERY:
        return _unless_owned(log, owner)
    return Wait()


def _unless_owned(log: JobLog, owner: Owner) -> Redeliver | AskOwner | Wait:
    if log.owner is None or owner is Owner.GONE:
        return Redeliver()
    return Wait() if owner is Owner.HAS_IT else AskOwner(log.owner)


def on_open_calls(log: JobLog, *, gone: Set[int]) -> list[JobCallStarted]:
    """The calls that the reconciler settles, even after the end: those of attempts that are gone.

    An attempt is in `gone` only if its worker was asked and no longer has the job: until it lets go of a job,
    a worker settles its own calls, and it knows what they used. It may start the job again, which is another
    attempt.
    """
    if log.is_lost:
        return []  # the log belongs to whoever restores it
    return [call for call in log.open_calls.values() if call.attempt in gone]

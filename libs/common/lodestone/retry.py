"""Whether a failed attempt is followed by another one, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lodestone.errors import AttemptFailed, ErrorCode, TransientFailure
from lodestone.events import Reason
from lodestone.job_log import JobLog

FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 60.0


@dataclass(frozen=True)
class RetryLater:
    """Another attempt at that time; `counted` against maxAttempts or not."""

    reason: Reason
    retry_at: datetime
    counted: bool


@dataclass(frozen=True)
class GiveUp:
    """No further attempt."""

    reason: Reason


def decide(failure: AttemptFailed, log: JobLog, *, now: datetime, jitter: float) -> RetryLater | GiveUp:
    """What follows a failure; `jitter` is from 0 to 1 and spreads the delay over its upper half.

    Provider overload and outage never use an attempt up, but nothing is tried after the deadline
    (design, section 6, promise 7).
    """
    requested = log.requested
    reason = Reason(code=failure.code, message=failure.message)
    if requested is None or not isinstance(failure, TransientFailure):
        return GiveUp(reason)
    if failure.counted and log.counted + 1 >= requested.max_attempts:
        return GiveUp(exhausted(requested.max_attempts, failure))
    retry_at = now + timedelta(seconds=_delay(failure, log, jitter))
    if retry_at >= requested.deadline_at:
        return GiveUp(reason)
    return RetryLater(reason, retry_at, failure.counted)


def exhausted(attempts: int, failure: AttemptFailed) -> Reason:
    """The reason of a job whose last attempt failed."""
    message = f"{failure.message} We tried {attempts} times and then stopped; you can try again."
    return Reason(code=ErrorCode.ATTEMPTS_EXHAUSTED, message=message)


def backoff_seconds(tries: int, jitter: float) -> float:
    """The delay before another try after `tries` earlier ones: doubling, capped, half of it jittered."""
    full = min(FIRST_DELAY_SECONDS * 2.0**tries, LONGEST_DELAY_SECONDS)
    return full * (0.5 + 0.5 * jitter)


def _delay(failure: TransientFailure, log: JobLog, jitter: float) -> float:
    tries = sum(event.name == "retrying" for event in log.events)
    backoff = backoff_seconds(min(tries, 10), jitter)
    if failure.retry_after_seconds is None:
        return backoff
    return max(failure.retry_after_seconds, 0.0) + jitter

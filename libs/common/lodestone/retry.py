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
    waiting_for: str | None = None  # where the reason's code does not say it


@dataclass(frozen=True)
class GiveUp:
    """No further attempt."""

    reason: Reason


def decide(failure: AttemptFailed, log: JobLog, *, now: datetime, jitter: float) -> RetryLater | GiveUp:
    """What follows a failure; `jitter` is from 0 to 1 and spreads the delay over its upper half.

    Overload, rate limits and outage of the provider never count as attempts, but nothing is tried after the
    deadline. A provider that asks for a longer wait than the deadline allows is asked again before it: it may
    be back.
    """
    requested = log.requested
    reason = Reason(code=failure.code, message=failure.message)
    if requested is None or not isinstance(failure, TransientFailure):
        return GiveUp(reason)
    if failure.counted and log.counted + 1 >= requested.max_attempts:
        return GiveUp(exhausted(requested.max_attempts, failure))
    left = (requested.deadline_at - now).total_seconds()
    delay = _delay(failure, log, jitter, left)
    if delay >= left:
        return GiveUp(reason)
    return RetryLater(reason, now + timedelta(seconds=delay), failure.counted, failure.waiting_for)


def exhausted(attempts: int, failure: AttemptFailed) -> Reason:
    """The reason of a job whose last attempt failed."""
    message = f"{failure.message} We tried {attempts} times without success; you can try again."
    return Reason(code=ErrorCode.ATTEMPTS_EXHAUSTED, message=message)


def backoff_seconds(tries: int, jitter: float) -> float:
    """The delay before another try after `tries` earlier ones: doubling, capped, half of it jittered."""
    full = min(FIRST_DELAY_SECONDS * 2.0**tries, LONGEST_DELAY_SECONDS)
    return full * (0.5 + 0.5 * jitter)


def _delay(failure: TransientFailure, log: JobLog, jitter: float, left: float) -> float:
    """The wait that is asked for; one that the deadline does not allow is cut to half of what is `left`."""
    asked = failure.retry_after_seconds
    if asked is None:
        tries = sum(event.name == "retrying" for event in log.events)
        return backoff_seconds(min(tries, 10), jitter)
    delay = max(asked, 0.0) + jitter
    return delay if delay < left else max(left / 2, FIRST_DELAY_SECONDS)

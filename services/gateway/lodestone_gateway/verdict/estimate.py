"""When a job will begin and end, as far as recent runs of its type and size tell. Pure.

Nothing is told where the verdict names a cause that has no duration (a pause, no worker, a provider that
fails), or where nothing fresh is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lodestone_gateway.store.run_times import Run
from lodestone_gateway.verdict.causes import Cause, Code
from lodestone_gateway.verdict.forecast import Quantiles, Queue, forecast, quantiles
from lodestone_gateway.verdict.snapshot import Snapshot

FRESH = timedelta(hours=6)  # runs that ended earlier say nothing of now
NEWEST = 50  # runs that an estimate rests on, at most
LEAST = 5  # runs without which there is none
ALIKE = 2.0  # how many times larger or smaller an input may be
SHARE_OF_ONE_USER = 0.75  # of the slots of a service

LASTS = frozenset({Code.TURN, Code.CAP, Code.SLOT, Code.RETRY, Code.STARTING, Code.RUNNING})
"""Causes of which recent runs tell how long they last."""


class Unknown(StrEnum):
    """Why there is no estimate, where no cause of the verdict is the reason."""

    NO_RECENT_RUNS = "no_recent_runs"
    LONGER_THAN_USUAL = "longer_than_usual"
    UNOBSERVED = "unobserved"


@dataclass(frozen=True)
class Span:
    """A time by which half of such jobs get there, and one by which nine of ten do."""

    p50_at: datetime
    p90_at: datetime


@dataclass(frozen=True)
class Estimate:
    """Of a job that has not ended."""

    begins: Span | None = None  # None once it has begun
    ends: Span | None = None
    runs: int = 0  # that it rests on
    unknown_because: str | None = None  # a code of the verdict, or of `Unknown`


def estimate(seen: Snapshot, chain: Sequence[Cause], runs: Sequence[Run]) -> Estimate | None:
    """The estimate for a job whose verdict is this chain; None once it has ended. `runs` are of its type."""
    if not seen.is_live:
        return None
    if cause := next((each for each in chain if each.code not in LASTS or not each.is_fresh), None):
        return Estimate(unknown_because=cause.code)
    took = took_of(runs, seen.size, seen.now)
    if len(took) < LEAST:
        return Estimate(unknown_because=Unknown.NO_RECENT_RUNS)
    return _waiting(seen, took) if seen.is_waiting else _running(seen, took)


def usual(runs: Sequence[Run], now: datetime) -> float | None:
    """Seconds that half of the recent runs of a type took at most; None where there are few."""
    took = took_of(runs, None, now)
    return quantiles(took).p50 if len(took) >= LEAST else None


def took_of(runs: Sequence[Run], size: int | None, now: datetime) -> list[float]:
    """Seconds that recent runs of about this size took; of all sizes where there are few of it."""
    fresh = [run for run in runs if now - FRESH < run.ended_at <= now]
    alike = [run for run in fresh if size and size / ALIKE <= run.size <= size * ALIKE]
    chosen = alike if len(alike) >= LEAST else fresh
    return [max((run.ended_at - run.started_at).total_seconds(), 0.0) for run in chosen[:NEWEST]]


def _waiting(seen: Snapshot, took: list[float]) -> Estimate:
    if not (seen.is_observed and seen.slots):
        return Estimate(unknown_because=Unknown.UNOBSERVED)
    begins, ends = forecast(_queue(seen), took, seen.job.id.int)
    return Estimate(_span(begins, seen.now), _span(ends, seen.now), len(took))


def _queue(seen: Snapshot) -> Queue:
    """What workers say of their slots is seconds old; in a flood the rows know of more."""
    busy, request = max(seen.running, seen.started or 0), seen.request
    until = seen.job.retry_at - seen.now if seen.job.retry_at else timedelta()
    if not seen.is_unpublished or request is None:
        return Queue(seen.slots, busy, max(seen.sent - 1, 0), max(until.total_seconds(), 0.0))
    if seen.is_capped:
        share = max(int(seen.slots * SHARE_OF_ONE_USER), 1)
        return Queue(share, share, request.ahead_of_owner)
    return Queue(seen.slots, busy, request.ahead + seen.sent)


def _running(seen: Snapshot, took: list[float]) -> Estimate:
    began = seen.job.started_at
    elapsed = (seen.now - began).total_seconds() if began else 0.0
    left = [run - elapsed for run in took if run > elapsed]
    if not left:
        return Estimate(unknown_because=Unknown.LONGER_THAN_USUAL)
    return Estimate(ends=_span(quantiles(left), seen.now), runs=len(left))


def _span(seconds: Quantiles, now: datetime) -> Span:
    return Span(*(now + timedelta(seconds=each) for each in seconds))

"""How often recent jobs kept to the estimate that they would have been given when they were accepted. Pure.

Given estimates are not kept: the recent runs are replayed, each with what was known at its moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lodestone_gateway.store.run_times import Run
from lodestone_gateway.verdict.estimate import LEAST, took_of
from lodestone_gateway.verdict.forecast import Queue, forecast

JUDGED = 200  # runs, the newest
LEAST_JUDGED = 20  # a share of fewer says nothing


class Kept(NamedTuple):
    """Whether a run began and ended by P50 and P90 of its estimate."""

    began_by_p50: bool
    began_by_p90: bool
    ended_by_p50: bool
    ended_by_p90: bool


@dataclass(frozen=True)
class Coverage:
    """Shares of runs, from 0 to 1, that began and ended by the time of which half, or nine of ten, should."""

    runs: int
    began_by_p50: float
    began_by_p90: float
    ended_by_p50: float
    ended_by_p90: float


def coverage(kept: Sequence[Kept]) -> Coverage | None:
    """Of runs that were replayed; None where they are too few."""
    if len(kept) < LEAST_JUDGED:
        return None
    return Coverage(len(kept), *(sum(column) / len(kept) for column in zip(*kept, strict=True)))


def replay(runs: Sequence[Run], beside: Sequence[Run], slots: int) -> Iterator[Kept]:
    """Recent runs of a type, the newest first, which share `slots` with those `beside` them.

    Without those before which too few had run to estimate from.
    """
    for run in runs[:JUDGED]:
        if kept := _kept(run, runs, beside, slots):
            yield kept


def _kept(run: Run, runs: Sequence[Run], beside: Sequence[Run], slots: int) -> Kept | None:
    at = run.accepted_at
    took = took_of(runs, run.size, at)
    if len(took) < LEAST:
        return None
    ahead = sum(other.accepted_at < at < other.started_at for other in runs)
    busy = sum(other.started_at <= at < other.ended_at for each in (runs, beside) for other in each)
    begins, ends = forecast(Queue(max(slots, busy, 1), busy, ahead), took, int(at.timestamp() * 1_000))
    began, ended = ((moment - at).total_seconds() for moment in (run.started_at, run.ended_at))
    return Kept(began <= begins.p50, began <= begins.p90, ended <= ends.p50, ended <= ends.p90)

"""How often recent jobs kept to the estimate that they would have been given when they were accepted. Pure.

Given estimates are not kept: the recent runs are replayed, each with what was known at its moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lodestone_gateway.store.run_times import Run
from lodestone_gateway.verdict.estimate import LEAST, took_of
from lodestone_gateway.verdict.forecast import Queue, forecast

JUDGED = 50  # runs, the newest
KEPT = 64  # answers for runs that have not changed


@dataclass(frozen=True)
class Coverage:
    """Shares of runs, from 0 to 1, that began and ended by the time of which half, or nine of ten, should."""

    runs: int
    began_by_p50: float
    began_by_p90: float
    ended_by_p50: float
    ended_by_p90: float


@lru_cache(KEPT)
def coverage(runs: tuple[Run, ...], beside: tuple[Run, ...], slots: int) -> Coverage | None:
    """Of recent runs of a type, the newest first, which share `slots` with those `beside` them.

    None where too few came before them to estimate from.
    """
    kept = [each for run in runs[:JUDGED] if (each := _kept(run, runs, beside, slots))]
    if not kept:
        return None
    return Coverage(len(kept), *(sum(column) / len(kept) for column in zip(*kept, strict=True)))


def _kept(
    run: Run, runs: Sequence[Run], beside: Sequence[Run], slots: int
) -> tuple[bool, bool, bool, bool] | None:
    """Whether it began by P50 and P90 of its estimate, and ended by those."""
    at = run.accepted_at
    took = took_of(runs, run.size, at)
    if len(took) < LEAST:
        return None
    ahead = sum(other.accepted_at < at < other.started_at for other in runs)
    busy = sum(other.started_at <= at < other.ended_at for each in (runs, beside) for other in each)
    begins, ends = forecast(Queue(max(slots, busy, 1), busy, ahead), took, int(at.timestamp() * 1_000))
    began, ended = ((moment - at).total_seconds() for moment in (run.started_at, run.ended_at))
    return began <= begins.p50, began <= begins.p90, ended <= ends.p50, ended <= ends.p90

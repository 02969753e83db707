"""When a job begins and ends, drawn many times from what recent runs took. Pure.

A job ahead, or the one that is asked about, gets the slot that is free first. What runs now is as far as it
happens to be: longer runs are met more often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import accumulate
from random import Random
from typing import NamedTuple

DRAWS = 60
MOST_DRAWN = 100  # jobs ahead; a longer queue is drawn so long, and takes as much longer as it is
HANDED_OVER_WITHIN = 1.0  # seconds from a free slot to the start: relay, bus, log


@dataclass(frozen=True)
class Queue:
    """What is between a job and its start."""

    slots: int  # at least one
    busy: int  # slots that are in use
    ahead: int = 0  # jobs that get a slot before it
    not_before: float = 0.0  # seconds until it may begin at all


class Quantiles(NamedTuple):
    """Seconds from now; half of the draws are below the first, nine of ten below the second."""

    p50: float
    p90: float


def forecast(queue: Queue, took: Sequence[float], seed: int) -> tuple[Quantiles, Quantiles]:
    """When it begins, and when it ends; `took` are the seconds of recent runs, at least one."""
    draws = Random(seed)  # noqa: S311 - the same job gets the same answer while nothing changes
    met = list(accumulate(max(run, 0.001) for run in took))
    begins = [max(_free_at(queue, took, met, draws), queue.not_before) for _ in range(DRAWS)]
    begins = [at + HANDED_OVER_WITHIN * draws.random() for at in begins]
    return quantiles(begins), quantiles(
        [at + run for at, run in zip(begins, draws.choices(took, k=DRAWS), strict=True)]
    )


def quantiles(seconds: Sequence[float]) -> Quantiles:
    """Of at least one value."""
    ordered = sorted(seconds)
    return Quantiles(*(ordered[min(int(len(ordered) * share), len(ordered) - 1)] for share in (0.5, 0.9)))


def _free_at(queue: Queue, took: Sequence[float], met: Sequence[float], draws: Random) -> float:
    """Seconds until the slot is free that this job gets; `met` says how often each run is met, added up."""
    if queue.busy + queue.ahead < queue.slots:
        return 0.0
    busy = min(queue.busy, queue.slots)
    running = draws.choices(took, cum_weights=met, k=busy)
    slots = [run * draws.random() for run in running] + [0.0] * (queue.slots - busy)
    heapify(slots)
    drawn = min(queue.ahead, MOST_DRAWN)
    for run in draws.choices(took, k=drawn):
        heapreplace(slots, slots[0] + run)
    return slots[0] * (queue.ahead + 1) / (drawn + 1)

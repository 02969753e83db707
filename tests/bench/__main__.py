"""Prints how fast the running system is: medians, ranges, and the ratio of the two sides of each comparison.

python -m bench [rounds]
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from support.running_system import RunningSystem
from support.samples import example_input

from bench.sides import Comparison, compare, seconds_of

ROUNDS = 20
CALL_SECONDS = 1.0
WATCHERS = 50
CROWD = 64  # jobs at once; a service has 32 slots


def accepting(system: RunningSystem, rounds: int) -> Comparison:
    """Storing a job before the 202, compared with a response that touches nothing."""
    system.pace(first_byte_seconds=0.0, duration_seconds=0.0)
    body = {"jobType": "posts", "input": example_input("posts")}
    accept = partial(seconds_of, partial(system.request, "POST", "/api/jobs", json=body))
    health = partial(seconds_of, partial(system.request, "GET", "/healthz"))
    return compare("Accepting a job", ("POST /api/jobs", accept), ("GET /healthz", health), rounds=rounds)


def overhead(system: RunningSystem, rounds: int) -> Comparison:
    """A whole job, from the POST until a watcher sees its end, compared with its provider call."""
    system.pace(first_byte_seconds=0.1, duration_seconds=CALL_SECONDS)
    calls: list[float] = []

    def whole() -> float:
        started = datetime.now().timestamp()
        job_id = system.submit("posts", example_input("posts"))
        _watch(system, job_id)
        ended = datetime.now().timestamp()
        [call] = system.calls(job_id)
        calls.append(_time(call["endedAt"]) - _time(call["startedAt"]))
        return ended - started

    sides = ("POST to the terminal frame", whole), ("the provider's call", lambda: calls.pop())
    return compare("A job beside its provider call", *sides, rounds=max(rounds // 4, 3), warm_up=1)


def many_watchers(system: RunningSystem, rounds: int) -> Comparison:
    """The same job with many watchers, compared with one watcher."""
    system.pace(first_byte_seconds=0.05, duration_seconds=0.5)

    def watched_by(count: int) -> Callable[[], float]:
        def run() -> float:
            job_id = system.submit("posts", example_input("posts"))
            return seconds_of(lambda: list(pool.map(lambda _: _watch(system, job_id), range(count))))

        return run

    with ThreadPoolExecutor(WATCHERS) as pool:
        sides = (f"{WATCHERS} watchers see the end", watched_by(WATCHERS)), ("one does", watched_by(1))
        return compare("Watching", *sides, rounds=max(rounds // 4, 3), warm_up=1)


def crowd(system: RunningSystem, rounds: int) -> Comparison:
    """Many jobs at once, compared with one; two rounds of slots should take twice as long."""
    system.pace(first_byte_seconds=0.1, duration_seconds=CALL_SECONDS)

    def run(count: int) -> Callable[[], float]:
        def submit_and_wait(_: int) -> None:
            assert _watch(system, system.submit("posts", example_input("posts")))[-1].event == "job.completed"

        return lambda: seconds_of(lambda: list(pool.map(submit_and_wait, range(count))))

    with ThreadPoolExecutor(CROWD) as pool:
        sides = (f"{CROWD} jobs at once", run(CROWD)), ("one job", run(1))
        return compare("Many jobs", *sides, rounds=max(rounds // 4, 3), warm_up=1)


def measured(system: RunningSystem, rounds: int) -> Iterator[Comparison]:
    """All comparisons, one after another."""
    for measure in (accepting, overhead, many_watchers, crowd):
        yield measure(system, rounds)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder, RunningSystem(Path(folder), "--processes") as system:
        for comparison in measured(system, rounds):
            print("\n".join(comparison.lines()), flush=True)


def _watch(system: RunningSystem, job_id: str) -> list[Any]:
    return list(system.watch(f"/api/jobs/{job_id}/events"))


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


if __name__ == "__main__":
    main()

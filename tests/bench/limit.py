"""One limit for all: eight processes of two services under a provider that enforces its limits.

How much of a limit they use and how often they are refused, over three minutes; and how soon they are at full
speed after an outage. A measurement whose jobs did not last counts for nothing: it ends with an error.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from lodestone.clock import now, parse_time
from lodestone.llm.limiter import class_of
from support.samples import example_input
from support.waiting import let_pass

from bench.figures import Figures
from bench.load import hurry
from bench.measured_system import MeasuredSystem
from bench.wire import encoded

MINUTES = 3
WARM_UP_SECONDS = 60.0  # the provider's buckets are full at first: a minute's worth, which is used up by then
SUBMITTERS, USERS = 32, 100
JOBS = {"posts": 2_000, "ideation": 200}  # calls: one each, and six each
JOBS_OF_AN_OUTAGE = {"posts": 500, "ideation": 60}
PLENTY = 1_000_000_000
LIMITS = {
    "requests": (480, PLENTY, PLENTY),
    "input tokens": (PLENTY, 180_000, PLENTY),
    "output tokens": (PLENTY, PLENTY, 90_000),
}
NAMES = ("requests", "inputTokens", "outputTokens")
OUTAGES: tuple[tuple[dict[str, Any], float], ...] = (
    ({"kind": "status", "status": 503}, 60.0),
    ({"kind": "overloaded"}, 20.0),
)
BURNT = "SELECT count(*) FROM job_events WHERE event = 'retrying' AND body ->> 'counted' = 'true'"
FAILED = "SELECT count(*) FROM background_jobs WHERE status = 'failed'"
# A job that could not have its call soon has given its slot back, and waits between two attempts.
WAITING = """
    SELECT DISTINCT job_type FROM background_jobs
    WHERE completed_at IS NULL AND (status = 'pending' OR waiting_for IS NOT NULL)"""
LOOK_SECONDS, FULL = 30, 0.9


async def limit(folder: Path, rounds: int) -> Figures:
    """The scarce part is once the requests, once the input and once the output."""
    figures = Figures("limit")
    for _ in range(rounds):
        for scarce, limits in LIMITS.items():
            flags = ("--rate-limits", ",".join(map(str, limits)))
            env = {"LODESTONE_DEFAULT_PLAN": "unlimited"}
            with MeasuredSystem(folder / f"{scarce}-{_}", *flags, env=env) as system, ExitStack() as stack:
                for service in ("content", "ideation") * 3:
                    stack.enter_context(system.another(service))
                system.running.pace(first_byte_seconds=0.3, duration_seconds=3.0)
                await _use(system, figures, scarce, dict(zip(NAMES, limits, strict=True)))
                if scarce == "requests":
                    await _outage(system, figures, limits[0] / 60)
    return figures


async def _use(system: MeasuredSystem, figures: Figures, scarce: str, limits: dict[str, int]) -> None:
    await _submit(system, JOBS)
    await let_pass(WARM_UP_SECONDS)
    began = now()
    await let_pass(MINUTES * 60)
    calls = _between(system.running.calls(), began, now())
    _check_that_jobs_wait(system, f"{scarce} for {MINUTES} minutes")
    refused = sum(call["outcome"] == "limited" for call in calls)
    most = max(
        used[name] / (limits[name] * MINUTES) for used in map(_used, _by_class(calls)) for name in NAMES
    )
    figures.add(f"{scarce}: of the limit used", 100 * most, "%")
    figures.add(f"{scarce}: requests answered 429", 100 * refused / max(len(calls), 1), "%")
    figures.add(f"{scarce}: jobs failed", _count(system, FAILED), "jobs")


async def _submit(system: MeasuredSystem, counts: dict[str, int]) -> None:
    for name, jobs in counts.items():
        wanted = "ideation-b2b-consultant" if name == "ideation" else name
        body = encoded({"jobType": name, "input": example_input(wanted)})
        await hurry(system.gateway, system.post(system.tokens(USERS), body), jobs, SUBMITTERS)


async def _outage(system: MeasuredSystem, figures: Figures, calls_a_second: float) -> None:
    """Each outage in turn, with jobs of its own; the limits are full again after it."""
    await system.until_over(within=1_200)
    failed = _count(system, FAILED)  # at their deadlines: they were more than the limits allow
    for fault, seconds in OUTAGES:
        await _submit(system, JOBS_OF_AN_OUTAGE)
        system.running.fault(fault, times=PLENTY)
        await let_pass(seconds)
        system.running.reset_simulator()
        back = now()
        await let_pass(LOOK_SECONDS)
        calls = [call for call in system.running.calls() if call["outcome"] != "limited"]
        told = f"{fault.get('status', 529)} for {seconds:g} s"
        _check_that_jobs_wait(system, told)
        figures.add(f"{told}: until full speed", _until_full(calls, back, calls_a_second), "s")
        await system.until_over()
    figures.add("attempts that the outages used up", _count(system, BURNT), "attempts")
    figures.add("jobs that the outages failed", _count(system, FAILED) - failed, "jobs")


def _check_that_jobs_wait(system: MeasuredSystem, told: str) -> None:
    """Raises AssertionError if any service had nothing to do."""
    waiting = {name for (name,) in system.rows(WAITING)}
    assert JOBS.keys() <= waiting, f"{told}: jobs did not last; at the end only {waiting} waited"


def _count(system: MeasuredSystem, query: str) -> int:
    ((count,),) = system.rows(query)
    assert isinstance(count, int)
    return count


def _until_full(calls: Sequence[dict[str, Any]], back: datetime, calls_a_second: float) -> float:
    """Seconds until the calls of the next five seconds are nearly all that the limit allows."""
    begun = Counter(int((parse_time(call["startedAt"]) - back).total_seconds()) for call in calls)
    for second in range(LOOK_SECONDS - 5):
        if sum(begun[second + each] for each in range(5)) >= FULL * 5 * calls_a_second:
            return second
    return LOOK_SECONDS


def _between(calls: Sequence[dict[str, Any]], began: datetime, ended: datetime) -> list[dict[str, Any]]:
    return [call for call in calls if began <= parse_time(call["startedAt"]) < ended]


def _by_class(calls: Sequence[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Each class of models has limits of its own."""
    by_class: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        by_class.setdefault(class_of(call["model"], {}), []).append(call)
    return by_class.values()


def _used(calls: Sequence[dict[str, Any]]) -> dict[str, float]:
    answered = [call for call in calls if call["outcome"] != "limited"]
    return {
        "requests": len(answered),
        "inputTokens": sum(call["inputTokens"] + call["cacheWriteTokens"] for call in answered),
        "outputTokens": sum(call["outputTokens"] for call in answered),
    }

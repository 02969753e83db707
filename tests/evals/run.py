"""Runs one case in memory with the service's own handler and judges the result."""

import asyncio
import time
from dataclasses import dataclass, field
from decimal import Decimal

from lodestone.errors import AttemptFailed
from lodestone.jobs import JOB_TYPES
from lodestone.llm.client import Llm
from lodestone.worker.loading import JobDefinition, load_definition
from lodestone.worker.testing import MemoryContext, run_in_memory

from evals.again import broken_by_a_part
from evals.cases import Case
from evals.rules import broken

MOST_AT_ONCE = 4


@dataclass(frozen=True)
class Outcome:
    """The outcome of a case."""

    case: Case
    seconds: float
    calls: int
    cost_usd: Decimal
    failure: AttemptFailed | None = None
    rules: dict[str, list[str]] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        """The broken rules, each with what breaks it."""
        return [f"{name}: {problem}" for name, found in self.rules.items() for problem in found]


async def run_case(case: Case, llm: Llm, free: asyncio.Semaphore) -> Outcome:
    """Runs one attempt, and one more for its first part; checks both against the rules of its type."""
    loaded = load_definition(JOB_TYPES[case.job_type], {})
    jobs = (MemoryContext(loaded.job_type), MemoryContext(loaded.job_type))
    async with free:
        started = time.monotonic()
        judged = await _judge(loaded, case, jobs, llm)
    seconds = time.monotonic() - started
    cost = sum((call.cost_usd for job in jobs for call in job.finished_calls), Decimal(0))
    calls = sum(len(job.started_calls) for job in jobs)
    if isinstance(judged, AttemptFailed):
        return Outcome(case, seconds, calls, cost, failure=judged)
    return Outcome(case, seconds, calls, cost, rules=judged)


async def _judge(
    loaded: JobDefinition, case: Case, jobs: tuple[MemoryContext, MemoryContext], llm: Llm
) -> dict[str, list[str]] | AttemptFailed:
    """For each rule of its type and of its parts, what breaks it."""
    whole, again = jobs
    result = await run_in_memory(loaded.run, case.work, whole, llm)
    if isinstance(result, AttemptFailed):
        return result
    try:
        of_a_part = await broken_by_a_part(loaded, case.work, result, again, llm)
    except AttemptFailed as failure:
        return failure
    return broken(case.job_type, case.work, result) | of_a_part

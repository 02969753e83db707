"""Runs one case in memory with the service's own handler and judges the result."""

import asyncio
import time
from dataclasses import dataclass, field
from decimal import Decimal

from lodestone.errors import AttemptFailed
from lodestone.jobs import JOB_TYPES
from lodestone.llm.client import Llm
from lodestone.worker.loading import load_definition
from lodestone.worker.testing import MemoryContext, run_in_memory

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
    """Runs one attempt and checks its result against the rules of its type."""
    loaded = load_definition(JOB_TYPES[case.job_type], {})
    job = MemoryContext(loaded.job_type)
    async with free:
        started = time.monotonic()
        result = await run_in_memory(loaded.run, case.work, job, llm)
    seconds = time.monotonic() - started
    cost = sum((call.cost_usd for call in job.finished_calls), Decimal(0))
    if isinstance(result, AttemptFailed):
        return Outcome(case, seconds, len(job.started_calls), cost, failure=result)
    rules = broken(case.job_type, case.work, result)
    return Outcome(case, seconds, len(job.started_calls), cost, rules=rules)

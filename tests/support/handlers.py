"""Runs the handler of a job type against the simulated provider, without a bus."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest
from lodestone.errors import AttemptFailed, IncompleteReply, ProviderUnavailable, Refused
from lodestone.events import JobCallFinished, JobProgress
from lodestone.llm.client import Llm
from lodestone.wire import WireModel
from lodestone.worker.testing import MemoryContext, run_in_memory
from support.waiting import eventually

Result = TypeVar("Result", bound=WireModel)

each_failed_call = pytest.mark.parametrize(
    ("kind", "meaning"), [("refusal", Refused), ("overloaded", ProviderUnavailable), ("cut", IncompleteReply)]
)
"""Faults of the simulator that end a call, and what each means."""


@dataclass(frozen=True)
class Handler(Generic[Result]):
    """A job type's handler, and its stand-in if it has one."""

    run: Any
    result: type[Result]
    stand_in: Any = None

    async def finished(self, work: WireModel, job: MemoryContext, llm: Llm) -> Result:
        """The result of an attempt that succeeds."""
        outcome = await run_in_memory(self.run, work, job, llm, self.stand_in)
        assert isinstance(outcome, self.result), outcome
        return outcome

    async def failed(self, work: WireModel, job: MemoryContext, llm: Llm) -> AttemptFailed:
        """Why an attempt fails."""
        outcome = await run_in_memory(self.run, work, job, llm, self.stand_in)
        assert isinstance(outcome, AttemptFailed), outcome
        return outcome


def item_events(job: MemoryContext) -> list[JobProgress]:
    """The events that carry an item, in order."""
    return [event for event in job.events if isinstance(event, JobProgress) and event.item]


async def calls_finished_before(
    items: int, running: Coroutine[Any, Any, Any], job: MemoryContext
) -> list[JobCallFinished]:
    """The calls that had ended when so many items were there; the work is stopped then."""
    task = asyncio.create_task(running)
    await eventually(lambda: len(job.items) >= items)
    ended = list(job.finished_calls)
    task.cancel()
    await asyncio.wait([task])
    return ended

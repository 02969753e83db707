"""Runs a handler in memory: input in, events and outcome out. No broker, but attempts count the same way."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TypeVar
from uuid import UUID

from lodestone.errors import AttemptFailed, PermanentFailure
from lodestone.events import JobCallFinished, JobCallStarted, JobEvent, JobProgress
from lodestone.ids import new_id
from lodestone.jobs.job_type import JobType
from lodestone.llm.client import Llm
from lodestone.llm.ledger import CallResult, CallStart
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.handler import Handler, StandIn

Work = TypeVar("Work", bound=WireModel)
Result = TypeVar("Result", bound=WireModel)


class MemoryContext:
    """The context of one attempt; `events` is its log, `inherited` what earlier attempts finished."""

    def __init__(self, job_type: JobType, *, finished_items: Mapping[str, JsonObject] | None = None) -> None:
        self.job_id: UUID = new_id()
        self.job_type = job_type.name
        self.user_id: UUID = new_id()
        self.attempt = 1
        self.model = job_type.model
        self.events: list[JobEvent] = []
        self.inherited: Mapping[str, JsonObject] = finished_items or {}
        self._finished = set(self.inherited)
        self._total = 0

    @property
    def finished_items(self) -> Mapping[str, JsonObject]:
        """See JobContext."""
        return {**self.inherited, **self.items}

    def expect(self, total: int) -> None:
        """See JobContext."""
        self._total = total

    def item(self, key: str, index: int, item: JsonObject, message: str) -> None:
        """See JobContext."""
        self._finished.add(key)
        self._report(message, item=item, item_key=key, item_index=index)

    async def progress(self, message: str, plan: list[str] | None = None) -> None:
        """See JobContext."""
        self._report(message, plan=plan)

    async def start_call(self, call: CallStart) -> UUID:
        """See CallLedger."""
        call_id = new_id()
        self.events.append(
            JobCallStarted.model_validate(self._common() | {"call_id": call_id, **asdict(call)})
        )
        return call_id

    async def finish_call(self, result: CallResult) -> None:
        """See CallLedger."""
        self.events.append(JobCallFinished.model_validate(self._common() | asdict(result)))

    @property
    def items(self) -> dict[str, JsonObject]:
        """The items published so far, by key."""
        return {
            event.item_key: event.item
            for event in self.events
            if isinstance(event, JobProgress) and event.item_key and event.item is not None
        }

    @property
    def messages(self) -> list[str]:
        """The progress messages, in order."""
        return [event.message for event in self.events if isinstance(event, JobProgress)]

    @property
    def started_calls(self) -> list[JobCallStarted]:
        """The calls that were started."""
        return [event for event in self.events if isinstance(event, JobCallStarted)]

    @property
    def finished_calls(self) -> list[JobCallFinished]:
        """The calls that were settled."""
        return [event for event in self.events if isinstance(event, JobCallFinished)]

    def _report(self, message: str, **item: object) -> None:
        progress = {"done": len(self._finished), "total": self._total, "message": message}
        self.events.append(JobProgress.model_validate(self._common() | progress | item))

    def _common(self) -> dict[str, object]:
        return {
            "job_id": self.job_id,
            "job_type": self.job_type,
            "user_id": self.user_id,
            "attempt": self.attempt,
        }


async def run_in_memory(
    handler: Handler[Work, Result],
    work: Work,
    context: MemoryContext,
    llm: Llm,
    stand_in: StandIn[Work, Result] | None = None,
) -> Result | AttemptFailed:
    """The attempt's outcome: its result, or the failure that ended it.

    After a permanent failure the job type's `stand_in` makes the result, if it has one.
    """
    try:
        return await handler(work, context, llm)
    except AttemptFailed as failure:
        if stand_in and isinstance(failure, PermanentFailure):
            return await stand_in(work, context, failure.code)
        return failure

"""What a handler sees of its attempt: the runtime's side of `JobContext`."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from lodestone.clock import now
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.errors import BudgetExceeded
from lodestone.events import JobCallFinished, JobCallStarted, JobProgress, JobRequested, KeptItem, Outcome
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.judgement import Standing
from lodestone.llm.ledger import CallResult, CallStart
from lodestone.spend import is_affordable
from lodestone.wire import JsonObject
from lodestone.worker.writer import GOING_ON, SETTLING, Build, Fenced, HeldItem, JobWriter, as_is

KEPT_MESSAGE = "Kept from the previous run"
OVERDRAWN = "This job reached its spending limit. Finished parts are kept; you can try again."


class AttemptContext:
    """One attempt at one job; everything it publishes goes through the attempt's writer."""

    def __init__(
        self,
        writer: JobWriter,
        requested: JobRequested,
        attempt: int,
        *,
        model: str,
        budget_usd: Decimal,
    ) -> None:
        self.writer = writer
        self.job_id = requested.job_id
        self.job_type = requested.job_type
        self.user_id = requested.user_id
        self.attempt = attempt
        self.model = model
        self._budget_usd = budget_usd
        self._settled = asyncio.Event()  # a call was settled: another may be affordable now
        self._requested = requested
        finished = writer.log.items
        self._inherited = [item for item in requested.kept or [] if item.item_key not in finished]
        everything = [*self._inherited, *finished.values()]
        self._finished = {item.item_key: item.item for item in everything}
        self._total = 0

    @property
    def finished_items(self) -> Mapping[str, JsonObject]:
        """See JobContext."""
        return self._finished | {key: held.item.item for key, held in self.writer.held.items()}

    def expect(self, total: int) -> None:
        """Fixes the number of items, and publishes those that a retried job handed down."""
        self._total = total
        for item in self._inherited:
            if item.item_key not in self.writer.held:
                self.writer.hold(HeldItem(item, KEPT_MESSAGE, self._total))

    def item(self, key: str, index: int, item: JsonObject, message: str) -> None:
        """Queues a finished item."""
        found = KeptItem(item_key=key, item_index=index, item=item)
        self.writer.hold(HeldItem(found, message, self._total))

    async def progress(self, message: str, plan: list[str] | None = None) -> None:
        """Publishes a message; raises Fenced when the attempt may not go on."""
        await self.writer.append(lambda newest: self._progress(len(newest.items), message, plan), GOING_ON)

    async def start_call(self, call: CallStart) -> UUID:
        """Announces a call and returns its id; raises BudgetExceeded, or Fenced when the attempt must stop.

        Calls side by side reserve the most that they may cost, and usually cost less: a call that does not
        fit beside them waits until one is settled. A takeover may outdate a late confirmation: then the call
        is written off as not made, and announced again.
        """
        while True:
            call_id, asked_at = new_id(), time.monotonic()
            self._settled.clear()
            try:
                standing = await self._announce_call(call_id, call)
            except BudgetExceeded:
                if not self._has_open_call:
                    raise
                await self._settled.wait()
                continue
            is_fresh = time.monotonic() - asked_at < ACK_WAIT_SECONDS / 2
            if is_fresh and standing is Standing.MINE:
                return call_id
            await self._settle(as_is(self._not_made(call_id)))
            if self.writer.standing is not Standing.MINE:
                raise Fenced(self.writer.standing)

    async def finish_call(self, result: CallResult) -> None:
        """Queues the settlement and waits for it; it is written even if the wait is cancelled."""
        settled = JobCallFinished(**self._requested.of_job(self.attempt), **vars(result))
        await asyncio.shield(self._settle(as_is(settled)))

    def seconds_left(self, attempt_limit: float) -> float:
        """How long the attempt may still take: the shorter of its own limit and the job's deadline."""
        left: timedelta = self._requested.deadline_at - now()
        return min(attempt_limit, left.total_seconds())

    @property
    def _has_open_call(self) -> bool:
        return any(call.attempt == self.attempt for call in self.writer.log.open_calls.values())

    def _settle(self, build: Build) -> "asyncio.Future[None]":
        written = self.writer.submit(build, SETTLING)
        written.add_done_callback(lambda _: self._settled.set())
        return written

    async def _announce_call(self, call_id: UUID, call: CallStart) -> Standing:
        try:
            return await self.writer.append(partial(self._call_started, call_id, call), GOING_ON)
        except asyncio.CancelledError:
            # The writer may still store it, but nobody will make that call: write it off.
            self._settle(lambda newest: self._not_made(call_id) if call_id in newest.open_calls else None)
            raise

    def _progress(self, done: int, message: str, plan: list[str] | None) -> JobProgress:
        of_job = self._requested.of_job(self.attempt)
        return JobProgress(**of_job, done=done, total=self._total, message=message, plan=plan)

    def _call_started(self, call_id: UUID, call: CallStart, newest: JobLog) -> JobCallStarted:
        # Judged by the log that it is appended to, so that parallel calls cannot overdraw together.
        if not is_affordable(newest, call.max_cost_usd, self._budget_usd):
            raise BudgetExceeded(OVERDRAWN, detail=f"{self._budget_usd} USD for one job of {self.job_type}")
        return JobCallStarted(**self._requested.of_job(self.attempt), call_id=call_id, **vars(call))

    def _not_made(self, call_id: UUID) -> JobCallFinished:
        return JobCallFinished(
            **self._requested.of_job(self.attempt), call_id=call_id, outcome=Outcome.WASTED
        )

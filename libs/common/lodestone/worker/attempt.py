"""THE ATTEMPT: run the handler → settle its calls → judge the log → append the end → say what to answer.

The writer owns the log and the standing; every append is fenced.
"""

import asyncio
import random
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from lodestone.bus.envelope import InvalidMessage
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.errors import AttemptFailed, ErrorCode, IncompleteReply, PermanentFailure, TransientFailure
from lodestone.events import (
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobRequested,
    JobRetrying,
    Reason,
)
from lodestone.job_log import JobLog
from lodestone.judgement import DEADLINE_PASSED, Acknowledge, Postpone, Standing
from lodestone.llm.client import Llm
from lodestone.retry import GiveUp, RetryLater, decide
from lodestone.tasks import end
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.context import AttemptContext
from lodestone.worker.loading import JobDefinition
from lodestone.worker.one_part import remade
from lodestone.worker.writer import GOING_ON, Fenced, JobWriter, as_is

CANCELLING = frozenset({Standing.CANCELLED})
RESTARTED = Reason(
    code=ErrorCode.INTERNAL_ERROR,
    message="The service is restarting; work continues in a moment.",
)

log = structlog.get_logger(__name__)


class TooSlow(TransientFailure):
    """The work took longer than one attempt is allowed."""


class Unexpected(TransientFailure):
    """Something went wrong on our side."""


class WrongInput(PermanentFailure):
    """The job's input is not valid for this version of the service."""

    code = ErrorCode.INVALID_INPUT


class TooLarge(PermanentFailure):
    """The result is too large to store."""


@dataclass(frozen=True)
class LetGo:
    """Neither ack, nor nak, nor ack extension: they would act on the new owner's delivery."""


Ending = Acknowledge | Postpone | LetGo
_Outcome = WireModel | AttemptFailed | RetryLater | None  # None: the log stopped the attempt


class Attempt:
    """One attempt at one job, from its job.started onwards."""

    def __init__(
        self,
        stream: JobStream,
        started: JobLog,
        *,
        requested: JobRequested,
        definition: JobDefinition,
        llm: Llm,
        worker_id: str,
        number: int,
    ) -> None:
        self._definition = definition
        self._llm = llm
        self._requested = requested
        self._number = number
        self._stand_in = None if requested.part else definition.stand_in
        self._is_shutting_down = False
        # The work is done, or must stop. An Event would take four times the memory.
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._writer = JobWriter(
            stream,
            started,
            requested=requested,
            worker_id=worker_id,
            attempt=number,
            on_stopped=self._stop_waiting,
        )
        self._context = AttemptContext(
            self._writer, requested, number, model=definition.model, budget_usd=definition.budget_usd
        )

    async def run(self) -> Ending:
        """Runs the handler, appends how it ended and says how to answer the delivery."""
        try:
            outcome = await self._run_handler()
            await self._writer.drain()
            return await self._conclude(outcome)
        finally:
            self._writer.close()

    def hear_cancel(self) -> None:
        """A cancel request was heard: reads the log again, which decides."""
        self._writer.look()

    def shut_down(self) -> None:
        """The process is stopping: closes the calls and hands the job back."""
        self._is_shutting_down = True
        self._stop_waiting()

    def _stop_waiting(self, *_: object) -> None:
        if not self._over.done():
            self._over.set_result(None)

    async def _run_handler(self) -> _Outcome:
        work = asyncio.create_task(self._handle())
        work.add_done_callback(self._stop_waiting)
        limit = self._context.seconds_left(self._definition.job_type.limits.attempt)
        timer = asyncio.get_running_loop().call_later(max(limit, 0), self._stop_waiting)
        try:
            await self._over
        finally:
            timer.cancel()
            await end(work)  # the work closes its calls and settles them
        return self._outcome(work)

    async def _handle(self) -> WireModel:
        if part := self._requested.part:
            return await remade(self._definition, self._work(part.input), part, self._context, self._llm)
        return await self._definition.run(self._work(self._requested.input), self._context, self._llm)

    def _work(self, input: JsonObject) -> WireModel:
        try:
            return self._definition.job_type.work.model_validate(input)
        except ValidationError as error:
            raise WrongInput(detail=str(error.errors(include_input=False))) from None

    def _outcome(self, work: "asyncio.Future[WireModel]") -> _Outcome:
        if work.cancelled():
            return self._why_cancelled()
        error = work.exception()
        if error is None:
            return work.result()
        if isinstance(error, AttemptFailed):
            return error
        if isinstance(error, Fenced):
            return None
        log.error("the handler failed unexpectedly", job_id=str(self._requested.job_id), exc_info=error)
        return Unexpected(detail=repr(error))

    def _why_cancelled(self) -> _Outcome:
        if self._writer.is_stopped:
            return None
        if self._is_shutting_down:
            return RetryLater(RESTARTED, now(), counted=False)
        return TooSlow()

    async def _conclude(self, outcome: _Outcome) -> Ending:
        while True:
            standing = self._writer.standing
            if standing is Standing.TAKEN:
                return LetGo()
            if standing is Standing.ENDED:
                return Acknowledge()
            try:
                if standing is Standing.CANCELLED:
                    await self._writer.append_last(self._cancelled, CANCELLING)
                    return Acknowledge()
                return await self._end(outcome)
            except Fenced as fenced:
                if fenced.standing is Standing.LOST:
                    return LetGo()
            except InvalidMessage as error:
                outcome = TooLarge(detail=str(error))

    async def _end(self, outcome: _Outcome) -> Ending:
        if isinstance(outcome, WireModel):
            return await self._complete(outcome)
        decision = self._decide(outcome)
        if isinstance(decision, GiveUp):
            return await self._give_up(decision.reason)
        await self._writer.append_last(as_is(self._retrying(decision)), GOING_ON)
        return Postpone(max((decision.retry_at - now()).total_seconds(), 0.0))

    async def _complete(self, made: WireModel) -> Ending:
        result = made.to_wire()
        await self._writer.append_last(lambda newest: self._completed(result, newest), GOING_ON)
        return Acknowledge()

    async def _give_up(self, reason: Reason) -> Ending:
        if made := await self._make_stand_in(reason.code):
            return await self._complete(made)
        await self._writer.append_last(lambda newest: self._failed(reason, newest), GOING_ON)
        return Acknowledge()

    async def _make_stand_in(self, code: ErrorCode) -> WireModel | None:
        """The job type's own result when all attempts failed; None when it has none, or none that works."""
        make, self._stand_in = self._stand_in, None  # one that cannot be stored is not made again
        if make is None:
            return None
        try:
            return await make(self._work(self._requested.input), self._context, code)
        except (Fenced, InvalidMessage):
            raise
        except Exception:
            log.exception("the stand-in failed", job_id=str(self._requested.job_id))
            return None

    def _decide(self, outcome: AttemptFailed | RetryLater | None) -> RetryLater | GiveUp:
        if isinstance(outcome, RetryLater):
            return outcome
        if now() >= self._requested.deadline_at:
            return GiveUp(DEADLINE_PASSED)
        # The log stopped the attempt, but turned out to be ours again: try once more.
        failure = outcome or IncompleteReply()
        log.warning("the attempt failed", job_id=str(self._requested.job_id), failure=repr(failure))
        return decide(failure, self._writer.log, now=now(), jitter=random.random())  # noqa: S311

    def _completed(self, result: JsonObject, newest: JobLog) -> JobCompleted:
        return JobCompleted(**self._requested.of_job(self._number), result=result, usage=newest.usage)

    def _failed(self, reason: Reason, newest: JobLog) -> JobFailed:
        return JobFailed(**self._requested.of_job(self._number), error=reason, usage=newest.usage)

    def _retrying(self, decision: RetryLater) -> JobRetrying:
        return JobRetrying(
            **self._requested.of_job(self._number),
            reason=decision.reason,
            retry_at=decision.retry_at,
            counted=decision.counted,
            waiting_for=decision.waiting_for,
        )

    def _cancelled(self, newest: JobLog) -> JobCancelled:
        held = {key: held.item for key, held in self._writer.held.items()}
        kept = sorted({**held, **newest.items}.values(), key=lambda item: item.item_index)
        return JobCancelled(
            **self._requested.of_job(self._number), kept=[item.item for item in kept], usage=newest.usage
        )

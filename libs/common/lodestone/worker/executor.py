"""A delivery goes through one pipe: load → judge → start → run → append the end → ack, nak or neither."""

from contextlib import AbstractContextManager

import structlog
from nats.aio.msg import Msg
from opentelemetry.trace import Span, SpanKind
from prometheus_client import Counter

from lodestone.bus.ask import ask_owner
from lodestone.bus.connection import BusClient
from lodestone.bus.envelope import InvalidMessage, decode
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.deadlines import SHUTDOWN_NAK_SECONDS
from lodestone.events import JobCancelled, JobEvent, JobFailed, JobRequested, JobStarted
from lodestone.job_log import Entry, JobLog, presumed_log
from lodestone.judgement import (
    Acknowledge,
    AskOwner,
    Cancel,
    Fail,
    Owner,
    Postpone,
    Start,
    on_delivery,
)
from lodestone.llm.client import Llm
from lodestone.tracing import span
from lodestone.worker.attempt import Attempt, Ending
from lodestone.worker.inflight import Inflight
from lodestone.worker.loading import JobDefinition

log = structlog.get_logger(__name__)
deliveries = Counter("lodestone_deliveries_total", "Deliveries, by outcome", ["job_type", "ending"])


async def answer(delivery: Msg, ending: Ending) -> None:
    """The only place that acknowledges."""
    if isinstance(ending, Acknowledge):
        await delivery.ack()
    elif isinstance(ending, Postpone):
        await delivery.nak(max(ending.seconds, SHUTDOWN_NAK_SECONDS))


class Executor:
    """What one worker does with the deliveries of one job type."""

    def __init__(
        self,
        definition: JobDefinition,
        *,
        client: BusClient,
        stream: JobStream,
        inflight: Inflight,
        llm: Llm,
        worker_id: str,
    ) -> None:
        self._definition = definition
        self._client = client
        self._stream = stream
        self._inflight = inflight
        self._llm = llm
        self._worker_id = worker_id

    async def execute(self, delivery: Msg) -> None:
        """Takes a delivery to its ack, nak or neither. The caller already extends its ack."""
        ending = await self._load(delivery)
        self._inflight.drop(delivery)
        deliveries.labels(job_type=self._definition.job_type.name, ending=type(ending).__name__).inc()
        await answer(delivery, ending)

    async def _load(self, delivery: Msg) -> Ending:
        try:
            at = delivery.metadata
            entry = decode(delivery.subject, delivery.headers, delivery.data, at.sequence.stream)
            delivery.data, delivery.headers = b"", None  # not kept a second time while the job runs
        except InvalidMessage as error:
            log.error("a delivery is not one of our jobs", error=str(error))
            return Acknowledge()
        if not isinstance(entry.event, JobRequested):
            return Acknowledge()
        bound = {"job_id": str(entry.event.job_id), "job_type": entry.event.job_type}
        with structlog.contextvars.bound_contextvars(**bound), _span(entry):
            return await self._judge(entry.event, presumed_log(entry, at.num_delivered))

    async def _judge(self, requested: JobRequested, presumed: JobLog | None) -> Ending:
        asked: JobEvent | None = None  # the start whose worker was asked
        reply = Owner.NOT_ASKED
        while True:
            newest = presumed or await self._stream.read(requested.job_type, requested.job_id)
            presumed = None  # what the fence refused is read
            verdict = on_delivery(
                newest,
                worker_id=self._worker_id,
                running_here=self._inflight.has(requested.job_id),
                # A reply is about one start: a worker that said no may have started the job again since.
                owner=reply if newest.state == asked else Owner.NOT_ASKED,
                now=now(),
                poison_limit=self._definition.job_type.poison_limit,
            )
            if isinstance(verdict, Acknowledge | Postpone):
                return verdict
            if isinstance(verdict, AskOwner):
                asked = newest.state
                reply = await ask_owner(self._client, verdict.worker_id, requested.job_id)
            elif isinstance(verdict, Start):
                if ending := await self._start(requested, newest, verdict.attempt):
                    return ending
            elif (await self._stream.append(_end(verdict, newest, requested), newest)).stored:
                return Acknowledge()

    async def _start(self, requested: JobRequested, newest: JobLog, number: int) -> Ending | None:
        """Runs the attempt; None when its start was refused, so that the log must be judged again."""
        self._inflight.reserve(requested.job_id)
        try:
            appended = await self._stream.append(self._started(requested, newest, number), newest)
            return await self._run(requested, appended.log, number) if appended.stored else None
        finally:
            self._inflight.forget(requested.job_id)

    async def _run(self, requested: JobRequested, started: JobLog, number: int) -> Ending:
        attempt = Attempt(
            self._stream,
            started,
            requested=started.requested or requested,
            definition=self._definition,
            llm=self._llm,
            worker_id=self._worker_id,
            number=number,
        )
        self._inflight.run(requested.job_id, attempt)
        log.debug("attempt started", attempt=number)
        ending = await attempt.run()
        log.info("attempt ended", attempt=number, ending=type(ending).__name__)
        return ending

    def _started(self, requested: JobRequested, newest: JobLog, number: int) -> JobStarted:
        return JobStarted(
            **requested.of_job(number),
            worker_id=self._worker_id,
            model=self._definition.model,
            prompt=self._definition.prompt,
            kept=[item.item for item in newest.items.values()],
        )


def _span(entry: Entry) -> AbstractContextManager[Span]:
    attributes = {"messaging.system": "nats", "lodestone.job_id": str(entry.event.job_id)}
    name = f"process job.requested.{entry.event.job_type}"
    return span(name, SpanKind.CONSUMER, traceparent=entry.traceparent, attributes=attributes)


def _end(verdict: Cancel | Fail, newest: JobLog, requested: JobRequested) -> JobEvent:
    common = requested.of_job(newest.attempt)
    if isinstance(verdict, Cancel):
        kept = [item.item for item in newest.items.values()]
        return JobCancelled(**common, kept=kept, usage=newest.usage)
    return JobFailed(**common, error=verdict.reason, usage=newest.usage)

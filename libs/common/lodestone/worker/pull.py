"""Taking jobs off the stream: never more than there are free slots for."""

import asyncio
import contextlib

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js import JetStreamContext

from lodestone import subjects
from lodestone.deadlines import HAND_BACK_SECONDS, SHUTDOWN_NAK_SECONDS
from lodestone.judgement import Postpone
from lodestone.worker.executor import Executor, answer
from lodestone.worker.inflight import Inflight
from lodestone.worker.slots import Slots

FETCH_SECONDS = 1.0  # how long one request waits for a job, and a stop for that request
PAUSE_SECONDS = 0.5  # before a lost consumer is looked for again

log = structlog.get_logger(__name__)


class Puller:
    """Pulls the deliveries of one job type while there are free slots, and executes them."""

    def __init__(
        self, client: Client, job_type: str, executor: Executor, inflight: Inflight, slots: Slots
    ) -> None:
        self.is_bound = False  # whether the durable was there when last seen
        self._client = client
        self._job_type = job_type
        self._executor = executor
        self._inflight = inflight
        self._slots = slots
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Pulls until `stop` is set; `drain` then waits for what still runs."""
        while not stop.is_set():
            try:
                await self._pull(await self._bind(), stop)
            except (Error, TimeoutError) as error:
                # The durable is gone with its stream; whoever owns the topology brings it back.
                self.is_bound = False
                log.warning("cannot pull", job_type=self._job_type, error=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Waits for what runs; hands back what does not end in time, and waits briefly for that."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        if self._tasks:
            self._inflight.shut_down()
            await asyncio.wait(self._tasks, timeout=HAND_BACK_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _bind(self) -> JetStreamContext.PullSubscription:
        jetstream = self._client.jetstream()
        await jetstream.consumer_info(subjects.STREAM, subjects.durable(self._job_type))
        return await jetstream.pull_subscribe_bind(
            consumer=subjects.durable(self._job_type), stream=subjects.STREAM
        )

    async def _pull(self, subscription: JetStreamContext.PullSubscription, stop: asyncio.Event) -> None:
        self.is_bound = True
        try:
            while not stop.is_set():
                taken = await self._slots.take(stop)
                deliveries: list[Msg] = []
                try:
                    deliveries = await self._fetch(subscription, taken)
                finally:
                    self._slots.give_back(taken - len(deliveries))
                for delivery in deliveries:
                    await self._take(delivery, stop)
        finally:
            with contextlib.suppress(Error):
                await subscription.unsubscribe()

    async def _fetch(self, subscription: JetStreamContext.PullSubscription, most: int) -> list[Msg]:
        if not most:
            return []
        try:
            return await subscription.fetch(most, timeout=FETCH_SECONDS)
        except TimeoutError:
            await self._client.jetstream().consumer_info(subjects.STREAM, subjects.durable(self._job_type))
            return []

    async def _take(self, delivery: Msg, stop: asyncio.Event) -> None:
        if stop.is_set():
            self._slots.give_back(1)
            await answer(delivery, Postpone(SHUTDOWN_NAK_SECONDS))
            return
        self._inflight.take(delivery)
        task = asyncio.create_task(self._execute(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    async def _execute(self, delivery: Msg) -> None:
        try:
            await self._executor.execute(delivery)
        except (Error, TimeoutError) as error:
            # An unanswered delivery comes again, and the job's log says what is left to do.
            log.warning("a delivery was not answered", error=repr(error))
        finally:
            self._inflight.drop(delivery)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._slots.give_back(1)
        if not task.cancelled() and (error := task.exception()):
            log.error("receiving a delivery failed", exc_info=error)

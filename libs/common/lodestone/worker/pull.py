"""Taking jobs off the stream: never more than there are free slots for."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Coroutine
from typing import Any

import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error

from lodestone import subjects
from lodestone.bus.connection import BusClient
from lodestone.deadlines import HAND_BACK_SECONDS, SHUTDOWN_NAK_SECONDS
from lodestone.judgement import Postpone
from lodestone.liveness import Pulse
from lodestone.rhythm import seconds_to_next
from lodestone.tasks import unless
from lodestone.worker.executor import Executor, answer
from lodestone.worker.inflight import Inflight
from lodestone.worker.slots import Places, Slots

KEEP_SECONDS = 0.05  # for which places are kept for jobs that were there when they were asked for
REQUEST_SECONDS = 5.0  # at most; the server keeps a request so long and then says so: it has it
ANSWER_SECONDS = 1.0  # after which a request that the server has not closed is lost
PAUSE_SECONDS = 0.5  # before a lost consumer is looked for again
FAREWELL_SECONDS = 2.0  # for the server to forget the last request
SILENCE = "silence"  # no word of the server's
EXPIRED = "408"  # the server's word for a request that ended as agreed

log = structlog.get_logger(__name__)


class Unanswered(Error):
    """The server has the durable, and let a request pass in silence: no job came, and no word of its end."""


class Puller:
    """Keeps one request for deliveries of a job type open while there are free slots, and executes them."""

    def __init__(
        self, client: BusClient, job_type: str, executor: Executor, inflight: Inflight, slots: Slots
    ) -> None:
        self.is_bound = False  # whether the durable was there when last seen
        self._client = client
        self._job_type = job_type
        self._durable = subjects.durable(job_type)
        self._executor = executor
        self._inflight = inflight
        self._slots = slots
        self._pulse = Pulse(f"jobs of {job_type}")
        self._inbox = client.new_inbox()
        self._numbers = itertools.count(1)
        self._reply = ""  # where the open request is answered
        self._wanted = 0  # deliveries that it may still bring
        self._are_kept = False  # whether a place is kept for each
        self._refusal = ""  # why the server closed it
        self._over = asyncio.Event()  # it will bring nothing more
        self._stopped_at = 0.0
        self._kept_until = 0.0  # by the server, unless it is used up or answered before
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Pulls until `stop` is set; `drain` then waits for what still runs."""
        listening = await self._client.listen(f"{self._inbox}.*", self._receive)
        self._client.on_reconnect.append(self._over.set)  # the server has forgotten the request
        waking = asyncio.create_task(self._wake_at(stop))
        self._pulse.start()
        try:
            while not stop.is_set():
                await self._pull(stop)
        finally:
            self._pulse.stop()
            waking.cancel()
            self._stopped_at = asyncio.get_running_loop().time()
            if len(self._client.servers) > 1:
                await self._outlast_request()
            await _hang_up(listening)

    async def drain(self, seconds: float) -> None:
        """Waits for what runs; hands back what does not end in time, and waits briefly for that.

        The seconds count from the stop.
        """
        if self._tasks:
            left = self._stopped_at + seconds - asyncio.get_running_loop().time()
            await asyncio.wait(self._tasks, timeout=max(left, 0))
        if self._tasks:
            self._inflight.shut_down()
            await asyncio.wait(self._tasks, timeout=HAND_BACK_SECONDS)
        for task in self._tasks:
            task.cancel()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._slots.close()
        self._over.set()

    async def _outlast_request(self) -> None:
        """Returns when the open request is over; what it still brings is handed back.

        In a cluster another server than ours may lead the durable. It does not see our subscription end,
        since answers pass from account to account, and would go on sending jobs to nobody.
        """
        self._over.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._kept_until):
                await self._over.wait()

    async def _pull(self, stop: asyncio.Event) -> None:
        """Makes one request after the other until the process stops, or one fails."""
        look = self._client.jetstream().consumer_info(subjects.STREAM, self._durable)
        try:
            if await unless(stop, look) is None:
                return
            self.is_bound, is_idle = True, True
            while (places := await self._free_places(is_idle)).number:
                is_idle = await self._request(places)
                self._pulse.beat()
        except (Error, TimeoutError) as error:
            # The durable is gone with its stream; whoever owns the topology brings it back.
            self.is_bound = False
            if not isinstance(error, Unanswered):
                self._pulse.beat()  # it knows why it gets nothing
            log.warning("cannot pull", job_type=self._job_type, error=repr(error))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _free_places(self, is_idle: bool) -> Places:
        """A share of the free slots; while there are none, nothing is to be consumed."""
        with self._pulse.resting():
            return await self._slots.take(is_idle)

    async def _request(self, places: Places) -> bool:
        """Asks for at most this many deliveries; returns whether none came. Raises what the bus says."""
        self._reply, self._refusal = f"{self._inbox}.{next(self._numbers)}", ""
        self._wanted, self._are_kept = places
        self._over.clear()
        loop = asyncio.get_running_loop()
        seconds = seconds_to_next(loop.time(), REQUEST_SECONDS)
        timers = (
            loop.call_later(seconds + ANSWER_SECONDS, self._close, SILENCE),
            loop.call_later(KEEP_SECONDS, self._let_go),
        )
        try:
            asked = json.dumps({"batch": places.number, "expires": int(seconds * 1e9)})
            self._kept_until = loop.time() + seconds
            await self._client.publish(
                subjects.consumer_pull(self._durable), asked.encode(), reply=self._reply
            )
            await self._over.wait()
        finally:
            for timer in timers:
                timer.cancel()
            self._let_go()
            unused, self._wanted = self._wanted, 0
        if self._refusal == SILENCE:
            raise Unanswered("nats: a request for jobs was not answered")
        if self._refusal:
            raise Error(f"nats: a request for jobs was answered by {self._refusal}")
        return unused == places.number

    def _receive(self, message: Msg) -> None:
        headers = message.headers or {}
        if (status := headers.get("Status")) and not message.data:
            if message.subject == self._reply:
                self._close("" if status == EXPIRED else f"{status} {headers.get('Description', '')}")
        elif self._wanted:
            self._take(message)
        else:  # its request was given up
            self._hand_back(message)

    def _let_go(self) -> None:
        """From now on other types may have the places; the request stays open."""
        self._slots.give_back(self._wanted if self._are_kept else 0)
        self._are_kept = False

    def _close(self, refusal: str) -> None:
        self._refusal, self._kept_until = refusal, 0.0
        self._over.set()

    def _take(self, delivery: Msg) -> None:
        self._wanted -= 1
        if not self._wanted:
            self._kept_until = 0.0
            self._over.set()
        has_slot = self._slots.enter()
        self._slots.give_back(int(self._are_kept))
        if has_slot:
            self._inflight.take(delivery)
            self._spawn(self._execute(delivery))
        else:
            self._hand_back(delivery)

    def _hand_back(self, delivery: Msg) -> None:
        self._spawn(answer(delivery, Postpone(SHUTDOWN_NAK_SECONDS)))

    async def _execute(self, delivery: Msg) -> None:
        try:
            await self._executor.execute(delivery)
        except (Error, TimeoutError) as error:
            # An unanswered delivery comes again, and the job's log says what is left to do.
            log.warning("a delivery was not answered", error=repr(error))
        finally:
            self._inflight.drop(delivery)
            self._slots.leave()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("receiving a delivery failed", exc_info=error)


async def _hang_up(listening: Subscription) -> None:
    """Ends the open request; what the server sent before it knew arrives first, and is handed back."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await listening.drain()  # type: ignore[no-untyped-call]

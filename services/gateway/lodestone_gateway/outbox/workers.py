"""What the relay hears of workers: starts and ends of jobs, signs of life, and what is not delivered yet."""

import asyncio
import time
from collections.abc import Callable, Collection

import structlog
from lodestone import subjects
from lodestone.bus.connection import BusClient
from lodestone.bus.heartbeat import Heartbeat
from lodestone.deadlines import PUBLISH_TIMEOUT_SECONDS
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionClosedError, Error
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from lodestone_gateway.outbox.window import Window

ASK_SECONDS = 1.0  # between two questions to the broker while something is held back
ENDS = ("completed", "failed", "cancelled")
ENDS_SECONDS = 10.0  # that ends are heard on after nobody is near the bound any more

log = structlog.get_logger(__name__)


class Workers:
    """Keeps a window up to date."""

    def __init__(self, client: BusClient, window: Window) -> None:
        self._client = client
        self._window = window
        self._jetstream = client.jetstream(timeout=PUBLISH_TIMEOUT_SECONDS)
        self._ask_at = 0.0
        self._is_known = False  # whether the broker has told what was published before
        self._wake: Callable[[], object] = lambda: None
        self._waking: asyncio.TimerHandle | None = None  # calls it later
        self._heard: list[Subscription] = []
        self._ends: list[Subscription] = []
        self._ends_until = 0.0

    async def listen(self, wake: Callable[[], object]) -> None:
        """From now on starts and signs of life are heard; `wake` is called when there is room again."""
        self._wake = wake
        started = subjects.events_filter("started")
        self._heard = [
            await self._client.overhear(started, self._hear_start),
            await self._client.listen(subjects.HEARTBEATS, self._hear_worker),
        ]

    async def close(self) -> None:
        """Hears no more."""
        if self._waking:
            self._waking.cancel()
        for subscription in (*self._heard, *self._ends):
            await subscription.unsubscribe()

    async def hear_ends(self, now: float, *, is_near: bool) -> None:
        """Hears the ends of jobs while somebody is near the bound; each end brings its result with it."""
        if is_near:
            self._ends_until = now + ENDS_SECONDS
        if is_near and not self._ends:
            ends = map(subjects.events_filter, ENDS)
            self._ends = [await self._client.overhear(subject, self._hear_end) for subject in ends]
        elif self._ends and now >= self._ends_until:
            heard, self._ends = self._ends, []
            for subscription in heard:
                await subscription.unsubscribe()

    async def ask_if_due(self, now: float) -> None:
        """Asks the broker about what is held back: at first about everything. Raises ConnectionClosedError.

        What is not answered stays as it was heard.
        """
        if self.is_due(now):
            self._ask_at = now + ASK_SECONDS
            answers = await asyncio.gather(*map(self._ask, self._doubtful()))
            self._is_known = self._is_known or all(answers)

    @property
    def hears_ends(self) -> bool:
        """Whether it hears the ends of jobs at the moment."""
        return bool(self._ends)

    def is_due(self, now: float) -> bool:
        """Whether the broker is to be asked now: nobody tells of what was not heard."""
        return bool(self._doubtful()) and now >= self._ask_at

    def _doubtful(self) -> Collection[str]:
        return self._window.held if self._is_known else self._window.lines

    async def _ask(self, job_type: str) -> bool:
        try:
            info = await self._jetstream.consumer_info(subjects.STREAM, subjects.durable(job_type))
            pending = info.num_pending or 0
        except NotFoundError:  # lost; the reconciler brings it back
            pending = 0
        except ConnectionClosedError:
            raise
        except (Error, TimeoutError) as error:
            log.info("could not ask how many requests wait", job_type=job_type, error=repr(error))
            return False
        self._window.lines[job_type].correct(pending)
        return True

    def _hear_start(self, subject: str) -> None:
        started = subjects.parse_subject(subject)
        if started and self._window.hear_start(started.job_type, started.job_id, time.monotonic()):
            self._wake()

    def _hear_end(self, subject: str) -> None:
        ended = subjects.parse_subject(subject)
        due_in = self._window.hear_end(ended.job_id, time.monotonic()) if ended else None
        if due_in is not None:
            self._wake_in(due_in)

    def _wake_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if not seconds:
            self._wake()
        elif not self._waking or self._waking.when() <= loop.time():
            self._waking = loop.call_later(seconds, self._wake)

    def _hear_worker(self, message: Msg) -> None:
        try:
            told = Heartbeat.model_validate_json(message.data)
        except ValidationError:
            log.warning("an unreadable heartbeat", subject=message.subject)
            return
        is_its_own = message.subject == subjects.heartbeat_subject(told.service)
        if is_its_own and self._window.hear_worker(
            told.service, told.worker_id, told.slots, told.running, time.monotonic()
        ):
            self._wake()

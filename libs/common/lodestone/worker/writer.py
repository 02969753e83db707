"""The one writer of a job's log in this process: appends one event at a time, each under the fence.

Parallel calls of an attempt all write through this queue: five separate writers would refuse each other ten
times a job.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.deadlines import RESTORE_PATIENCE_SECONDS
from lodestone.events import JobEvent, JobProgress, JobRequested, KeptItem
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.judgement import Standing, standing

RESTORE_LOOK_SECONDS = 0.5  # between two looks at a log that is being restored
CANCEL_LOOK_SECONDS = 0.05
CANCEL_LOOKS = 40  # looks for a cancel request that was heard before it was stored
SETTLING = frozenset({Standing.MINE, Standing.CANCELLED, Standing.TAKEN, Standing.ENDED})
GOING_ON = frozenset({Standing.MINE})
STOPPED_BY_LOG = frozenset({Standing.CANCELLED, Standing.TAKEN, Standing.ENDED})

Build = Callable[[JobLog], JobEvent | None]  # None: the newest log leaves nothing to append


def as_is(event: JobEvent) -> Build:
    """An event that does not depend on the log it is appended to."""
    return lambda newest: event


def nothing(newest: JobLog) -> None:
    """No event of its own, only the held items."""


class Fenced(Exception):
    """The log does not let this attempt append the event; `standing` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.value)
        self.standing = standing


@dataclass(frozen=True)
class HeldItem:
    """A finished item in this process, with the message that announces it."""

    item: KeptItem
    message: str
    total: int  # how many items the result has


@dataclass(frozen=True)
class _Request:
    allowed: frozenset[Standing]
    build: Build
    is_look: bool = False  # read the log again first


class JobWriter:
    """Appends the events of one attempt in order and knows the newest log."""

    def __init__(
        self,
        stream: JobStream,
        newest: JobLog,
        *,
        requested: JobRequested,
        worker_id: str,
        attempt: int,
        on_stopped: Callable[[], None],
    ) -> None:
        self.log = newest
        self.held: dict[str, HeldItem] = {}
        self.is_stopped = False  # whether the log has said that the work must stop
        self._on_stopped = on_stopped
        self._stream = stream
        self._requested = requested
        self._worker_id = worker_id
        self._attempt = attempt
        self._queue: deque[tuple[asyncio.Future[None], _Request]] = deque()
        self._is_busy = False  # while an event is being written
        self._task: asyncio.Task[None] | None = None  # writes what is queued, and ends
        self._learn(newest)

    async def append(self, build: Build, allowed: frozenset[Standing]) -> Standing:
        """Appends one event and says where the attempt stands by the newest log.

        Raises Fenced when the standing is not `allowed`, or the AttemptFailed that `build` raises when the
        log says that its event must not be written.
        """
        await self.submit(build, allowed)
        return self.standing

    def submit(self, build: Build, allowed: frozenset[Standing]) -> "asyncio.Future[None]":
        """Queues one event as `append` does, without waiting for it."""
        return self._submit(allowed, build)

    def hold(self, held: HeldItem) -> None:
        """Queues the progress event of a finished item."""
        self.held[held.item.item_key] = held
        self._submit(GOING_ON)

    def look(self) -> "asyncio.Future[None]":
        """Queues a fresh read of the log: a cancel request was heard."""
        return self._submit(SETTLING, is_look=True)

    async def append_last(self, build: Build, allowed: frozenset[Standing]) -> None:
        """Appends as `append` does once everything queued is answered, without a task for it.

        Only for a caller that is never cancelled while the attempt goes on: the append would end with it.
        """
        await self.drain()
        self._is_busy = True
        try:
            await self._serve(_Request(allowed, build))
        finally:
            self._is_busy = False
            self._go_on()

    async def drain(self) -> None:
        """Waits until everything queued so far is answered."""
        while self._task and not self._task.done():
            await asyncio.wait({self._task})

    def close(self) -> None:
        """Stops writing and gives up what is still queued."""
        self._is_busy = True
        if self._task:
            self._task.cancel()

    def _submit(
        self, allowed: frozenset[Standing], build: Build = nothing, is_look: bool = False
    ) -> "asyncio.Future[None]":
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_take_note)
        self._queue.append((answer, _Request(allowed, build, is_look)))
        self._go_on()
        return answer

    def _go_on(self) -> None:
        if self._queue and not self._is_busy:
            self._is_busy = True
            self._task = asyncio.create_task(self._serve_queue())

    async def _serve_queue(self) -> None:
        while self._queue:
            answer, request = self._queue.popleft()
            try:
                await self._serve(request)
            except Exception as error:
                if not answer.done():
                    answer.set_exception(error)
            else:
                if not answer.done():
                    answer.set_result(None)
        self._is_busy = False

    async def _serve(self, request: _Request) -> None:
        if request.is_look:
            await self._look_for_cancel()
        event_id = str(new_id())
        while True:
            await self._wait_until_whole()
            if self.standing not in request.allowed:
                raise Fenced(self.standing)
            if missing := self._missing_item():
                await self._append(self._progress(missing), str(new_id()))
            elif (event := request.build(self.log)) is None or await self._append(event, event_id):
                return

    async def _append(self, event: JobEvent, event_id: str) -> bool:
        appended = await self._stream.append(event, self.log, event_id=event_id)
        self._learn(appended.log)
        return appended.stored

    def _progress(self, held: HeldItem) -> JobProgress:
        """The event of an item, with the count of the log that it is appended to."""
        bare = JobProgress(
            **self._requested.of_job(self._attempt),
            done=len(self.log.items) + 1,
            total=held.total,
            message=held.message,
        )
        return bare.model_copy(update=held.item.model_dump())

    def _missing_item(self) -> HeldItem | None:
        """The first held item that the log lacks: a new one, or one that a restored log has lost."""
        if self.standing is not Standing.MINE:
            return None
        return next((held for key, held in self.held.items() if key not in self.log.items), None)

    async def _look_for_cancel(self) -> None:
        # The core copy of a request may arrive before the stream has stored it.
        for _ in range(CANCEL_LOOKS):
            self._learn(await self._read())
            if self.log.cancel or self.log.terminal:
                return
            await asyncio.sleep(CANCEL_LOOK_SECONDS)

    async def _wait_until_whole(self) -> None:
        """Returns at once unless the log was lost; raises Fenced when nobody restored it in time."""
        patience = timedelta(seconds=RESTORE_PATIENCE_SECONDS)
        give_up_at = min(now() + patience, self._requested.deadline_at)
        while self.standing is Standing.LOST:
            if now() >= give_up_at:
                raise Fenced(Standing.LOST)
            await asyncio.sleep(RESTORE_LOOK_SECONDS)
            self._learn(await self._read())

    async def _read(self) -> JobLog:
        return await self._stream.read(self._requested.job_type, self._requested.job_id)

    def _learn(self, newest: JobLog) -> None:
        self.log = newest
        self.standing = standing(newest, worker_id=self._worker_id, attempt=self._attempt)
        if self.standing in STOPPED_BY_LOG:
            self.is_stopped = True
            self._on_stopped()


def _take_note(answer: "asyncio.Future[None]") -> None:
    if not answer.cancelled():
        answer.exception()  # marks it as seen: not every caller waits for its answer

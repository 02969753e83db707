"""What this process has in hand: deliveries that are kept alive, and attempts that run."""

import asyncio
import contextlib
from uuid import UUID

from nats.aio.msg import Msg
from nats.errors import Error

from lodestone.deadlines import IN_PROGRESS_SECONDS
from lodestone.rhythm import sleep_to_next
from lodestone.worker.attempt import Attempt


class Inflight:
    """Deliveries and attempts of one process."""

    def __init__(self) -> None:
        self.busy = asyncio.Event()  # set while jobs run
        self._deliveries: dict[int, Msg] = {}  # by identity: nats-py's messages have no hash
        self._attempts: dict[UUID, Attempt | None] = {}  # None: its start is being written

    def take(self, delivery: Msg) -> None:
        """From now on the delivery's ack is extended."""
        self._deliveries[id(delivery)] = delivery

    def drop(self, delivery: Msg) -> None:
        """Its ack is no longer extended: it is about to be answered, or another worker has it by now."""
        self._deliveries.pop(id(delivery), None)

    @property
    def running(self) -> int:
        """How many jobs run here."""
        return len(self._attempts)

    def has(self, job_id: UUID) -> bool:
        """Whether the job runs here: the answer to a worker that wants to take it over."""
        return job_id in self._attempts

    def reserve(self, job_id: UUID) -> None:
        """The job is about to start here."""
        self._attempts[job_id] = None
        self.busy.set()

    def run(self, job_id: UUID, attempt: Attempt) -> None:
        """The job runs here."""
        self._attempts[job_id] = attempt

    def forget(self, job_id: UUID) -> None:
        """The job does not run here, or no longer."""
        self._attempts.pop(job_id, None)
        if not self._attempts:
            self.busy.clear()

    def hear_cancel(self, job_id: UUID) -> None:
        """A cancel request for a job was heard; it matters if the job runs here."""
        if attempt := self._attempts.get(job_id):
            attempt.hear_cancel()

    def shut_down(self) -> None:
        """Tells all attempts to close their calls and hand their jobs back."""
        for attempt in self._attempts.values():
            if attempt:
                attempt.shut_down()

    async def extend_acks(self) -> None:
        """Extends the ack of each delivery in hand, for ever."""
        while True:
            for delivery in tuple(self._deliveries.values()):
                with contextlib.suppress(Error):
                    await delivery.in_progress()
            await sleep_to_next(IN_PROGRESS_SECONDS)

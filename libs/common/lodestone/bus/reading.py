"""Reads the stream in order from a sequence onwards, or says that reading must start again.

The consumer keeps no state worth keeping: the cursor in Postgres does. It acknowledges nothing, so the
server delivers each message once; a gap in what arrives means that one was lost on the way.
"""

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from lodestone import subjects
from lodestone.bus.connection import BusClient
from lodestone.bus.place import Place, Seen, check_length, is_new
from lodestone.rhythm import seconds_to_next

BATCH = 100
REQUEST_SECONDS = 5.0  # at most, one request for messages stays open at the server
CLUSTER_REQUEST_SECONDS = 2.0  # likewise where the server that has it may go without being missed
ANSWER_SECONDS = 1.0  # after which a request that the server has not closed is lost
INACTIVE_SECONDS = 60.0  # the server forgets a consumer that nobody reads for this long


class ReadingBroken(Exception):
    """The messages no longer follow each other: begin again after the cursor."""


class ConsumerGone(ReadingBroken):
    """The consumer is gone, and perhaps the stream with it."""


class Arrived(deque[Msg]):
    """Messages that nobody has taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self._woken = asyncio.Event()

    def take(self, message: Msg) -> None:
        """Adds a message as it is read from the connection."""
        self.append(message)
        self.wake()

    def wake(self) -> None:
        """Ends a wait: nothing may come any more."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Waits for a message; False if none came, or if it was woken without one."""
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        return bool(self)


@dataclass
class Reading:
    """One consumer from its creation to its first irregularity."""

    client: BusClient
    consumer: str
    place: Place
    reply: str  # the subject on which messages arrive
    inbox: Subscription
    arrived: Arrived
    delivered: int = 0  # messages received; the server counts them too
    wanted: int = 0  # messages that the open request may still bring
    lag: int = 0  # messages that wait at the server
    lost_at: float = 0.0  # when an open request counts as lost
    is_all_here: bool = False  # whether everything arrived that the server sent for the last request

    async def next_batch(self) -> list[Msg]:
        """The next messages in stream order, at most BATCH; none when nothing came for some seconds.

        Raises StreamIsOlder, or ReadingBroken when a message is missing or the consumer or stream is gone.
        """
        if self.wanted <= 0:
            await self._request()
        batch: list[Msg] = []
        while len(batch) < BATCH and (self.arrived or not batch):
            if not (self.arrived or await self.arrived.wait(self.lost_at - _time())):
                break
            message = self.arrived.popleft()
            if self._is_status(message):
                break
            if is_new(self.place, seen_in(self._in_order(message))):
                batch.append(message)
        if not batch and not (self.is_all_here and not self.lag):
            await self._check_alive()
        return batch

    async def comes_by(self, time: float) -> bool:
        """Whether a message is here that nobody has taken, or comes by this time of the loop."""
        if not self.arrived and self.wanted <= 0:
            await self._request()  # otherwise none could come
        return bool(self.arrived) or await self.arrived.wait(time - _time())

    async def close(self) -> None:
        """Stops listening; the server forgets the consumer by itself."""
        self.client.on_reconnect.remove(self.lose_request)
        with contextlib.suppress(Error):
            await self.inbox.unsubscribe()

    def lose_request(self) -> None:
        """The server has forgotten the open request."""
        self.lost_at = 0.0
        self.arrived.wake()

    async def _request(self) -> None:
        longest = CLUSTER_REQUEST_SECONDS if len(self.client.servers) > 1 else REQUEST_SECONDS
        seconds = seconds_to_next(_time(), longest)
        request = json.dumps({"batch": BATCH, "expires": int(seconds * 1e9)})
        pull = subjects.consumer_pull(self.consumer)
        await self.client.publish(pull, request.encode(), reply=self.reply)
        self.wanted, self.is_all_here, self.lost_at = BATCH, False, _time() + seconds + ANSWER_SECONDS

    def _is_status(self, message: Msg) -> bool:
        status = (message.headers or {}).get("Status")
        if status is None:
            return False
        self.is_all_here = (message.headers or {}).get("Nats-Pending-Messages") == str(self.wanted)
        self.wanted = 0  # whatever it says, the request is over
        if status not in ("404", "408"):
            raise ReadingBroken(f"{status} {(message.headers or {}).get('Description', '')}")
        return True

    def _in_order(self, message: Msg) -> Msg:
        self.delivered += 1
        self.wanted -= 1
        self.lag = message.metadata.num_pending
        if message.metadata.sequence.consumer != self.delivered:
            raise ReadingBroken(f"message {self.delivered} of the consumer did not arrive")
        return message

    async def _check_alive(self) -> None:
        self.wanted = 0  # a request may have been lost with the connection
        try:
            info = await self.client.jetstream().consumer_info(subjects.STREAM, self.consumer)
        except NotFoundError as error:
            raise ConsumerGone("the consumer is gone") from error
        self.lag = info.num_pending or 0
        arrived = self.delivered + len(self.arrived)
        if info.delivered is None or info.delivered.consumer_seq != arrived:
            raise ReadingBroken("a delivered message did not arrive")


def _time() -> float:
    return asyncio.get_running_loop().time()


def seen_in(message: Msg) -> Seen:
    """The place and time of a message in the stream."""
    return Seen(message.metadata.sequence.stream, message.metadata.timestamp)


async def read_after(client: BusClient, place: Place, consumer: str = subjects.PROJECTOR) -> Reading:
    """Starts reading after the place, with a new consumer.

    Raises NotFoundError when the stream is lost, and StreamIsOlder.
    """
    jetstream = client.jetstream()
    if not place.is_known:
        check_length(place, (await jetstream.stream_info(subjects.STREAM)).state.last_seq)
    with contextlib.suppress(NotFoundError):
        await jetstream.delete_consumer(subjects.STREAM, consumer)
    made = await jetstream.add_consumer(
        subjects.STREAM,
        ConsumerConfig(
            name=consumer,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=place.begins_at,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=INACTIVE_SECONDS,
            mem_storage=True,
        ),
    )
    reply, arrived = client.new_inbox(), Arrived()
    inbox = await client.listen(reply, arrived.take)
    reading = Reading(client, consumer, place, reply, inbox, arrived, lag=made.num_pending or 0)
    client.on_reconnect.append(reading.lose_request)
    return reading

"""A NATS client of the modelled broker: the calls that the product makes, over a lossy, slow network."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import nats.errors
from lodestone import subjects
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError
from simulation.broker import Delivery, PullRequest
from simulation.virtual_loop import Process

if TYPE_CHECKING:
    from simulation.world import World

INBOX = "_INBOX.sim"

Part = tuple[str, dict[str, str], bytes]  # of a batch: subject, headers, body


class SimClient:
    """One process's connection. While it is cut, outgoing messages wait and incoming ones are lost."""

    def __init__(self, world: "World", process: Process) -> None:
        self.world = world
        self.process = process
        self.is_connected = world.broker.is_up
        self.last_error: Exception | None = None
        self.stats = {"reconnects": 0}
        self.servers = ["one", "two", "three"] if world.broker.is_cluster else ["one"]
        self.connected_since = world.loop.time()
        self.answers: dict[str, Callable[[str], str]] = {}
        self.cancel_heard: Callable[[str], None] = lambda subject: None
        self.inboxes: dict[str, Inbox] = {}
        self.heartbeat_heard: Callable[[Any], Coroutine[Any, Any, None]] | None = None
        self.overheard: dict[str, Callable[[str], None]] = {}  # by event
        self.on_reconnect: list[Callable[[], None]] = []
        self._connection = 0
        self._unsent: list[tuple[str, Callable[[], object]]] = []
        self._parts: dict[str, list[Part]] = {}  # of batches that have no end yet
        self._arrives_at = 0.0
        self._received_at = 0.0
        world.clients.append(self)

    def cut(self) -> None:
        """Breaks the connection; everything in flight is lost."""
        if self.is_connected:
            self.is_connected = False
            self._connection += 1
            self.world.broker.forget(self)

    def reconnect(self) -> None:
        """Restores the connection and sends what waited."""
        if not self.is_connected:
            self.is_connected = True
            self.connected_since = self.world.loop.time()
            self.stats["reconnects"] += 1
            unsent, self._unsent = self._unsent, []
            for kind, operation in unsent:
                self.send(kind, operation)
            for tell in self.on_reconnect:
                self.world.loop.after_in(self.process, 0, tell)

    def send(self, kind: str, operation: Callable[[], object]) -> None:
        """Runs an action at the broker, in the order of sending unless the network misbehaves."""
        if not self.is_connected:
            self._unsent.append((kind, operation))
            return
        loop, network = self.world.loop, self.world.network
        for late in network.copies(kind, self.process):
            if late:
                loop.after(late, self._arrive_late, self.world.broker.epoch, operation)
            else:
                self._arrives_at = max(self._arrives_at, loop.time() + network.delay())
                loop.after(self._arrives_at - loop.time(), self._arrive, self._connection, operation)

    def receive(self, kind: str, take: Callable[[], object], *, must_arrive: bool = False) -> None:
        """Delivers something from the broker to this process, in the order of sending."""
        if self.is_connected and (must_arrive or not self.world.network.loses(kind)):
            loop = self.world.loop
            self._received_at = max(self._received_at, loop.time() + self.world.network.delay())
            loop.after(self._received_at - loop.time(), self._take, self._connection, take)

    async def call(self, kind: str, operation: Callable[[], Any], timeout: float) -> Any:
        """Sends a request and returns its answer; an answer that is an exception is raised."""
        await self.world.step(self.process, kind)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def serve() -> None:
            result = operation()
            self.receive("answer to " + kind, lambda: settle(answer, result))

        self.send(kind, serve)
        try:
            async with asyncio.timeout(timeout):
                result = await answer
        except TimeoutError:
            raise nats.errors.TimeoutError from None
        await self.world.step(self.process, kind + " answered")
        if isinstance(result, Exception):
            raise result
        return result

    async def disconnect(self) -> None:
        """Ends the connection."""
        self.cut()
        self.world.forget(self)

    def new_inbox(self) -> str:
        """A new reply address."""
        return f"{INBOX}.{self.world.next_number()}"

    async def subscribe(
        self, inbox: str, cb: Callable[[Any], Coroutine[Any, Any, None]] | None = None
    ) -> "Inbox":
        """Subscribes to an inbox, or to heartbeats."""
        self.heartbeat_heard = cb or self.heartbeat_heard
        self.inboxes[inbox] = found = Inbox(self, inbox)
        return found

    async def overhear(self, subject: str, take: Callable[[str], None]) -> "Inbox":
        """Hands the subjects of core copies of an event over as they arrive."""
        event = subject.split(".")[1]
        assert subject == subjects.events_filter(event), f"the model does not know {subject}"
        self.overheard[event] = take
        return Inbox(self, subject)

    async def listen(self, subject: str, take: Callable[[Any], None]) -> "Listening":
        """Hands each message of the inboxes that match, or each heartbeat, over as it arrives."""
        listening = Listening(self, subject, take)
        if subject == subjects.HEARTBEATS:
            self.heartbeat_heard = listening.hear
        self.inboxes[subject] = listening
        return listening

    def hear_heartbeat(self, message: Any) -> None:
        """Takes a heartbeat in, once the process runs."""
        if hear := self.heartbeat_heard:
            loop = self.world.loop
            loop.after_in(self.process, 0, lambda: loop.spawn(self.process, hear(message)))

    def hear_copy(self, event: str, subject: str) -> None:
        """Takes the core copy of an event in, once the process runs."""
        if take := self.overheard.get(event):
            self.world.loop.after_in(self.process, 0, lambda: take(subject))

    async def publish(
        self, subject: str, payload: bytes, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Handles what the product says without JetStream's API."""
        if headers:
            await self.world.step(self.process, "part of a batch")
            self._parts.setdefault(headers[subjects.BATCH_ID], []).append((subject, headers, payload))
        elif fnmatchcase(subject, subjects.HEARTBEATS):
            self.send("heartbeat", lambda: self.world.copy_heartbeat(subject, payload))
        elif fnmatchcase(subject, subjects.answers_to("*").replace(">", "*")):
            await self.world.step(self.process, "recall")
            self.send("nak", lambda: self._answer_for_another(subject, payload))
        else:
            await self._request(subject, payload, reply)

    async def request(self, subject: str, payload: bytes, timeout: float, headers: dict[str, str]) -> Any:
        """Commits a batch; its parts travel with its end. Raises NoRespondersError, TimeoutError."""
        assert subjects.BATCH_COMMIT in headers
        batch = [*self._parts.pop(headers[subjects.BATCH_ID]), (subject, headers, payload)]
        assert [part[1][subjects.BATCH_SEQUENCE] for part in batch] == [str(n + 1) for n in range(len(batch))]
        return await self.call("publish", partial(self._store, batch), timeout)

    def _store(self, batch: list[Part]) -> Any:
        broker = self.world.broker
        for subject, _, _ in batch:
            self.world.copy_to_listeners(subject)
        if not broker.takes_batches:
            return _told(error={"code": 400, "err_code": 10174})
        if self.world.network.loses("batch"):
            return _told(error={"code": 429, "err_code": 10210})
        answer = broker.publish_batch(batch)
        if answer is None:
            return nats.errors.NoRespondersError()
        if answer.kind == "stored":
            return _told(stream=subjects.STREAM, seq=answer.sequence, count=len(batch))
        return _told(error={"code": 400, "err_code": {"duplicate": 10201, "conflict": 10071}[answer.kind]})

    async def _request(self, subject: str, payload: bytes, reply: str) -> None:
        is_ask = fnmatchcase(subject, subjects.ASKS)
        consumer = subject.removeprefix(subjects.consumer_pull(""))
        if consumer != subject and consumer != subjects.PROJECTOR:
            await self.world.step(self.process, "fetch")
            inbox = self.inboxes[f"{reply.rpartition('.')[0]}.*"]
            self.send("fetch", partial(self._pull, inbox, json.loads(payload), consumer, reply))
            return
        await self.world.step(self.process, "ask" if is_ask else "request")
        inbox = self.inboxes[reply]
        if is_ask:
            self.send("ask", lambda: self._ask(inbox, subject, payload.decode()))
            return
        request = json.loads(payload)
        if subject == subjects.DIRECT_GET:
            self.send("read", lambda: self._read(inbox, request))
        else:
            assert consumer == subjects.PROJECTOR
            self.send("pull", partial(self._pull, inbox, request, consumer, reply))

    def jetstream(self, timeout: float = 5.0) -> "SimJetStream":
        """The JetStream side of this connection."""
        return SimJetStream(self, timeout)

    def _ask(self, inbox: "Inbox", subject: str, question: str) -> None:
        def reply(answer: SimpleNamespace) -> None:
            self.receive("answer to ask", lambda: inbox.put(answer), must_arrive=True)

        def hear(asked: SimClient) -> None:  # runs in the process that is asked
            answer = SimpleNamespace(data=asked.answers[subject](question).encode(), headers=None)
            asked.send("reply", lambda: reply(answer))

        asked = next((c for c in self.world.clients if subject in c.answers and c.is_connected), None)
        if asked is None:
            reply(_status("503"))
        else:
            self.world.loop.after_in(asked.process, 0.001, lambda: hear(asked))

    def _answer_for_another(self, subject: str, payload: bytes) -> None:
        _, _, _, consumer, _, sequence, *_ = subject.split(".")
        if payload == b"-NAK":
            self.world.broker.postpone(consumer, int(sequence), 0.0)
        elif payload == b"+ACK":
            self.world.broker.acknowledge(consumer, int(sequence))

    def _read(self, inbox: "Inbox", request: dict[str, Any]) -> None:
        found = self.world.broker.direct_get(request)
        if found is None:
            self.receive("page", lambda: inbox.put(_status("503")))
            return
        page = [
            SimpleNamespace(
                data=message.body,
                headers={
                    **message.headers,
                    "Nats-Sequence": str(message.sequence),
                    "Nats-Subject": message.subject,
                },
            )
            for message in found[0]
        ]
        closing = _status("204" if page else "404", {"Nats-Num-Pending": str(found[1])})
        self.receive("page", lambda: inbox.put(*page, closing))

    def _pull(self, inbox: "Inbox", request: dict[str, Any], consumer: str, reply: str) -> None:
        world, expires = self.world, request["expires"] / 1e9
        kind = "projected" if consumer == subjects.PROJECTOR else "delivery"

        def deliver(delivery: Delivery) -> None:
            message = SimMessage(self, consumer, delivery)
            self.receive(kind, lambda: inbox.put(message))

        def expire() -> None:
            if pull.remaining:
                self.receive("status", lambda: inbox.put(_status("408", _left_of(pull), subject=reply)))

        pull = PullRequest(self, request["batch"], world.loop.time() + expires, deliver)
        if world.broker.pull(consumer, pull):
            world.loop.after(expires, expire)
        elif kind == "delivery":
            self.receive("status", lambda: inbox.put(_status("503", subject=reply)))

    def _arrive(self, connection: int, operation: Callable[[], object]) -> None:
        if connection == self._connection and self.world.broker.is_up:
            operation()

    def _arrive_late(self, epoch: int, operation: Callable[[], object]) -> None:
        if self.world.broker.is_up and epoch == self.world.broker.epoch:
            operation()

    def _take(self, connection: int, take: Callable[[], object]) -> None:
        if connection == self._connection:
            take()


def _told(**answer: Any) -> SimpleNamespace:
    return SimpleNamespace(data=json.dumps(answer).encode())


def _left_of(pull: PullRequest) -> dict[str, str]:
    return {"Nats-Pending-Messages": str(pull.remaining)}


def _status(status: str, headers: dict[str, str] | None = None, *, subject: str = "") -> SimpleNamespace:
    return SimpleNamespace(subject=subject, data=b"", headers={"Status": status, **(headers or {})})


def settle(answer: "asyncio.Future[Any]", result: object) -> None:
    """Sets the answer, unless its caller no longer waits."""
    if not answer.done():
        answer.set_result(result)


class Inbox:
    """The messages of one subscription."""

    def __init__(self, client: SimClient, subject: str) -> None:
        self.subject = subject
        self._client = client
        self._arrived: deque[Any] = deque()
        self._wake: asyncio.Event = asyncio.Event()

    def put(self, *messages: Any) -> None:
        """Adds a message."""
        self._arrived.extend(messages)
        self._wake.set()

    async def next_msg(self, timeout: float) -> Any:
        """The next message. Raises nats.errors.TimeoutError."""
        try:
            async with asyncio.timeout(timeout):
                while not self._arrived:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            raise nats.errors.TimeoutError from None
        return self._arrived.popleft()

    async def unsubscribe(self) -> None:
        """Ends the subscription."""
        self._client.inboxes.pop(self.subject, None)
        for event in [
            event for event in self._client.overheard if self.subject == subjects.events_filter(event)
        ]:
            del self._client.overheard[event]


class Listening(Inbox):
    """A subscription whose messages are handed over in their process as they arrive."""

    def __init__(self, client: SimClient, subject: str, take: Callable[[Any], None]) -> None:
        super().__init__(client, subject)
        self._take = take

    async def hear(self, message: Any) -> None:
        """Hands a message over."""
        self._take(message)

    def put(self, *messages: Any) -> None:
        """Hands messages over."""
        for message in messages:
            self._client.world.loop.after_in(self._client.process, 0, partial(self._take, message))

    async def drain(self) -> None:
        """Ends the subscription; what was sent before arrives first. Raises nats.errors.TimeoutError."""
        broker = self._client.world.broker
        await self._client.call("unsubscribe", lambda: broker.forget(self._client), 10.0)
        self._client.inboxes.pop(self.subject, None)
        for event in [
            event for event in self._client.overheard if self.subject == subjects.events_filter(event)
        ]:
            del self._client.overheard[event]


class SimMessage:
    """A delivery, as the client holds it."""

    def __init__(self, client: SimClient, consumer: str, delivery: Delivery) -> None:
        self.subject = delivery.message.subject
        self.headers = dict(delivery.message.headers)
        self.data = delivery.message.body
        self.metadata = SimpleNamespace(
            sequence=SimpleNamespace(stream=delivery.message.sequence, consumer=delivery.consumer_sequence),
            num_pending=delivery.num_pending,
            num_delivered=delivery.deliveries,
            timestamp=datetime.fromtimestamp(0, UTC) + timedelta(seconds=delivery.message.stored_at),
        )
        self._client = client
        self._consumer = consumer

    async def ack(self) -> None:
        """Acknowledges the message."""
        await self._say("ack", lambda broker, at: broker.acknowledge(self._consumer, at))

    async def nak(self, delay: float) -> None:
        """Requests redelivery after this many seconds."""
        await self._say("nak", lambda broker, at: broker.postpone(self._consumer, at, delay))

    async def in_progress(self) -> None:
        """Extends the ack wait."""
        wait = self._client.world.ack_wait
        await self._say("in_progress", lambda broker, at: broker.postpone(self._consumer, at, wait))

    async def _say(self, kind: str, what: Callable[[Any, int], None]) -> None:
        world = self._client.world
        await world.step(self._client.process, kind)
        self._client.send(kind, lambda: what(world.broker, self.metadata.sequence.stream))
        await world.step(self._client.process, kind + " sent")


class SimJetStream:
    """The calls of nats-py's JetStream context that the product makes."""

    def __init__(self, client: SimClient, timeout: float) -> None:
        self._client = client
        self._broker = client.world.broker
        self._timeout = timeout

    async def publish(self, subject: str, payload: bytes, *, stream: str, headers: dict[str, str]) -> Any:
        """Stores a message. Raises APIError 10071, NoStreamResponseError, TimeoutError."""
        headers = dict(headers)

        def store() -> Any:
            self._client.world.copy_to_listeners(subject)
            answer = self._broker.publish(subject, headers, payload)
            if answer is None:
                return NoStreamResponseError()
            if answer.kind == "conflict":
                return APIError(
                    code=400, err_code=10071, description=f"wrong last sequence: {answer.sequence}"
                )
            return SimpleNamespace(seq=answer.sequence, duplicate=answer.kind == "duplicate")

        return await self._client.call("publish", store, self._timeout)

    async def stream_info(self, name: str) -> Any:
        """Raises NotFoundError without the stream."""

        def look() -> Any:
            stream = self._broker.stream
            if stream is None:
                return NotFoundError()
            return SimpleNamespace(config=stream.config, state=SimpleNamespace(last_seq=stream.last, bytes=0))

        return await self._client.call("stream info", look, self._timeout)

    async def add_stream(self, config: StreamConfig) -> None:
        """Creates the stream."""
        await self._client.call("add stream", lambda: self._broker.add_stream(config), self._timeout)

    async def consumer_info(self, stream: str, name: str) -> Any:
        """Raises NotFoundError without the consumer."""
        return await self._client.call(
            "consumer info", lambda: self._broker.info(name) or NotFoundError(), self._timeout
        )

    async def consumers_info(self, stream: str, offset: int) -> Any:
        """All consumers after the first `offset`. Raises NotFoundError without the stream."""

        def look() -> Any:
            known = self._broker.stream
            return (
                [self._broker.info(name) for name in [*known.consumers][offset:]]
                if known
                else NotFoundError()
            )

        return await self._client.call("consumers info", look, self._timeout)

    async def purge_stream(self, name: str, *, seq: int, subject: str) -> None:
        """Deletes the messages of a log below a sequence."""
        await self._client.call("purge", lambda: self._broker.purge_log(subject, seq), self._timeout)

    async def add_consumer(self, stream: str, config: ConsumerConfig) -> Any:
        """Creates a consumer. Raises NotFoundError without the stream."""
        return await self._client.call(
            "add consumer",
            lambda: self._broker.add_consumer(config) or NotFoundError(),
            self._timeout,
        )

    async def delete_consumer(self, stream: str, name: str) -> None:
        """Raises NotFoundError without the consumer."""

        def delete() -> Any:
            return None if self._broker.delete_consumer(name) else NotFoundError()

        await self._client.call("delete consumer", delete, self._timeout)

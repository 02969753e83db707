"""A JetStream stream and its consumers as the product uses them; `network` adds the delays and losses.

Modelled on observations of nats-server: a single node checks the expected sequence before the message id,
a cluster checks the message id first, and a direct get from a cluster may be slightly stale.
"""

import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from lodestone import subjects
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from simulation.virtual_loop import VirtualLoop

STALE_SECONDS = 0.5  # maximum age of a direct get from a cluster


@dataclass(frozen=True)
class Message:
    """One stored message."""

    sequence: int
    subject: str
    headers: dict[str, str]
    body: bytes
    stored_at: float


@dataclass(frozen=True)
class Answer:
    """The answer to a publish: stored, duplicate or conflict, and the sequence that it names."""

    kind: str
    sequence: int


@dataclass(eq=False)
class PullRequest:
    """A consumer's request for messages; `deliver` sends one to the client that asked."""

    owner: object
    remaining: int
    until: float
    deliver: Callable[["Delivery"], None]


@dataclass(frozen=True)
class Delivery:
    """One message on its way to a consumer's client."""

    message: Message
    consumer_sequence: int
    num_pending: int
    deliveries: int  # of this message by this consumer, with this one


@dataclass(eq=False)
class Consumer:
    """A pull consumer: its position and its waiting requests."""

    config: ConsumerConfig
    name: str
    position: int = 0  # index of the next message to consider
    delivered: int = 0
    last_delivered: int = 0  # stream sequence
    deliveries: Counter[int] = field(default_factory=Counter)  # by sequence
    deadlines: dict[int, float] = field(default_factory=dict)  # by sequence: the time of its redelivery
    again: deque[int] = field(default_factory=deque)
    requests: deque[PullRequest] = field(default_factory=deque)

    @property
    def is_acked(self) -> bool:
        return self.config.ack_policy is AckPolicy.EXPLICIT

    def wants(self, message: Message) -> bool:
        wanted = self.config.filter_subject
        return wanted is None or message.subject.startswith(wanted.removesuffix("*"))


@dataclass(eq=False)
class Stream:
    """The stored messages, the ids seen, and the consumers."""

    config: StreamConfig
    last: int
    messages: list[Message] = field(default_factory=list)
    logs: dict[str, list[Message]] = field(default_factory=dict)  # by the end of the subject: type and job
    ids: dict[str, int] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)


def log_key(subject: str) -> str:
    """`type.job` of an event's subject or of a log's filter."""
    return subject.split(".", 2)[2]


class Broker:
    """One NATS server, or a cluster seen from outside."""

    def __init__(
        self,
        loop: VirtualLoop,
        rng: random.Random,
        *,
        is_cluster: bool,
        takes_batches: bool,
        on_stored: Callable[[Message], None],
        on_purged: Callable[[set[int]], None],
    ) -> None:
        self.stream: Stream | None = None
        self.is_up = True
        self.epoch = 0  # raised when everything in flight is lost too
        self.is_cluster = is_cluster
        self.takes_batches = takes_batches
        self.page = rng.choice((4, 256))  # messages per direct get
        self._loop = loop
        self._rng = rng
        self._on_stored = on_stored
        self._on_purged = on_purged

    def add_stream(self, config: StreamConfig) -> None:
        """Creates the stream; its sequences start at `first_seq`."""
        self.stream = self.stream or Stream(config, last=(config.first_seq or 1) - 1)

    def wipe(self) -> None:
        """Loses the storage and everything in it."""
        self.stream = None
        self.epoch += 1

    def purge(self) -> None:
        """Deletes the messages; sequences, ids and consumers stay."""
        self.epoch += 1
        if self.stream:
            self.stream.messages.clear()
            self.stream.logs.clear()
            for consumer in self.stream.consumers.values():
                consumer.position = 0
                consumer.deadlines.clear()
                consumer.again.clear()

    def purge_log(self, subject: str, before: int) -> None:
        """Deletes the messages of one log below that sequence; consumers forget them."""
        if self.stream is None:
            return
        log = self.stream.logs.get(log_key(subject), [])
        gone = {message.sequence for message in log if message.sequence < before}
        for consumer in self.stream.consumers.values():
            passed = self.stream.messages[: consumer.position]
            consumer.position -= sum(message.sequence in gone for message in passed)
            consumer.again = deque(each for each in consumer.again if each not in gone)
            for sequence in gone:
                consumer.deadlines.pop(sequence, None)
        self.stream.messages = [each for each in self.stream.messages if each.sequence not in gone]
        self.stream.logs[log_key(subject)] = [each for each in log if each.sequence not in gone]
        self._on_purged(gone)

    def restart(self) -> None:
        """Loses everything that only memory held."""
        self.epoch += 1
        if self.stream:
            durable = {name: c for name, c in self.stream.consumers.items() if not c.config.mem_storage}
            self.stream.consumers = durable
            for consumer in durable.values():
                consumer.requests.clear()

    def publish(self, subject: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """Stores a message, or says why not; None without a stream."""
        return self.publish_batch([(subject, headers, body)])

    def publish_batch(self, batch: Sequence[tuple[str, dict[str, str], bytes]]) -> Answer | None:
        """Stores all of the messages, or says why none; each is checked against what was there before."""
        if self.stream is None:
            return None
        for subject, headers, _ in batch:
            if refusal := self._refusal(self.stream, subject, headers):
                return refusal
        for message in batch:
            self._store(self.stream, *message)
        for consumer in tuple(self.stream.consumers.values()):
            self._serve(consumer)
        return Answer("stored", self.stream.last)

    def _refusal(self, stream: Stream, subject: str, headers: dict[str, str]) -> Answer | None:
        log = stream.logs.get(log_key(subject), [])
        last, seen = (log[-1].sequence if log else 0), stream.ids.get(headers[subjects.MESSAGE_ID])
        is_conflict = int(headers.get(subjects.EXPECTED_SEQUENCE, last)) != last
        if seen is not None and (self.is_cluster or not is_conflict):
            return Answer("duplicate", seen)
        return Answer("conflict", last) if is_conflict else None

    def _store(self, stream: Stream, subject: str, headers: dict[str, str], body: bytes) -> None:
        stream.last += 1
        message = Message(stream.last, subject, headers, body, self._loop.time())
        stream.messages.append(message)
        stream.logs.setdefault(log_key(subject), []).append(message)
        stream.ids[headers[subjects.MESSAGE_ID]] = stream.last
        self._on_stored(message)

    def direct_get(self, request: dict[str, Any]) -> tuple[list[Message], int] | None:
        """A page of a log, and how many messages follow it; None without a stream."""
        if self.stream is None:
            return None
        log = self.stream.logs.get(log_key(request["next_by_subj"]), [])
        if self.is_cluster and self._rng.random() < 0.3:
            seen_until = self._loop.time() - self._rng.uniform(0, STALE_SECONDS)
            log = [message for message in log if message.stored_at <= seen_until]
        wanted = [message for message in log if message.sequence >= request["seq"]]
        size = min(self.page, request["batch"])
        return wanted[:size], max(len(wanted) - size, 0)

    def add_consumer(self, config: ConsumerConfig) -> SimpleNamespace | None:
        """Creates a consumer and returns its state; None without a stream."""
        if self.stream is None:
            return None
        name = str(config.durable_name or config.name)
        if name not in self.stream.consumers:
            consumer = self.stream.consumers[name] = Consumer(config, name)
            start = config.opt_start_seq or 0
            while consumer.position < len(self.stream.messages):
                if self.stream.messages[consumer.position].sequence >= start:
                    break
                consumer.position += 1
        return self.info(name)

    def delete_consumer(self, name: str) -> bool:
        """Deletes a consumer; False if there is none."""
        return self.stream is not None and self.stream.consumers.pop(name, None) is not None

    def consumer(self, name: str) -> Consumer | None:
        """The consumer of that name."""
        return self.stream.consumers.get(name) if self.stream else None

    def info(self, name: str) -> SimpleNamespace | None:
        """The consumer's state, as the server reports it."""
        consumer = self.consumer(name)
        if consumer is None:
            return None
        floor = min(consumer.deadlines, default=consumer.last_delivered + 1) - 1
        return SimpleNamespace(
            name=name,
            config=consumer.config,
            paused=False,
            num_pending=self._waiting(consumer),
            num_ack_pending=len(consumer.deadlines),
            ack_floor=SimpleNamespace(stream_seq=floor),
            delivered=SimpleNamespace(consumer_seq=consumer.delivered, stream_seq=consumer.last_delivered),
        )

    def pull(self, name: str, request: PullRequest) -> bool:
        """Registers a request for messages; False without such a consumer."""
        consumer = self.consumer(name)
        if consumer:
            consumer.requests.append(request)
            self._serve(consumer)
        return consumer is not None

    def forget(self, owner: object) -> None:
        """Drops the requests of a client that is gone."""
        for consumer in self.stream.consumers.values() if self.stream else ():
            consumer.requests = deque(r for r in consumer.requests if r.owner is not owner)

    def acknowledge(self, name: str, sequence: int) -> None:
        """Marks the message as done."""
        if consumer := self.consumer(name):
            consumer.deadlines.pop(sequence, None)

    def postpone(self, name: str, sequence: int, seconds: float) -> None:
        """Sets the redelivery time, for an ack extension (the whole ack wait) or a nak."""
        consumer = self.consumer(name)
        if consumer and sequence in consumer.deadlines:
            self._wait(consumer, sequence, seconds)

    def _wait(self, consumer: Consumer, sequence: int, seconds: float) -> None:
        consumer.deadlines[sequence] = self._loop.time() + seconds
        self._loop.after(seconds, self._on_deadline, consumer, sequence)

    def _on_deadline(self, consumer: Consumer, sequence: int) -> None:
        deadline = consumer.deadlines.get(sequence)
        is_due = deadline is not None and deadline <= self._loop.time() + 1e-6
        if is_due and sequence not in consumer.again:
            consumer.again.append(sequence)
            self._serve(consumer)

    def _serve(self, consumer: Consumer) -> None:
        while consumer.requests and self.is_up:
            request = consumer.requests.popleft()
            if request.until >= self._loop.time():
                if (message := self._next(consumer)) is None:
                    consumer.requests.appendleft(request)
                    return
                self._deliver(consumer, request, message)
                if request.remaining:
                    consumer.requests.append(request)  # the requests take turns

    def _next(self, consumer: Consumer) -> Message | None:
        stream = self.stream
        if stream is None or stream.consumers.get(consumer.name) is not consumer:
            return None
        while consumer.again:
            sequence = consumer.again.popleft()
            if sequence in consumer.deadlines:
                return next(m for m in stream.messages if m.sequence == sequence)
        while consumer.position < len(stream.messages):
            message = stream.messages[consumer.position]
            consumer.position += 1
            if consumer.wants(message):
                return message
        return None

    def _deliver(self, consumer: Consumer, request: PullRequest, message: Message) -> None:
        request.remaining -= 1
        consumer.delivered += 1
        consumer.last_delivered = max(consumer.last_delivered, message.sequence)
        if consumer.is_acked:
            self._wait(consumer, message.sequence, float(consumer.config.ack_wait or 30))
        consumer.deliveries[message.sequence] += 1
        deliveries = consumer.deliveries[message.sequence]
        request.deliver(Delivery(message, consumer.delivered, self._waiting(consumer), deliveries))

    def _waiting(self, consumer: Consumer) -> int:
        messages = self.stream.messages[consumer.position :] if self.stream else []
        return sum(consumer.wants(message) for message in messages)

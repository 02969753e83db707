"""Groups of messages, and what no real server or connection can be made to answer to a batch."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import nats.errors
import pytest
from lodestone import subjects
from lodestone.bus import batch
from lodestone.bus.batch import GroupPublisher, Message
from nats.js.api import PubAck
from support.waiting import eventually

OVERLOADED = {
    "error": {"code": 503, "err_code": 10008, "description": "JetStream system temporarily unavailable"}
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LEAST", 2)


class Bus:
    """A connection that answers batches as it is told, and stores what is published alone."""

    def __init__(self, answer: dict[str, Any] | Exception | None = None) -> None:
        self.stats = {"reconnects": 0}
        self.batches: list[int] = []  # how many messages each had
        self.alone: list[str] = []  # subjects
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._answer = answer
        self._sequence = 0

    def jetstream(self, timeout: float) -> Any:
        return SimpleNamespace(publish=self._publish_alone)

    async def publish(self, subject: str, body: bytes, headers: dict[str, str]) -> None:
        assert subjects.BATCH_COMMIT not in headers

    async def request(self, subject: str, body: bytes, timeout: float, headers: dict[str, str]) -> Any:
        count = int(headers[subjects.BATCH_SEQUENCE])
        self.batches.append(count)
        await self.may_answer.wait()
        if isinstance(self._answer, Exception):
            raise self._answer
        self._sequence += count
        answer = self._answer or {"stream": subjects.STREAM, "seq": self._sequence, "count": count}
        return SimpleNamespace(data=json.dumps(answer))

    async def _publish_alone(self, subject: str, body: bytes, **options: Any) -> PubAck:
        self.alone.append(subject)
        await self.may_answer.wait()
        return PubAck(subjects.STREAM, 0)


def message(number: int) -> Message:
    return Message(f"job.{number}", b"", {subjects.EXPECTED_SEQUENCE_SUBJECT: str(number)})


def publisher_of(bus: Any) -> GroupPublisher:
    return GroupPublisher(bus)


async def let_run() -> None:
    """Lets every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def publish(bus: Any, count: int) -> list[Any]:
    """What each of so many messages of one turn is told."""
    publisher = publisher_of(bus)
    return await asyncio.gather(
        *(publisher.publish(message(number)) for number in range(count)), return_exceptions=True
    )


async def test_what_comes_while_answers_are_awaited_is_the_next_group() -> None:
    bus = Bus()
    publisher = publisher_of(bus)
    bus.may_answer.clear()
    first = asyncio.create_task(publisher.publish(message(0)))
    await eventually(lambda: bus.alone)
    rest = [asyncio.create_task(publisher.publish(message(number))) for number in range(1, 4)]
    await let_run()

    sent_meanwhile = list(bus.batches)
    bus.may_answer.set()
    await asyncio.gather(first, *rest)

    assert (sent_meanwhile, bus.batches, bus.alone) == ([], [3], ["job.0"])


async def test_an_answer_that_does_not_come_holds_up_the_next_group_only_briefly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "PATIENCE_SECONDS", 0.001)
    bus = Bus()
    publisher = publisher_of(bus)
    bus.may_answer.clear()
    publishing = [asyncio.create_task(publisher.publish(message(0)))]
    await eventually(lambda: bus.alone)

    publishing.append(asyncio.create_task(publisher.publish(message(1))))

    await eventually(lambda: bus.alone == ["job.0", "job.1"])
    bus.may_answer.set()
    await asyncio.gather(*publishing)


async def test_no_group_has_two_messages_of_a_log() -> None:
    bus = Bus()
    publisher = publisher_of(bus)

    await asyncio.gather(*(publisher.publish(message(number)) for number in (0, 0, 1, 1, 1)))

    assert (bus.batches, bus.alone) == ([2, 2], ["job.1"])


async def test_more_messages_than_a_batch_takes_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST", 3)
    bus = Bus()

    answers = await publish(bus, 7)

    assert (bus.batches, bus.alone) == ([3, 3], ["job.6"])
    assert [answer.seq for answer in answers] == [1, 2, 3, 4, 5, 6, 0]


@pytest.mark.parametrize("answer", [OVERLOADED, nats.errors.TimeoutError()])
async def test_whether_a_batch_is_stored_is_unknown_without_a_clear_answer(answer: Any) -> None:
    bus = Bus(answer)

    told = await publish(bus, 2)

    assert [type(each) for each in told] == [nats.errors.TimeoutError] * 2
    assert told[0] is not told[1]
    assert bus.alone == []


@pytest.mark.parametrize("error", [nats.errors.ConnectionClosedError(), nats.errors.NoRespondersError()])
async def test_a_batch_that_was_never_sent_is_published_one_by_one(error: Exception) -> None:
    bus = Bus(error)

    await publish(bus, 2)

    assert bus.alone == ["job.0", "job.1"]


async def test_an_error_that_nobody_foresaw_reaches_whoever_waits() -> None:
    told = await publish(Bus({"no": "answer"}), 2)

    assert [type(each) for each in told] == [KeyError] * 2


@pytest.mark.parametrize("is_sent", [False, True])
async def test_who_no_longer_waits_does_not_hinder_the_others(is_sent: bool) -> None:
    bus = Bus()
    publisher = publisher_of(bus)
    bus.may_answer.clear()
    publishing = [asyncio.create_task(publisher.publish(message(number))) for number in range(3)]
    await (eventually(lambda: bus.batches) if is_sent else asyncio.sleep(0))

    publishing[1].cancel()
    bus.may_answer.set()
    told: list[Any] = await asyncio.gather(*publishing, return_exceptions=True)

    assert isinstance(told[1], asyncio.CancelledError)
    assert [told[0].seq, told[2].seq] == ([1, 3] if is_sent else [1, 2])

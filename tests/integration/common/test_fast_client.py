"""The client's shorter ways in and out, against a real server."""

import asyncio
from collections.abc import AsyncIterator

import nats.errors
import pytest
from lodestone.bus.connection import BusClient, connect
from lodestone.settings import ProcessSettings
from nats.aio.msg import Msg
from support.backends import NatsServer
from support.waiting import eventually

LARGE, MANY = b"x" * 500_000, 40  # 20 MB together: more than the buffers of socket and client hold


@pytest.fixture
async def client(own_nats: NatsServer) -> AsyncIterator[BusClient]:
    client = await connect(ProcessSettings(nats_url=own_nats.url), "test")
    yield client
    await client.disconnect()


@pytest.fixture
async def heard(client: BusClient) -> list[Msg]:
    heard: list[Msg] = []
    await client.listen("heard.*", heard.append)
    await client.flush()
    return heard


async def test_what_is_sent_in_one_turn_is_one_write(
    client: BusClient, heard: list[Msg], monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[int] = []
    transport = client._transport
    assert transport
    write = transport.writelines

    def note(lines: list[bytes]) -> None:
        writes.append(len(lines))
        write(lines)

    monkeypatch.setattr(transport, "writelines", note)

    for number in range(20):
        await client.publish(f"heard.{number}", b"1")
    await eventually(lambda: len(heard) == 20, within=5)

    assert writes == [20]
    assert [message.subject for message in heard] == [f"heard.{number}" for number in range(20)]


async def test_a_ping_follows_what_was_sent_before_it(
    client: BusClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = client._transport
    assert transport
    write, written = transport.write, bytearray()

    def note(data: bytes) -> None:
        written.extend(data)
        write(data)

    monkeypatch.setattr(transport, "write", note)
    monkeypatch.setattr(transport, "writelines", lambda lines: note(b"".join(lines)))

    subscription = await client.subscribe("heard")
    await client.publish("before", b"")
    await subscription.drain()  # type: ignore[no-untyped-call]

    assert [line.split()[0] for line in written.splitlines() if line] == [b"SUB", b"PUB", b"UNSUB", b"PING"]


async def test_each_of_many_requests_gets_its_own_answer(client: BusClient) -> None:
    async def echo(message: Msg) -> None:
        await message.respond(message.data)

    await client.subscribe("echo", cb=echo)

    answers = await asyncio.gather(*(client.request("echo", str(n).encode(), timeout=5) for n in range(50)))

    assert [answer.data for answer in answers] == [str(number).encode() for number in range(50)]
    assert not client._resp_map


async def test_a_request_without_an_answer_ends_as_the_library_says(
    client: BusClient, heard: list[Msg]
) -> None:
    with pytest.raises(nats.errors.NoRespondersError):
        await client.request("nobody", b"", timeout=5)
    with pytest.raises(nats.errors.TimeoutError):
        await client.request("heard.in_silence", b"", timeout=0.05)

    assert len(heard) == 1
    assert not client._resp_map


async def test_a_message_that_cannot_be_taken_stops_no_other(client: BusClient, heard: list[Msg]) -> None:
    def refuse(message: Msg) -> None:
        raise ValueError

    await client.listen("refused", refuse)

    await client.publish("refused", b"")
    await client.publish("heard.after", b"")

    await eventually(lambda: len(heard) == 1, within=5)


async def test_nothing_is_heard_after_the_end_of_a_subscription(client: BusClient, heard: list[Msg]) -> None:
    gone: list[Msg] = []
    subscription = await client.listen("gone", gone.append)
    await subscription.unsubscribe()

    await client.publish("gone", b"")
    await client.publish("heard.after", b"")
    await eventually(lambda: len(heard) == 1, within=5)

    assert not gone
    assert subscription._id not in client._takers


async def test_what_is_sent_to_a_server_that_stands_still_arrives_when_it_goes_on(
    client: BusClient, heard: list[Msg], own_nats: NatsServer
) -> None:
    with own_nats.standing_still():
        sending = asyncio.gather(*(client.publish(f"heard.{number}", LARGE) for number in range(MANY)))
        await eventually(lambda: not client._may_write(), within=5, told="the socket takes no more")
    await sending

    await eventually(lambda: len(heard) == MANY, within=20)
    assert [message.subject for message in heard] == [f"heard.{number}" for number in range(MANY)]


async def test_an_answer_that_comes_after_its_asker_gave_up_ends_nothing(
    client: BusClient, heard: list[Msg], own_nats: NatsServer
) -> None:
    with own_nats.standing_still(), pytest.raises(nats.errors.FlushTimeoutError):
        await client.flush(0.05)  # type: ignore[arg-type]

    await client.publish("heard.after", b"")

    await eventually(lambda: len(heard) == 1, within=5)
    await client.flush(5)

"""Whoever reads the stream while nothing happens sends requests and nothing else, and misses no message."""

import asyncio

import pytest
from lodestone.bus import reading as reading_module
from lodestone.bus.place import Place
from lodestone.bus.reading import Arrived, Reading, ReadingBroken, read_after
from nats.aio.msg import Msg
from support.backends import NatsServer
from support.waiting import eventually
from support.worker_bench import WorkerBench

SHORT, FOREVER = 0.2, 1e9


async def reading_of(bench: WorkerBench) -> Reading:
    """A reading from the beginning of an empty stream."""
    return await read_after(bench.client, Place(0, is_known=True))


async def until_broken(reading: Reading) -> None:
    """Reads on, for ever."""
    while True:
        await reading.next_batch()


@pytest.mark.parametrize("before", [0, 2])
async def test_a_reader_to_whom_nothing_comes_sends_one_message_for_each_request(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    monkeypatch.setattr(reading_module, "REQUEST_SECONDS", SHORT)
    for _ in range(before):
        await bench.request()
    reading, read = await reading_of(bench), 0
    while read < before:
        read += len(await reading.next_batch())
    await reading.next_batch()
    sent = bench.client.stats["out_msgs"]

    assert [await reading.next_batch() for _ in range(3)] == [[], [], []]

    assert bench.client.stats["out_msgs"] - sent == 3
    await reading.close()


async def test_what_comes_is_noticed_though_the_request_has_brought_all_that_it_may(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "BATCH", 1)
    await bench.request()
    reading = await reading_of(bench)
    assert len(await reading.next_batch()) == 1
    comes = asyncio.create_task(reading.comes_by(asyncio.get_running_loop().time() + 10))

    await bench.request()

    assert await comes
    assert len(await reading.next_batch()) == 1
    await reading.close()


async def test_a_last_message_that_is_lost_is_missed_when_the_request_ends(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "REQUEST_SECONDS", SHORT)
    arrive = Arrived.take

    def lose(arrived: Arrived, message: Msg) -> None:
        if not message.data:
            arrive(arrived, message)

    monkeypatch.setattr(Arrived, "take", lose)
    reading = await reading_of(bench)
    await bench.request()

    with pytest.raises(ReadingBroken, match="did not arrive"):
        await until_broken(reading)


async def test_a_request_that_died_with_its_server_is_found_out_at_once(
    bench: WorkerBench, own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "REQUEST_SECONDS", FOREVER)
    reading = await reading_of(bench)
    coming = asyncio.create_task(reading.next_batch())

    own_nats.kill()
    await eventually(lambda: bench.client.is_reconnecting, within=10)
    await asyncio.to_thread(own_nats.start)

    with pytest.raises(ReadingBroken):
        await asyncio.wait_for(coming, 20)

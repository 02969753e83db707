"""What processes share of the provider's limits, on a real bus: who writes late is told so."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.kept_values import KeptValues
from lodestone.bus.topology import MOST_LIMIT_BYTES, apply_topology, create_missing, limits_config
from lodestone.llm.amounts import Amount
from lodestone.llm.leases import Leases
from lodestone.settings import ProcessSettings
from lodestone.subjects import LIMIT, LIMITS_SUBJECTS, prefixes_of
from support.backends import NatsServer

SLOW = Amount(1, 1, 1)  # a minute: what is given here at once is what was asked for, and once
CALL = Amount(1, 0, 0)


@pytest.fixture
async def bus(own_nats: NatsServer) -> AsyncIterator[BusClient]:
    client = await connect(ProcessSettings(nats_url=own_nats.url), "test")
    await apply_topology(client)
    yield client
    await client.disconnect()


async def test_a_value_is_replaced_by_whoever_has_seen_the_newest(bus: BusClient) -> None:
    one, other = KeptValues(bus, LIMIT), KeptValues(bus, LIMIT)
    assert await one.read("claude-sonnet") == (b"", 0)

    first = await one.write("claude-sonnet", b"1", 0)
    assert first is not None
    assert await other.write("claude-sonnet", b"2", 0) is None
    value, version = await other.read("claude-sonnet")
    assert (value, version) == (b"1", first)
    assert await other.write("claude-sonnet", b"2", version) is not None

    assert (await one.read("claude-sonnet"))[0] == b"2"
    assert await one.read("claude-haiku") == (b"", 0), "another class"
    info = await bus.jetstream().stream_info("LIMITS")
    assert info.state.messages == 1, "only the newest is kept"


async def test_who_follows_hears_each_change_of_its_own_values(bus: BusClient) -> None:
    heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    ours, theirs = KeptValues(bus, prefixes_of("content")), KeptValues(bus, prefixes_of("ideation"))
    await ours.follow(lambda name, value: heard.put_nowait((name, value)))

    await theirs.write("p", b"0", 0)
    version = await ours.write("p", b"1", 0)
    assert version is not None
    await ours.write("p", b"2", version)

    assert [await heard.get(), await heard.get()] == [("p", b"1"), ("p", b"2")]
    assert await theirs.read("p") != await ours.read("p")


async def test_an_older_stream_is_given_what_is_kept_since(bus: BusClient) -> None:
    older = replace(limits_config(), subjects=[LIMITS_SUBJECTS])
    await bus.jetstream().update_stream(older)
    prefixes, limits = KeptValues(bus, prefixes_of("content")), KeptValues(bus, LIMIT)
    await limits.write("claude-sonnet", b"1", 0)
    with pytest.raises(ConnectionError):
        await prefixes.write("p", b"1", 0)

    await apply_topology(bus)

    assert await prefixes.write("p", b"1", 0)
    assert (await limits.read("claude-sonnet"))[0] == b"1"


async def test_names_that_are_no_subject_are_kept_as_well(bus: BusClient) -> None:
    values = KeptValues(bus, LIMIT)

    assert await values.write("model 4.5>*", b"1", 0)

    assert (await values.read("model 4.5>*"))[0] == b"1"


async def test_without_the_stream_and_for_what_it_refuses_it_is_away(bus: BusClient) -> None:
    values = KeptValues(bus, LIMIT)
    with pytest.raises(ConnectionError):
        await values.write("claude-sonnet", b"x" * (MOST_LIMIT_BYTES + 1), 0)
    await bus.jetstream().delete_stream("LIMITS")

    with pytest.raises(ConnectionError):
        await values.read("claude-sonnet")
    with pytest.raises(ConnectionError):
        await values.write("claude-sonnet", b"1", 0)
    await create_missing(bus)

    assert await values.read("claude-sonnet") == (b"", 0)


async def test_of_many_that_take_at_once_as_many_are_given_something_as_there_is(bus: BusClient) -> None:
    takers = [Leases("claude-sonnet", SLOW, KeptValues(bus, LIMIT)) for _ in range(8)]

    taken = await asyncio.gather(*(each.take(CALL) for each in takers))

    assert sum(each.given is not None for each in taken) == 1
    assert sum((each.given or Amount()).requests for each in taken) == 1

"""Who counts as gone when nobody listens for its asks, with real NATS and its accounts."""

import asyncio
import math

import pytest
from lodestone.bus.ask import HAVE, ask_owner, is_absent
from lodestone.bus.connection import BusClient, connect
from lodestone.ids import new_id
from lodestone.judgement import Owner
from lodestone.settings import ProcessSettings
from lodestone.subjects import ask_subject
from nats.aio.msg import Msg
from support.backends import NatsServer
from support.waiting import eventually

WORKER = "ideation-1"


@pytest.fixture(autouse=True)
def endless_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that nobody listens can prove a death."""
    monkeypatch.setattr("lodestone.bus.ask.ASK_WINDOW_SECONDS", 10_000.0)
    monkeypatch.setattr("lodestone.bus.ask.ABSENT_SECONDS", 0.3)


async def signed_in(nats: NatsServer, user: str) -> BusClient:
    """Connected for so long that nothing but the worker's own end explains its absence."""
    client = await connect(ProcessSettings(nats_url=nats.url, nats_urls=nats.users), user)
    client.connected_since = -math.inf
    return client


@pytest.mark.parametrize("user", ["ideation", "reconciler"])
async def test_a_worker_whose_connection_has_closed_is_gone(own_nats: NatsServer, user: str) -> None:
    worker, asker = await signed_in(own_nats, "ideation"), await signed_in(own_nats, user)
    await worker.subscribe(ask_subject(WORKER), cb=_has_it)
    await worker.flush()
    assert not await is_absent(asker, WORKER)
    assert await ask_owner(asker, WORKER, new_id()) is Owner.HAS_IT

    await worker.disconnect()

    await eventually(lambda: is_absent(asker, WORKER), within=20)
    async with asyncio.timeout(30):
        assert await ask_owner(asker, WORKER, new_id()) is Owner.GONE
    await asker.disconnect()


async def test_a_worker_that_listens_and_does_not_answer_is_not_gone(own_nats: NatsServer) -> None:
    worker, asker = await signed_in(own_nats, "ideation"), await signed_in(own_nats, "ideation")
    await worker.subscribe(ask_subject(WORKER), cb=_says_nothing)
    await worker.flush()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.5):
            await ask_owner(asker, WORKER, new_id())

    await worker.disconnect()
    await asker.disconnect()


async def _has_it(message: Msg) -> None:
    await message.respond(HAVE.encode())


async def _says_nothing(message: Msg) -> None:
    pass

"""The subscriber example continues after the bus was away and after it was refused."""

import asyncio
import importlib.util
from functools import partialmethod
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from lodestone.bus.connection import connect
from lodestone.bus.subscribers import Subscriber, create_missing_durables
from lodestone.bus.topology import apply_topology
from lodestone.clock import now
from lodestone.settings import BusSettings
from nats.aio.client import Client
from support.backends import NatsServer
from support.refusing import refusing
from support.waiting import eventually

TRIES = 150  # more than twice the number of tries of the client's defaults
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
BODY = b'{"jobType": "polish", "jobId": "j-1", "usage": {"costUsd": "0.10"}}'


def lesson() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lesson", EXAMPLES / "03_subscribe.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_subscriber_outlives_restarts_and_refusals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_nats: NatsServer
) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setenv("LODESTONE_EXAMPLE_NATS", own_nats.url)
    client = await connect(BusSettings(nats_url=own_nats.url), "test")
    await apply_topology(client)
    await create_missing_durables(
        client, [Subscriber(name="newsletter", filters=("job.completed.*.*",), since=now())]
    )
    monkeypatch.setattr(Client, "connect", partialmethod(Client.connect, reconnect_time_wait=0.01))
    listening = asyncio.create_task(lesson().main(2))
    await client.jetstream().publish("job.completed.polish.j-1", BODY, headers={"ce-id": "e-1"})
    await eventually(lambda: "cost $0.10" in capsys.readouterr().out)
    own_nats.kill()

    async with refusing(urlsplit(own_nats.url).port or 0, "wrong password") as server:
        await eventually(lambda: len(server.done) > TRIES, within=60, told=f"the last: {server.done}")
    own_nats.start()

    await eventually(lambda: client.is_connected, within=10)
    await client.jetstream().publish("job.completed.polish.j-1", BODY, headers={"ce-id": "e-2"})
    await asyncio.wait_for(listening, 60)
    assert "cost $0.10" in capsys.readouterr().out
    await client.disconnect()

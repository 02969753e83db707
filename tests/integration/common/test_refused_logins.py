"""A client whose login is refused reconnects by itself as soon as a login is accepted."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lodestone import liveness
from lodestone.bus import connection, watchdog
from lodestone.bus.connection import connect
from lodestone.health import serve_health
from lodestone.settings import ProcessSettings
from structlog.testing import CapturingLogger
from support.backends import NatsServer
from support.refusing import WAYS, refusing
from support.waiting import eventually, let_pass
from support.worker_bench import worker_bench


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RECONNECT_SECONDS", 0.05)


def port_of(server: NatsServer) -> int:
    return urlsplit(server.url).port or 0


def settings_for(server: NatsServer) -> ProcessSettings:
    return ProcessSettings(nats_url=server.url, nats_urls=server.users)


async def status(url: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


def with_other_passwords(server: NatsServer, folder: Path) -> dict[str, str]:
    """Gives every user except the test's own an unknown password; returns the right ones."""
    file = folder / "nats" / "passwords.json"
    right: dict[str, str] = json.loads(file.read_text())
    file.write_text(json.dumps({user: "pwrong" if user != "local" else right[user] for user in right}))
    return right


async def test_who_waits_for_the_bus_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(connection, "log", log)
    waiting = asyncio.create_task(connect(ProcessSettings(nats_url="nats://127.0.0.1:1"), "relay"))

    def told() -> list[str]:
        return [str(call.args[0]) for call in log.calls if call.kwargs.get("user") == "relay"]

    await eventually(told)
    await let_pass(0.2)
    waiting.cancel()
    assert told() == ["waiting for NATS: is it running, and is LODESTONE_NATS_URL correct?"]


async def test_connection_outlives_every_kind_of_refusal(own_nats: NatsServer) -> None:
    client = await connect(settings_for(own_nats), "relay")
    own_nats.kill()

    async with refusing(port_of(own_nats)) as server:
        await eventually(lambda: set(server.done) == set(WAYS), within=60, told=f"the last: {server.done}")
    own_nats.start()

    await eventually(lambda: client.is_connected, within=10)
    await client.flush()
    await client.disconnect()


async def test_first_connection_waits_for_a_server_that_takes_it(own_nats: NatsServer) -> None:
    own_nats.kill()
    async with refusing(port_of(own_nats)) as server:
        connecting = asyncio.create_task(connect(settings_for(own_nats), "relay"))
        await eventually(lambda: set(server.done) == set(WAYS), within=60)
    own_nats.start()

    client = await asyncio.wait_for(connecting, 10)

    await client.flush()
    await client.disconnect()


async def test_service_whose_password_was_wrong_for_a_while_works_on(
    own_nats: NatsServer, tmp_path: Path
) -> None:
    async with worker_bench(own_nats) as bench:
        await bench.worker()
        own_nats.stop()
        right = with_other_passwords(own_nats, tmp_path)
        own_nats.start()
        await eventually(lambda: (tmp_path / "nats.log").read_text().count("authentication error") > 2)

        own_nats.stop()
        (tmp_path / "nats" / "passwords.json").write_text(json.dumps(right))
        own_nats.start()

        await bench.until_ended(await bench.request())


async def test_liveness_fails_for_a_connection_that_leads_nowhere_where_a_fresh_one_would(
    own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.05)
    client = await connect(settings_for(own_nats), "relay")
    health = await serve_health(0, lambda: True)
    own_nats.kill()
    await eventually(lambda: client.is_reconnecting)
    assert client._reconnection_task is not None

    client._reconnection_task.cancel()
    await let_pass(20 * watchdog.LOOK_SECONDS)
    while_the_bus_is_away = await status(health.url)
    own_nats.start()

    assert while_the_bus_is_away == 200
    await eventually(lambda: not liveness.is_alive(), within=10)
    assert await status(health.url) == 503
    await client.disconnect()
    await eventually(liveness.is_alive)
    await health.close()


async def test_an_idle_connection_is_alive(own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", 0.01)
    client = await connect(settings_for(own_nats), "relay")

    await let_pass(1.0)

    assert liveness.is_alive()
    await client.disconnect()

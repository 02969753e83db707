"""Relay and projector are alive while they move or know that there is nothing; else their probe fails."""

import asyncio
import socket

import httpx2
import pytest
from lodestone import liveness
from lodestone.bus import reading
from lodestone_gateway.outbox import relay
from lodestone_gateway.processes import LeaderApp
from lodestone_gateway.store.leadership import Lock
from lodestone_gateway.store.session import Role
from support.gateway_bench import GatewayBench, RunningApp
from support.waiting import eventually, let_pass

LOOK = 0.2  # second


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is idle says so within two looks."""
    monkeypatch.setattr(liveness, "LOOK_SECONDS", LOOK)
    monkeypatch.setattr(reading, "REQUEST_SECONDS", LOOK)
    monkeypatch.setattr(relay, "SWEEP_SECONDS", LOOK)


async def status(app: RunningApp) -> int:
    """What its probe answers."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{app.url}/healthz")).status_code


async def probed(app: RunningApp) -> set[int]:
    """What its probe answers for twice as long as a wedged part may be silent."""
    answers = set()
    for _ in range(2 * liveness.LOOKS):
        await let_pass(LOOK)
        answers.add(await status(app))
    return answers


async def never(*_: object) -> None:
    """The work of a process that must not get to it."""
    raise AssertionError("it works without a bus")


async def answers(probe: httpx2.AsyncClient, path: str) -> bool:
    """Whether the process answers at all."""
    try:
        await probe.get(path)
    except httpx2.TransportError:
        return False
    return True


async def test_an_idle_relay_is_alive(bench: GatewayBench) -> None:
    assert await probed(await bench.relay()) == {200}


async def test_an_idle_projector_and_its_standby_are_alive(bench: GatewayBench) -> None:
    await bench.projector()

    assert await probed(await bench.projector()) == {200}


async def test_a_relay_whose_bus_is_down_from_the_start_is_alive_but_not_ready(bench: GatewayBench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = {"nats_url": "nats://relay:p@127.0.0.1:1", "nats_urls": {}, "health_port": port}
    app = LeaderApp("relay", bench.settings.model_copy(update=nobody), Role.RELAY, Lock.RELAY, never)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(stop, lambda _: None))
    try:
        async with httpx2.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{port}") as probe:
            await eventually(lambda: answers(probe, "/healthz"), within=20, told="it answers its probes")
            assert (await probe.get("/healthz")).status_code == 200
            assert (await probe.get("/readyz")).status_code == 503
    finally:
        stop.set()
        await running


async def test_a_relay_that_does_not_finish_its_round_is_wedged(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(self: object) -> bool:
        return await asyncio.Event().wait()

    app = await bench.relay()
    monkeypatch.setattr(relay.Relay, "relay_round", hang)

    await eventually(lambda: not liveness.is_alive(), within=20, told="it is wedged")
    assert await status(app) == 503


async def test_a_projector_to_which_nothing_comes_that_was_sent_is_wedged(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await bench.projector()
    monkeypatch.setattr(reading.Arrived, "take", lambda *_: None)
    await bench.published()

    await eventually(lambda: not liveness.is_alive(), within=20, told="it is wedged")
    assert await status(app) == 503
    monkeypatch.undo()
    await eventually(liveness.is_alive, within=20, told="it folds again")

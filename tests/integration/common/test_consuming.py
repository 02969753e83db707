"""A service is alive while it asks for jobs and is answered; one whose requests lead nowhere is wedged."""

import asyncio
from typing import Any

import pytest
from lodestone import liveness
from lodestone.bus.connection import BusClient
from lodestone.worker import pull
from lodestone.worker.pull import Puller
from nats.js import JetStreamContext
from support.waiting import eventually, let_pass
from support.worker_bench import WorkerBench

LOOK = 0.05  # second


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request lasts for two looks."""
    monkeypatch.setattr(liveness, "LOOK_SECONDS", LOOK)
    monkeypatch.setattr(pull, "REQUEST_SECONDS", 2 * LOOK)
    monkeypatch.setattr(pull, "ANSWER_SECONDS", LOOK)
    monkeypatch.setattr(pull, "PAUSE_SECONDS", LOOK)


async def through_many_looks() -> bool:
    """Whether the process stays alive for three times as long as a wedged part may."""
    for _ in range(3 * liveness.LOOKS):
        await let_pass(LOOK)
        if not liveness.is_alive():
            return False
    return True


async def test_an_idle_service_is_alive(bench: WorkerBench) -> None:
    await bench.worker()

    assert await through_many_looks()


async def test_a_service_whose_job_type_is_paused_is_alive(bench: WorkerBench) -> None:
    await bench.worker()
    await bench.client.jetstream().pause_consumer("JOBS", "ideation", "2200-01-01T00:00:00Z")
    await bench.request()

    assert await through_many_looks()
    assert (await bench.consumer()).num_pending == 1


async def test_a_service_whose_slots_are_full_is_alive(bench: WorkerBench) -> None:
    await bench.pace(0.02, 20.0)
    await bench.worker(slots=1, drain_seconds=0)
    running, _ = [await bench.request() for _ in range(2)]
    await bench.until_logged(running, "started")

    assert await through_many_looks()
    assert (await bench.consumer()).num_pending == 1, "there is more to do"


async def test_a_service_is_alive_while_the_bus_does_not_know_its_durable(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await bench.worker()

    async def away(*args: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(JetStreamContext, "consumer_info", away)
    await bench.client.jetstream().delete_consumer("JOBS", "ideation")
    await eventually(lambda: not worker.is_ready(), within=10)

    assert await through_many_looks()


async def test_a_service_whose_requests_are_not_answered_is_wedged(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.worker()
    publish = BusClient.publish

    async def lose(client: BusClient, subject: str, payload: bytes = b"", **how: Any) -> None:
        if not subject.startswith("$JS.API.CONSUMER.MSG.NEXT."):
            await publish(client, subject, payload, **how)

    with monkeypatch.context() as lost:
        lost.setattr(BusClient, "publish", lose)
        await eventually(lambda: not liveness.is_alive(), within=10, told="it is wedged")

    await eventually(liveness.is_alive, within=10, told="it consumes again")


async def test_a_service_that_no_longer_asks_is_wedged_until_it_stops(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(puller: Puller, places: int) -> bool:
        await puller._over.wait()
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(Puller, "_request", hang)
    worker = await bench.worker()
    await eventually(lambda: not liveness.is_alive(), within=10, told="it is wedged")

    worker._task.cancel()
    await eventually(liveness.is_alive, within=10, told="what has ended is not missed")

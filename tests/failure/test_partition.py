"""A worker is cut off from the bus silently: both sides still see open connections."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lodestone.events import JobCallFinished, JobCallStarted, JobProgress, JobStarted
from lodestone.jobs.lead_magnet import ARCHETYPES
from support.backends import NatsServer
from support.far_host import FarHost, far_host
from support.waiting import eventually
from support.worker_bench import WorkerBench, worker_bench

WORKER = str(Path(sys.executable).with_name("lodestone-worker"))


@pytest.fixture
async def far() -> AsyncIterator[FarHost]:
    try:
        async with far_host() as host:
            yield host
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        told = getattr(error, "stderr", None) or str(error)
        pytest.skip(f"A PARTITION IS NOT TESTED: network namespaces need root and iproute2 ({told.strip()})")


@pytest.fixture
async def bench(own_nats: NatsServer) -> AsyncIterator[WorkerBench]:
    async with worker_bench(own_nats) as bench:
        yield bench


@contextmanager
def worker_over_there(far: FarHost, log: Path, nats_url: str, provider_url: str) -> Iterator[None]:
    """An ideation service on the far host; it must end cleanly when it is stopped."""
    env = os.environ | {
        "LODESTONE_NATS_URL": nats_url,
        "LODESTONE_ANTHROPIC_BASE_URL": provider_url,
        "LODESTONE_ANTHROPIC_API_KEY": "simulated",
        "LODESTONE_SIMULATOR": "true",
        "LODESTONE_LOCAL": "true",
        "NO_PROXY": "*",
    }
    with log.open("wb") as output:
        worker = subprocess.Popen(far.command(WORKER, "ideation"), env=env, stdout=output, stderr=output)
        try:
            yield
            worker.terminate()
            assert worker.wait(40) == 0, log.read_text()[-2_000:]
        finally:
            worker.kill()
            worker.wait()


async def test_a_worker_that_is_cut_off_is_taken_over_stops_paying_and_publishes_nothing(
    far: FarHost, bench: WorkerBench, tmp_path: Path
) -> None:
    nats_url = await far.url("bus", bench.nats.users["ideation"])
    provider_url = await far.url("provider", bench.simulator)
    await bench.pace(0.05, 20.0)
    with worker_over_there(far, tmp_path / "far.log", nats_url, provider_url):
        requested = await bench.request()
        await bench.until_logged(requested, "call_started")
        cut = await bench.until_logged(requested, "progress", 2)

        far.pull("bus")
        await bench.pace(0.05, 0.5)
        await bench.worker()
        log = await bench.until_ended(requested)

        starts = [event for event in log.events if isinstance(event, JobStarted)]
        assert [start.attempt for start in starts] == [1, 2]
        assert len({start.worker_id for start in starts}) == 2
        assert set(cut.items) <= {item["archetype"] for item in starts[1].kept}

        async def no_open_call() -> bool:
            return all(call["endedAt"] for call in await bench.calls(requested))

        await eventually(no_open_call, within=60, told="the worker that was cut off closed its calls")
        far.plug("bus")
        after = await bench.request()
        await bench.until_ended(after)

    newest = await bench.log(requested)
    late = newest.events[len(log.events) :]
    assert all(isinstance(event, JobCallFinished) for event in late), [event.name for event in late]
    begun = {event.call_id for event in newest.events if isinstance(event, JobCallStarted)}
    assert len(begun) == len(await bench.calls(requested))
    assert {"disconnected", "completed"} >= {call["outcome"] for call in await bench.calls(requested)}
    pieces = [event.item_key for event in newest.events if isinstance(event, JobProgress) and event.item_key]
    assert sorted(pieces) == sorted(ARCHETYPES)

"""What the hub asks the database for its watchers, and that a long interruption costs no event."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.live import hub
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.live.subscription import Subscription
from support.backends import NatsServer
from support.gateway_bench import GatewayBench, gateway_bench

NUMBERS = "1, 2, 3, 4, 5"


@pytest.fixture
async def bench(own_nats: NatsServer, postgres_url: str) -> AsyncIterator[GatewayBench]:
    async with gateway_bench(own_nats, postgres_url) as bench:
        yield bench


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For each statement with parameters of this process: how many values it passed."""
    sizes: list[int] = []
    execute = psycopg.AsyncCursor.execute

    async def counted(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        if isinstance(params, dict):
            sizes.append(sum(len(each) if isinstance(each, list) else 1 for each in params.values()))
        return await execute(self, query, params, **options)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    return sizes


async def test_what_a_wake_up_asks_does_not_grow_with_the_watchers(
    bench: GatewayBench, asked: list[int]
) -> None:
    job_id = (await bench.submit()).job_id
    async with running(bench) as hub_:
        with contextlib.ExitStack() as others, hub_.watch_job(job_id) as watching:
            for _ in range(500):
                others.enter_context(hub_.watch_job(new_id()))
                others.enter_context(hub_.watch_user(new_id()))
            asked.clear()
            await write(bench, job_id, "1")

            assert [event.seq for event in await watching.take(5)] == [1]

    assert max(asked) <= 2, "the hub names the watched jobs and users to the database"


async def test_rows_that_nobody_watches_are_not_read(bench: GatewayBench, asked: list[int]) -> None:
    watched, other = (await bench.submit()).job_id, (await bench.submit()).job_id
    async with running(bench) as hub_:
        with hub_.watch_job(watched) as watching:
            asked.clear()
            await write(bench, other, NUMBERS)
            await write(bench, watched, "1")

            assert [event.job_id for event in await watching.take(5)] == [watched]

    assert asked.count(1) == 1, "one statement reads one body; the others only look for news"


async def test_many_rows_at_once_are_told_in_steps_in_order_without_a_gap(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEADS", 2)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 60.0)
    job_id = (await bench.submit()).job_id
    async with running(bench) as hub_:
        with hub_.watch_job(job_id) as watching:
            await write(bench, job_id, NUMBERS)

            assert await seqs(watching, 5) == [1, 2, 3, 4, 5]


async def seqs(watching: Subscription, wanted: int) -> list[int]:
    seen: list[int] = []
    while len(seen) < wanted and (events := await watching.take(5)):
        seen += [event.seq for event in events]
    return seen


async def write(bench: GatewayBench, job_id: UUID, numbers: str) -> None:
    """Rows of a job's history in one transaction, and their wake-up."""
    await bench.sql(f"""
        WITH written AS (
            INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,
                                    stream_sequence)
            SELECT id, user_id, number, gen_random_uuid(), 'progress', now(), 1, '{{}}', '', number
            FROM background_jobs, unnest(ARRAY[{numbers}]) number WHERE id = '{job_id}' RETURNING 1)
        SELECT pg_notify('{hub.CHANNEL}', '') FROM written LIMIT 1""")  # noqa: S608


@contextlib.asynccontextmanager
async def running(bench: GatewayBench) -> AsyncIterator[Hub]:
    hub_ = Hub(bench.settings.database_url)
    task = asyncio.create_task(hub_.run())
    await asyncio.wait_for(hub_.connected.wait(), 5)
    try:
        yield hub_
    finally:
        hub_.close()
        task.cancel()
        await asyncio.wait({task})

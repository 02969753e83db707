"""What the hub asks the database for its watchers, and that a long interruption costs no event."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.errors import Unavailable
from lodestone.ids import new_id
from lodestone_gateway.live import hub
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.live.subscription import Subscription
from lodestone_gateway.store.prepared import PreparedStatements
from lodestone_gateway.store.queries import ShownEvent
from support.backends import NatsServer
from support.gateway_bench import GatewayBench, gateway_bench
from support.waiting import eventually

NEVER = 1e9  # seconds
NUMBERS = "1, 2, 3, 4, 5"


@pytest.fixture
async def bench(own_nats: NatsServer, postgres_url: str) -> AsyncIterator[GatewayBench]:
    async with gateway_bench(own_nats, postgres_url) as bench:
        yield bench


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For each statement with parameters of this process: how many values it passed."""
    sizes: list[int] = []
    execute, ask = psycopg.AsyncCursor.execute, PreparedStatements.execute

    async def counted(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        if params and isinstance(params, dict):
            sizes.append(sum(len(each) if isinstance(each, list) else 1 for each in params.values()))
        return await execute(self, query, params, **options)

    async def counted_here(self: Any, statement: str, *values: Any) -> Any:
        sizes.append(sum(0 if each == "{}" else 1 + str(each).count(",") for each in values))
        return await ask(self, statement, *values)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    monkeypatch.setattr(PreparedStatements, "execute", counted_here)
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

    assert max(asked) <= 3, "the hub names the watched jobs and users to the database"


@pytest.mark.parametrize("few", [0, 1])
async def test_rows_that_nobody_watches_are_not_read(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(hub, "FEW", few)
    read: list[ShownEvent] = []

    def noted(*columns: Any, **named: Any) -> ShownEvent:
        read.append(ShownEvent(*columns, **named))
        return read[-1]

    monkeypatch.setattr(hub, "ShownEvent", noted)
    watched, other = (await bench.submit()).job_id, (await bench.submit()).job_id
    async with running(bench) as hub_:
        with hub_.watch_job(watched) as watching:
            await write(bench, other, NUMBERS)
            await write(bench, watched, "1")

            assert [event.job_id for event in await watching.take(5)] == [watched]

    assert [event.job_id for event in read] == [watched]


async def test_news_for_few_watchers_are_one_statement(
    bench: GatewayBench, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", NEVER)
    requested = await bench.submit()
    async with running(bench) as hub_:
        with hub_.watch_job(requested.job_id) as job, hub_.watch_user(requested.user_id) as feed:
            asked.clear()
            await write(bench, requested.job_id, "1")

            assert [await seqs(watching, 1) for watching in (job, feed)] == [[1], [1]]

    assert asked == [4]


@pytest.mark.parametrize("few", [0, 1])
async def test_many_rows_at_once_are_told_in_steps_in_order_without_a_gap(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(hub, "FEW", few)
    monkeypatch.setattr(hub, "HEADS", 2)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", NEVER)
    job_id = (await bench.submit()).job_id
    async with running(bench) as hub_:
        with hub_.watch_job(job_id) as watching:
            await write(bench, job_id, NUMBERS)

            assert await seqs(watching, 5) == [1, 2, 3, 4, 5]


async def test_news_that_come_during_a_read_are_told_without_a_sweep(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", NEVER)
    job_id, read, happened = (await bench.submit()).job_id, Hub._read_new, list[str]()

    async def read_slowly(self: Hub, asking: PreparedStatements) -> tuple[int, bool]:
        answer = await read(self, asking)
        if watching and not happened:
            happened.append("written during a read")
            await write(bench, job_id, "1")
            await asking.execute("SELECT pg_sleep(0.2)")  # the notification comes with its answer
        return answer

    watching: list[Subscription] = []
    monkeypatch.setattr(Hub, "_read_new", read_slowly)
    async with running(bench) as hub_:
        with hub_.watch_job(job_id) as subscription:
            watching.append(subscription)
            await hub_.look()

            assert await seqs(subscription, 1) == [1]


async def test_nothing_is_asked_while_nobody_watches_and_whoever_does_later_is_told(
    bench: GatewayBench, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", NEVER)
    heard, hear = asyncio.Queue[str](), Hub._hear

    def noted(self: Hub, channel: str, payload: str) -> None:
        hear(self, channel, payload)
        heard.put_nowait(channel)

    monkeypatch.setattr(Hub, "_hear", noted)
    job_id, other = (await bench.submit()).job_id, (await bench.submit()).job_id
    async with running(bench) as hub_:
        asked.clear()
        for number in ("1", "2", "3"):  # what the first one asked would be seen by the third
            await write(bench, job_id, number)
            await heard.get()
        assert asked == []

        with hub_.watch_job(job_id) as watching, hub_.watch_job(other):
            await write(bench, job_id, "4")

            assert await seqs(watching, 4) == [1, 2, 3, 4]


async def test_a_sweep_that_nobody_watches_reads_no_rows(
    bench: GatewayBench, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = (await bench.submit()).job_id
    async with running(bench) as hub_:
        before = await hub_.look()
        monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.01)
        asked.clear()
        await write(bench, job_id, NUMBERS)

        await eventually(lambda: hub_.position == before + 5, within=5)

    assert set(asked) == {1}, "rows were read for nobody"


async def test_whoever_asks_for_a_look_is_told_what_is_committed_by_then(bench: GatewayBench) -> None:
    job_id = (await bench.submit()).job_id
    async with running(bench) as hub_:
        before = await hub_.look()
        await write(bench, job_id, "1", channel="nobody")

        assert await hub_.look() == before + 1


async def test_those_who_ask_for_a_look_at_the_same_moment_share_one(
    bench: GatewayBench, asked: list[int]
) -> None:
    async with running(bench) as hub_:
        asked.clear()
        looks = {await each for each in [asyncio.create_task(hub_.look()) for _ in range(100)]}

    assert len(looks) == 1
    assert len(asked) <= 3, "each look has a statement of its own"


async def test_without_a_connection_nobody_waits_for_a_look(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(bench) as hub_:
        read = asyncio.Event()

        async def fail(*_: Any) -> tuple[int, bool]:
            read.set()
            raise psycopg.OperationalError("the server is gone")

        monkeypatch.setattr(hub_, "_read_new", fail)
        with pytest.raises(Unavailable):
            await hub_.look()
        assert read.is_set()
        with pytest.raises(Unavailable):
            await hub_.look()


async def seqs(watching: Subscription, wanted: int) -> list[int]:
    seen: list[int] = []
    while len(seen) < wanted and (events := await watching.take(5)):
        seen += [event.seq for event in events]
    return seen


async def write(bench: GatewayBench, job_id: UUID, numbers: str, channel: str = hub.CHANNEL) -> None:
    """Rows of a job's history in one transaction, and their wake-up."""
    await bench.sql(f"""
        WITH written AS (
            INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,
                                    stream_sequence)
            SELECT id, user_id, number, gen_random_uuid(), 'progress', now(), 1, '{{}}', '', number
            FROM background_jobs, unnest(ARRAY[{numbers}]) number WHERE id = '{job_id}' RETURNING 1)
        SELECT pg_notify('{channel}', '') FROM written LIMIT 1""")  # noqa: S608


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

"""Statements that share round trips behave as if each had been sent by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import psycopg
import pytest
from lodestone.tasks import end
from lodestone_gateway.store.pipeline import KeptConnection, Pipeline
from lodestone_gateway.store.session import Role, make_engine
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from support.waiting import eventually

BACKEND = "SELECT pg_backend_pid()"
INSERT = "INSERT INTO kept VALUES ($1)"


@pytest.fixture
async def kept(postgres_url: str) -> AsyncIterator[KeptConnection]:
    """A kept connection in the projector's role, and a table that it may change."""
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(
            "DO $$ BEGIN CREATE ROLE lodestone_projector NOLOGIN; EXCEPTION WHEN OTHERS THEN END $$"
        )
        owner.execute("CREATE TABLE kept (word text PRIMARY KEY)")
        owner.execute("GRANT SELECT, INSERT ON kept TO lodestone_projector")
    engine = make_engine(postgres_url, Role.PROJECTOR, pool_size=1)
    async with aclosing(KeptConnection(engine)) as kept:
        yield kept
    await engine.dispose()


async def backend(kept: KeptConnection) -> int:
    async with kept.transaction() as pipeline:
        found = pipeline.add(BACKEND)
        await pipeline.send()
    return int(found.rows[0][0])


async def words(kept: KeptConnection) -> list[str]:
    async with kept.transaction() as pipeline:
        found = pipeline.add("SELECT word FROM kept ORDER BY word")
        await pipeline.send()
    return [word for (word,) in found.rows]


async def insert(pipeline: Pipeline, *some: str) -> None:
    for word in some:
        pipeline.add(INSERT, word)
    await pipeline.send()


async def test_answers_come_to_their_statements(kept: KeptConnection) -> None:
    async with kept.transaction() as pipeline:
        first = pipeline.add("SELECT $1::int, $2::text", "7", None)
        second = pipeline.add("SELECT generate_series(1, 2)")
        assert not first.is_here
        await pipeline.send()

    assert (first.rows, second.rows) == ([(7, None)], [(1,), (2,)])


async def test_more_than_the_socket_takes_at_once_goes_both_ways(kept: KeptConnection) -> None:
    long = "x" * 5_000_000
    async with kept.transaction() as pipeline:
        answers = [pipeline.add("SELECT $1::text", long) for _ in range(5)]
        await pipeline.send()

    assert all(answer.rows == [(long,)] for answer in answers)


async def test_what_was_added_last_is_committed(kept: KeptConnection) -> None:
    async with kept.transaction() as pipeline:
        pipeline.add(INSERT, "added")

    assert await words(kept) == ["added"]


async def test_block_that_raises_changes_nothing(kept: KeptConnection) -> None:
    async def fail() -> None:
        async with kept.transaction() as pipeline:
            await insert(pipeline, "sent")
            pipeline.add(INSERT, "only added")
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await words(kept) == []


async def test_first_failure_is_raised_and_nothing_after_it_happens(kept: KeptConnection) -> None:
    async def fail() -> None:
        async with kept.transaction() as pipeline:
            await insert(pipeline, "first", "first", "second")

    before = await backend(kept)
    with pytest.raises(errors.UniqueViolation):
        await fail()

    assert await words(kept) == []
    assert await backend(kept) == before


async def test_statement_that_cannot_be_prepared_can_be_later(
    kept: KeptConnection, postgres_url: str
) -> None:
    async def look() -> None:
        async with kept.transaction() as pipeline:
            await insert(pipeline, "word")
            pipeline.add("SELECT * FROM later")

    for _ in range(2):
        with pytest.raises(errors.UndefinedTable):
            await look()
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE later (); GRANT SELECT ON later TO lodestone_projector")

    await look()


async def test_session_is_part_of_the_transaction(kept: KeptConnection) -> None:
    async def write(after: str) -> None:
        async with kept.transaction() as pipeline:
            pipeline.add(INSERT, "before")
            async with pipeline.session() as session:
                await session.execute(text("INSERT INTO kept VALUES ('within')"))
            pipeline.add(INSERT, after)

    with pytest.raises(errors.UniqueViolation):
        await write("within")
    assert await words(kept) == []

    await write("after")
    assert await words(kept) == ["after", "before", "within"]


async def test_savepoint_that_is_rolled_back_takes_no_prepared_statement_along(
    kept: KeptConnection,
) -> None:
    async def fail(session: AsyncSession) -> None:
        async with session.begin_nested():
            await session.execute(text("SELECT 1"))
            raise KeyError

    async with kept.transaction() as pipeline, pipeline.session() as session:
        for _ in range(8):  # as often as the driver would have prepared what the session sends
            with pytest.raises(KeyError):
                await fail(session)
        await insert(pipeline, "word")

    assert await words(kept) == ["word"]


async def test_lost_connection_is_replaced(kept: KeptConnection, postgres_url: str) -> None:
    before = await backend(kept)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", (before,))

    assert await backend(kept) != before


async def test_connection_that_is_lost_in_a_transaction_is_replaced(
    kept: KeptConnection, postgres_url: str
) -> None:
    async def lose() -> None:
        async with kept.transaction() as pipeline:
            found = pipeline.add(BACKEND)
            await pipeline.send()
            with psycopg.connect(postgres_url, autocommit=True) as owner:
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", found.rows[0])
            await insert(pipeline, "word")

    with pytest.raises(psycopg.OperationalError):
        await lose()

    assert await words(kept) == []


async def test_cancelled_statement_is_stopped_and_changes_nothing(
    kept: KeptConnection, postgres_url: str
) -> None:
    async def hang() -> None:
        async with kept.transaction() as pipeline:
            await insert(pipeline, "word")
            pipeline.add("SELECT count(*) FROM pg_sleep(60)")

    async def is_asleep() -> bool:
        found = await owner.execute("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return bool(await found.fetchall())

    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as owner:
        hanging = asyncio.create_task(hang())
        await eventually(is_asleep, within=10, told="the statement runs")
        await end(hanging)
        assert hanging.cancelled()
        assert not await is_asleep()

    assert await words(kept) == []


async def test_connection_whose_only_statement_was_cancelled_is_replaced(
    kept: KeptConnection, postgres_url: str
) -> None:
    async def is_asleep() -> bool:
        found = await owner.execute("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return bool(await found.fetchall())

    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as owner:
        hanging = asyncio.create_task(kept.execute("SELECT count(*) FROM pg_sleep(60)"))
        await eventually(is_asleep, within=10, told="the statement runs")
        await end(hanging)

    await kept.aclose()
    assert await kept.execute("SELECT $1::text", "word") == [("word",)]


async def test_statement_alone_is_committed(kept: KeptConnection) -> None:
    await kept.execute(INSERT, "word")

    assert await words(kept) == ["word"]
    with pytest.raises(psycopg.errors.DivisionByZero):
        await kept.execute("SELECT 1 / 0")
    assert await words(kept) == ["word"]

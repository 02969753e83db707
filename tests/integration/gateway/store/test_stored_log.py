"""What a stream begins with: what the readable queries say, for the job's owner and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.status import Status
from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.jobs.submit import submit
from lodestone_gateway.store import queries
from lodestone_gateway.store.session import Role, directly, make_engine, transaction
from lodestone_gateway.store.stored_log import StoredLog, StoredLogs, stored_log
from lodestone_gateway.store.tables import BackgroundJob
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from support.api import Projection
from support.submitting import a_user, posts


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """With one connection, so that whatever stays in its session is met."""
    engine = make_engine(database_url, Role.APP, pool_size=1)
    yield engine
    await engine.dispose()


@pytest.fixture
async def projection(database_url: str) -> AsyncIterator[Projection]:
    projection = Projection(database_url)
    yield projection
    await projection.engine.dispose()


@pytest.fixture
async def logs(database_url: str) -> AsyncIterator[StoredLogs]:
    """Over two connections: the one that is kept, and another."""
    engine = make_engine(database_url, Role.APP, pool_size=2)
    logs = StoredLogs(engine)
    yield logs
    await logs.close()
    await engine.dispose()


async def a_job(engine: AsyncEngine) -> tuple[UUID, UUID]:
    user_id = await a_user(engine)
    return user_id, (await submit(engine, None, None, posts(user_id))).job_id


async def as_queries_say(engine: AsyncEngine, user_id: UUID, job_id: UUID, after: int) -> StoredLog:
    async with transaction(engine, user_id) as session:
        job = await own_job(session, job_id)
        return StoredLog(Status(job.status), job.seq, await queries.job_events(session, job_id, after=after))


@pytest.mark.parametrize("after", [0, 1, 3, 99])
async def test_it_is_what_the_queries_say(engine: AsyncEngine, projection: Projection, after: int) -> None:
    user_id, job_id = await a_job(engine)
    await a_job(engine)
    for events in ([], ["requested", "started"], ["progress", "failed"]):
        await projection.fold(job_id, *events, wake=False)

        found = await stored_log(engine, user_id, job_id, after=after)

        assert found == await as_queries_say(engine, user_id, job_id, after)


async def test_anothers_job_is_none(engine: AsyncEngine, projection: Projection) -> None:
    mine, other = await a_job(engine), await a_job(engine)
    await projection.fold(other[1], "requested", wake=False)

    assert await stored_log(engine, mine[0], other[1], after=0) is None
    assert await stored_log(engine, mine[0], new_id(), after=0) is None
    assert await stored_log(engine, *mine, after=0)


async def test_nobody_is_named_afterwards(engine: AsyncEngine) -> None:
    user_id, job_id = await a_job(engine)
    await stored_log(engine, user_id, job_id, after=0)

    async with transaction(engine) as session:
        assert not (await session.scalars(select(BackgroundJob))).all()


async def test_a_connection_is_as_good_after_an_error(engine: AsyncEngine) -> None:
    user_id, job_id = await a_job(engine)

    with pytest.raises(DBAPIError):
        async with directly(engine) as connection:
            await connection.execute("SELECT 1 / 0")

    async with transaction(engine, user_id) as session:  # a transaction again: both statements see the user
        assert await session.scalar(select(func.count()).select_from(BackgroundJob)) == 1
    assert await stored_log(engine, user_id, job_id, after=0)


async def test_logs_of_one_moment_are_read_together_each_for_its_owner(
    engine: AsyncEngine, projection: Projection, logs: StoredLogs
) -> None:
    owned = [await a_job(engine) for _ in range(4)]
    for number, (_, job_id) in enumerate(owned):
        await projection.fold(job_id, *["requested", "started", "progress"][:number], wake=False)
    anothers = (owned[0][0], owned[3][1])

    found = await asyncio.gather(*(logs.read(*each, after=1) for each in [*owned, anothers]))

    expected = [await as_queries_say(engine, *each, 1) for each in owned]
    assert found == [*expected, None]
    assert [len(log.events) for log in expected] == [0, 0, 1, 2]


async def test_a_reader_whose_connection_is_lost_gets_its_log_over_another(
    database_url: str, engine: AsyncEngine, projection: Projection, logs: StoredLogs
) -> None:
    mine = await a_job(engine)
    await projection.fold(mine[1], "requested", wake=False)
    before = await logs.read(*mine, after=0)
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    assert before
    assert await logs.read(*mine, after=0) == before


async def test_whoever_leaves_holds_up_nobody(engine: AsyncEngine, logs: StoredLogs) -> None:
    mine = await a_job(engine)
    leaving = asyncio.create_task(logs.read(*mine, after=0))
    await asyncio.sleep(0)  # it is being read
    leaving.cancel()

    assert await logs.read(*mine, after=0) == await as_queries_say(engine, *mine, 0)

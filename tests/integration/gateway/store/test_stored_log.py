"""What a stream begins with: what the readable queries say, for the job's owner and nobody else."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from lodestone.ids import new_id
from lodestone.status import Status
from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.jobs.submit import submit
from lodestone_gateway.store import queries
from lodestone_gateway.store.session import Role, directly, make_engine, transaction
from lodestone_gateway.store.stored_log import StoredLog, stored_log
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

"""What an accepted job reads for its turn does not grow with the jobs that others have, or its user."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from lodestone.ids import new_id
from lodestone_gateway.store.session import Role, make_engine, transaction
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.outbox_access import owner_and_relay
from support.plans import what_is_read
from support.submitting import a_user

OF_AN_INDEX = 40  # pages, if all of those that a job enters become higher
PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan"}
ENDED_JOBS = """
    INSERT INTO background_jobs (id, user_id, job_type, status, input, created_at, completed_at, deadline_at)
    SELECT gen_random_uuid(), :user, 'polish', :status, '{}',
        now() + n * interval '1 s', now() + n * interval '1 s', now()
    FROM generate_series(1, 10000) AS n"""
PUT_JOB = """
    INSERT INTO background_jobs (id, user_id, job_type, input, deadline_at)
    VALUES (%(job)s, %(user)s, 'polish', '{}', now())"""
PUT_ROW = """
    INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)
    VALUES (%(event)s, %(job)s, %(user)s, 'polish', 'requested', '{}', now())"""


@pytest.fixture
async def engine(module_postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """A new database, as its owner has it."""
    async with owner_and_relay(module_postgres_url) as (engine, _):
        yield engine


async def change(engine: AsyncEngine, statement: str, **values: Any) -> None:
    async with engine.begin() as owner:
        await owner.execute(text(statement), values)


async def pages_of_a_turn(gateway: AsyncEngine, user_id: UUID) -> int:
    """A gateway accepts a job; how many pages its row in the outbox reads."""
    values = {"job": new_id(), "event": str(new_id()), "user": user_id}
    async with transaction(gateway, user_id) as session:
        await (await session.connection()).exec_driver_sql(PUT_JOB, values)
        return (await what_is_read(session, [(PUT_ROW, values)])).pages


async def test_an_accepted_job_reads_no_other_though_nobody_has_analysed_the_jobs(
    engine: AsyncEngine, module_postgres_url: str
) -> None:
    """What its turn asks was planned before there were any: many of others', and many of its user."""
    gateway = make_engine(module_postgres_url, Role.APP, pool_size=1, settings=PLANNED_ONCE)
    user, other = await a_user(gateway), await a_user(gateway)
    # The first ones read the catalogue.
    few = [await pages_of_a_turn(gateway, user) for _ in range(3)][-1]
    await change(engine, ENDED_JOBS, user=user, status="failed")
    await change(engine, ENDED_JOBS, user=other, status="completed")

    many = await pages_of_a_turn(gateway, user)
    await gateway.dispose()

    assert many < few + OF_AN_INDEX, "an index may have become higher"

"""The relay takes a row that waits alone by its id: the same row, with the same marks, as a round would."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from lodestone_gateway.outbox.lone import take_lone
from lodestone_gateway.outbox.place import Look
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.store.autocommit import AutocommitConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from support.outbox_access import owner_and_relay
from support.outbox_by_models import marks, waiting_rows
from support.outbox_filling import Filling

SEEDS = range(10)
EVERYTHING = Look({"ideation": 100, "polish": 100})

Tables = tuple[AsyncEngine, AutocommitConnection]


@pytest.fixture(scope="module")
async def tables(module_postgres_url: str) -> AsyncIterator[Tables]:
    """A database for all tests of this file, as its owner and as a relay has it."""
    async with owner_and_relay(module_postgres_url) as both:
        yield both


async def tried_alone(tables: Tables) -> dict[str, Waiting]:
    """What a round would take of the rows that may be tried for the first time."""
    rows = await waiting_rows(tables[0], EVERYTHING, [])
    cancelled = {row.job_id for row in rows if row.event.name == "cancel_requested"}
    return {row.event_id: row for row in rows if row.may_be_first and row.job_id not in cancelled}


@pytest.mark.parametrize("seed", SEEDS)
async def test_takes_the_rows_that_the_models_name(tables: Tables, seed: int) -> None:
    engine, connection = tables
    filling = Filling(engine, seed)
    await filling.fill(jobs=12, users=4, pauses=True)
    expected = await tried_alone(tables)
    before = await marks(engine)

    for event_id in await filling.some(1.0):
        found = await take_lone(connection, event_id, set(), published=[])
        if event_id in expected:
            assert found == replace(expected[event_id], is_first_try=True)
        else:
            assert found is None or await is_cancelled(tables, found)
            before[event_id] = (before[event_id][0] or found is not None, before[event_id][1])

    after = await marks(engine)
    assert after == before | {id: (True, False) for id in expected}


async def is_cancelled(tables: Tables, found: Waiting) -> bool:
    """Whether its cancel waits too; nobody waits alone then, and the relay would not have asked."""
    rows = await waiting_rows(tables[0], EVERYTHING, [])
    return any(row.job_id == found.job_id and row.event.name == "cancel_requested" for row in rows)


async def test_what_was_published_before_leaves_the_queue_whatever_is_found(tables: Tables) -> None:
    engine, connection = tables
    filling = Filling(engine, 1)
    await filling.fill(jobs=10, users=2)
    published = await filling.some(0.5)

    assert await take_lone(connection, "no row", set(), published=published) is None

    after = await marks(engine)
    assert published
    assert all(after[event_id][1] for event_id in published)


async def test_a_row_that_somebody_has_locked_is_left_to_a_round(tables: Tables) -> None:
    engine, connection = tables
    await Filling(engine, 1).fill(jobs=10, users=2)
    locked = next(iter(await tried_alone(tables)))

    async with engine.begin() as holder:
        await holder.exec_driver_sql(f"SELECT FROM outbox WHERE event_id = '{locked}' FOR UPDATE")
        found = await take_lone(connection, locked, set(), published=[])

    assert found is None
    assert (await marks(engine))[locked] == (False, False)

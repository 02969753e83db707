"""The relay's plain SQL does what the models say, whatever the outbox holds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from lodestone_gateway.outbox import lone, queue
from lodestone_gateway.outbox.place import Lane, Look
from lodestone_gateway.outbox.queue import mark_published, prune, take_waiting
from lodestone_gateway.store.autocommit import ALWAYS_BY_INDEX, AutocommitConnection
from lodestone_gateway.store.operations_tables import EVERYTHING as ALL_TYPES
from lodestone_gateway.store.prepared import numbered
from lodestone_gateway.store.session import Role, connect_directly
from sqlalchemy.ext.asyncio import AsyncEngine
from support.outbox_access import owner_and_relay
from support.outbox_by_models import marks, prunable, waiting_rows
from support.outbox_filling import Filling
from support.plans import nodes

SEEDS = range(10)
ALONE = range(10, 40)  # seeds that fill in a single job
EVERYTHING = Look({"ideation": 20, "polish": 20})


@dataclass(frozen=True)
class Tables:
    """A database, as its owner and as a relay has it."""

    engine: AsyncEngine
    connection: AutocommitConnection


@pytest.fixture(scope="module")
async def tables(module_postgres_url: str) -> AsyncIterator[Tables]:
    """A database for all tests of this file; each refills it."""
    async with owner_and_relay(module_postgres_url) as (engine, connection):
        yield Tables(engine, connection)


@pytest.mark.parametrize("seed", [*SEEDS, *ALONE])
async def test_takes_the_rows_that_the_models_name_in_their_order(tables: Tables, seed: int) -> None:
    filling = Filling(tables.engine, seed)
    await filling.fill(jobs=1 if seed in ALONE else 30, users=4, pauses=True)
    published, unreadable, alone = [await filling.some(share) for share in (0.2, 0.1, 0.1)]
    since = {Lane("ideation", False): seed % 4, Lane("polish", True): seed % 3}
    owners = sorted(filling.owners)
    capped = {"ideation": {user: at % 3 for at, user in enumerate(owners[: seed % 4])}}
    resumed = frozenset([ALL_TYPES, *(["polish"] if seed % 2 else []), *map(str, owners[seed % 3 :])])
    look = Look({"ideation": seed, "polish": 3}, since, frozenset(alone), capped=capped, resumed=resumed)
    expected = await waiting_rows(tables.engine, look, [*published, *unreadable])
    before = await marks(tables.engine)

    taken = await take_waiting(
        tables.connection,
        look,
        set(unreadable),
        published=published,
        choose=list,
        is_to_try=bool(seed % 3),
    )

    assert [replace(row, is_first_try=False) for row in taken] == expected
    first = {row.event_id for row in taken if row.is_first_try}
    assert first == {row.event_id for row in expected if row.may_be_first and seed % 3}
    assert await marks(tables.engine) == {
        id: (tried or id in first, is_published or id in published)
        for id, (tried, is_published) in before.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
async def test_marks_and_prunes_what_the_models_name(
    tables: Tables, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LOOKED_AT_ONCE", 1 + seed)
    filling = Filling(tables.engine, seed)
    await filling.fill(jobs=20, users=2)

    await mark_published(tables.connection, await filling.some(0.5))
    ended, before = await prunable(tables.engine), await marks(tables.engine)
    after = await prune(tables.connection, "")
    while after:
        after = await prune(tables.connection, after)

    assert ended
    assert await marks(tables.engine) == {id: mark for id, mark in before.items() if id not in ended}


async def test_a_row_that_somebody_has_locked_keeps_its_marks(tables: Tables) -> None:
    filling = Filling(tables.engine, 1)
    await filling.fill(jobs=10, users=2)
    rows = await waiting_rows(tables.engine, EVERYTHING, [])
    locked = next(row.event_id for row in rows if row.may_be_first)
    async with tables.engine.begin() as holder:
        await holder.exec_driver_sql(f"SELECT FROM outbox WHERE event_id = '{locked}' FOR UPDATE")
        taken = await take_waiting(
            tables.connection, EVERYTHING, set(), published=[], choose=list, is_to_try=True
        )
        await mark_published(tables.connection, [row.event_id for row in rows])

    assert [row.is_first_try for row in taken if row.event_id == locked] == [False]
    assert (await marks(tables.engine))[locked] == (False, False)


STATEMENTS = {
    "take": queue.TAKE,
    "take a lone one": lone.TAKE_LONE,
    "try": queue.TRY,
    "publish": queue.PUBLISH,
    "prune": queue.PRUNE,
}


EMPTIED = ["DELETE FROM outbox", "DELETE FROM background_jobs"]
KNOWN_TO_BE_EMPTY = {
    "outbox": [*EMPTIED[:1], "VACUUM ANALYZE outbox"],
    "both": [*EMPTIED, "VACUUM ANALYZE outbox, background_jobs"],
    "both, before the pages are free": [*EMPTIED, "ANALYZE outbox, background_jobs"],
    "both, before and after": [*EMPTIED, "ANALYZE outbox, background_jobs", "VACUUM outbox"],
}


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize("known", KNOWN_TO_BE_EMPTY)
async def test_a_statement_that_was_planned_while_tables_were_empty_searches_no_index_from_end_to_end(
    tables: Tables, module_postgres_url: str, known: str, name: str
) -> None:
    await Filling(tables.engine, 1).fill(jobs=100, users=2)
    async with tables.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for each in KNOWN_TO_BE_EMPTY[known]:
            await connection.exec_driver_sql(each)
    statement, _ = numbered(STATEMENTS[name])

    async with await connect_directly(module_postgres_url, Role.RELAY, ALWAYS_BY_INDEX) as relay:
        found = await relay.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {statement}".encode())
        [([plan],)] = await found.fetchall()

    scans = [
        node for node in nodes(plan["Plan"]) if node.get("Relation Name") in ("outbox", "background_jobs")
    ]
    searched = [node for node in scans if node["Node Type"] == "Index Scan" and "Index Cond" not in node]
    assert scans
    assert [(node["Relation Name"], node["Index Name"]) for node in searched] == []

"""Users take turns in the outbox, and what a round or an accepted job reads of it does not grow with it.

Counts are those of the server: the index entries and rows that were read, whoever can still see them.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from lodestone.clock import now
from lodestone.ids import new_id
from lodestone_gateway.outbox.place import START, Look, Place
from lodestone_gateway.outbox.queue import Waiting, take_waiting
from lodestone_gateway.store.autocommit import AutocommitConnection
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from support.outbox_access import owner_and_relay

FEW, MANY, LIMIT = 200, 20_000, 16
ENOUGH = 400  # entries and rows of a round of LIMIT rows, its jobs and the marks of those before it
READS = """
    SELECT sum(idx_tup_read)
        + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname = ANY(:tables))
    FROM pg_stat_user_indexes WHERE relname = ANY(:tables)"""
TELL_READS = "SELECT pg_stat_force_next_flush()"  # otherwise a connection does so some time later
FILL_JOBS = """
    INSERT INTO background_jobs (id, user_id, job_type, input, deadline_at)
    SELECT md5(:type || n)::uuid, md5('user' || n % 50)::uuid, :type, '{}', now()
    FROM generate_series(1, :rows) AS n"""
FILL_OUTBOX = """
    INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time, turn)
    SELECT md5(id::text), id, user_id, job_type, 'requested',
        jsonb_build_object('jobId', id, 'jobType', job_type, 'userId', user_id, 'attempt', 0, 'input', input,
            'maxAttempts', 3, 'deadlineAt', now()),
        now(), row_number() OVER (PARTITION BY user_id)
    FROM background_jobs WHERE job_type = :type"""


@dataclass(frozen=True)
class Outbox:
    """An outbox, as its owner and as a relay has it."""

    engine: AsyncEngine
    connection: AutocommitConnection

    async def put(self, user_id: UUID, priority: str = "interactive") -> UUID:
        """A job of that user is accepted."""
        async with self.engine.begin() as owner:
            return await put(owner, user_id, priority)

    async def fill(self, rows: int, job_type: str = "ideation") -> None:
        """Adds so many waiting rows of fifty users, at once and with turns."""
        async with self.engine.begin() as owner:
            await owner.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no triggers
            await owner.execute(text(FILL_JOBS), {"type": job_type, "rows": rows})
            await owner.execute(text(FILL_OUTBOX), {"type": job_type})
            await owner.exec_driver_sql(TELL_READS)

    async def take(self, look: Look, published: list[Waiting], *, is_to_try: bool = True) -> list[Waiting]:
        """A round of the relay."""
        ids = [row.event_id for row in published]
        return await take_waiting(self.connection, look, set(), published=ids, is_to_try=is_to_try)

    async def reads(self) -> int:
        """What was read so far."""
        await self.connection.execute(TELL_READS)
        async with self.engine.begin() as owner:
            return int(await owner.scalar(text(READS), {"tables": ["outbox", "background_jobs"]}) or 0)


async def put(owner: AsyncConnection, user_id: UUID, priority: str = "interactive") -> UUID:
    """Adds a job and its request in an open transaction."""
    job_id = new_id()
    body = {"jobId": job_id, "jobType": "polish", "userId": user_id, "attempt": 0, "input": {}}
    body |= {"maxAttempts": 3, "deadlineAt": "2027-01-01T00:00:00Z"}
    values = {"job": job_id, "user": user_id, "priority": priority, "time": now(), "event": str(new_id())}
    values |= {"body": json.dumps(body, default=str)}
    for statement in (
        "INSERT INTO users (id) VALUES (:user) ON CONFLICT DO NOTHING",
        "INSERT INTO background_jobs (id, user_id, job_type, input, priority, deadline_at)"
        " VALUES (:job, :user, 'polish', '{}', :priority, :time)",
        "INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)"
        " VALUES (:event, :job, :user, 'polish', 'requested', cast(:body AS jsonb), :time)",
        TELL_READS,
    ):
        await owner.execute(text(statement), values)
    return job_id


@pytest.fixture(scope="module")
async def database(module_postgres_url: str) -> AsyncIterator[Outbox]:
    """One database for all tests of this file."""
    async with owner_and_relay(module_postgres_url) as (engine, connection):
        yield Outbox(engine, connection)


@pytest.fixture
async def outbox(database: Outbox) -> Outbox:
    """Empty again, and with statistics as of an empty one: nobody has analysed what a test adds."""
    async with database.engine.begin() as owner:
        await owner.exec_driver_sql("TRUNCATE users, paused_job_types CASCADE")
        await owner.exec_driver_sql(TELL_READS)
    return database


async def test_users_take_turns_however_many_rows_each_has(outbox: Outbox) -> None:
    one, two = new_id(), new_id()
    first = [await outbox.put(one) for _ in range(4)]
    second = [await outbox.put(two) for _ in range(2)]

    taken = await outbox.take(Look(LIMIT, START), [])

    expected = [first[0], second[0], first[1], second[1], first[2], first[3]]
    assert [row.job_id for row in taken] == expected


async def test_who_comes_later_waits_for_one_turn_of_those_who_wait(outbox: Outbox) -> None:
    many, late = new_id(), new_id()
    jobs = [await outbox.put(many) for _ in range(9)]
    taken = await outbox.take(Look(3, START), [])
    its = [await outbox.put(late) for _ in range(2)]

    following = await outbox.take(Look(4, START), taken)

    assert [row.job_id for row in following] == [jobs[3], its[0], jobs[4], its[1]]


async def test_who_was_served_saves_up_no_turns(outbox: Outbox) -> None:
    quick, steady = new_id(), new_id()
    waiting = [await outbox.put(steady) for _ in range(6)]
    served: list[Waiting] = []
    for _ in range(3):
        served = await outbox.take(Look(1, START), served)
    its = [await outbox.put(quick) for _ in range(3)]

    taken = await outbox.take(Look(4, START), served)

    assert [row.job_id for row in taken] == [waiting[3], its[0], waiting[4], its[1]]


async def test_bulk_has_turns_of_its_own_and_comes_last(outbox: Outbox) -> None:
    one, two = new_id(), new_id()
    bulk = [await outbox.put(user, "bulk") for user in (one, one, two)]
    urgent = await outbox.put(one)

    taken = await outbox.take(Look(LIMIT, START), [])

    assert [row.job_id for row in taken] == [urgent, bulk[0], bulk[2], bulk[1]]
    assert [row.is_bulk for row in taken] == [False, True, True, True]


async def test_jobs_of_the_same_users_are_accepted_side_by_side(outbox: Outbox) -> None:
    one, two = new_id(), new_id()
    for user in (one, two):
        await outbox.put(user)
    async with outbox.engine.begin() as here, outbox.engine.begin() as there:
        for owner in (here, there):
            await owner.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
        await put(here, one)
        await put(there, two)
        await put(here, two)
        await put(there, one)

    assert len(await outbox.take(Look(LIMIT, START), [])) == 6


async def test_a_long_outbox_costs_what_a_short_one_does(outbox: Outbox) -> None:
    """The statements are planned while it is short."""
    user = new_id()
    await outbox.fill(FEW, "polish")
    for _ in range(7):
        await outbox.put(user)
    served = await outbox.take(Look(LIMIT, START), [])
    await outbox.fill(MANY)
    before = await outbox.reads()
    taken = await outbox.take(Look(LIMIT, START), served)
    read = await outbox.reads() - before
    await outbox.put(user)
    accepted = await outbox.reads() - before - read

    assert len(taken) == LIMIT
    assert (accepted < ENOUGH // 10, read < ENOUGH) == (True, True), (accepted, read)


async def test_a_round_reads_nothing_of_a_paused_type(outbox: Outbox) -> None:
    await outbox.fill(MANY)
    await outbox.fill(FEW, "polish")
    async with outbox.engine.begin() as owner:
        values = {"by": new_id()}
        await owner.execute(text("INSERT INTO paused_job_types VALUES ('ideation', :by, now())"), values)
    before = await outbox.reads()

    taken = await outbox.take(Look(LIMIT, START), [])

    assert await outbox.reads() - before < ENOUGH
    assert {row.job_type for row in taken} == {"polish"}


async def test_an_open_transaction_elsewhere_makes_nobody_read_what_is_done(outbox: Outbox) -> None:
    place, user, time, served = Place(LIMIT), new_id(), 0.0, list[Waiting]()
    async with outbox.engine.connect() as elsewhere:
        await elsewhere.execution_options(isolation_level="REPEATABLE READ")
        await elsewhere.exec_driver_sql("SELECT count(*) FROM outbox")
        await outbox.fill(MANY // 10)
        for _ in range(MANY // 10 // LIMIT + 1):
            served = await outbox.take(place.look(time), served)
            place.note([row.place for row in served], [], time)
        for _ in range(100):
            await outbox.put(user)
            time += 0.1
            served = await outbox.take(place.look(time), served)
            place.note([row.place for row in served], [], time)
        await outbox.take(place.look(time), served)  # now none is unpublished, at which a search would end
        before = await outbox.reads()
        job_id = await outbox.put(user)
        accepted = await outbox.reads() - before
        taken = await outbox.take(place.look(time), [])
        read = await outbox.reads() - before - accepted

    assert [row.job_id for row in taken] == [job_id]
    assert (accepted < ENOUGH // 10, read < ENOUGH) == (True, True), (accepted, read)


async def test_a_job_type_of_another_release_is_found_by_who_looks_at_everything(outbox: Outbox) -> None:
    async with outbox.engine.begin() as owner:
        await owner.exec_driver_sql(
            "ALTER TABLE background_jobs DROP CONSTRAINT background_jobs_job_type_check"
        )
    await outbox.fill(1, "of-a-later-release")

    assert await outbox.take(Look(LIMIT, START._replace(bulk=1)), [], is_to_try=False) == []
    assert len(await outbox.take(Look(LIMIT, START), [])) == 1

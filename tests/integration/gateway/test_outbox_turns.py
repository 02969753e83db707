"""Users take turns in the outbox, and what a round or an accepted job reads of it does not grow with it.

Counts are those of the server: the index entries and rows that were read, whoever can still see them.
"""

import hashlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.ids import new_id
from lodestone_gateway.outbox.place import Lane, Look, Place, Turn
from lodestone_gateway.outbox.queue import Waiting, take_waiting
from lodestone_gateway.store.autocommit import AutocommitConnection
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from support.fair_queue import FairQueue
from support.outbox_access import owner_and_relay

FEW, MANY, LIMIT = 200, 20_000, 16
ROOMS = {"ideation": LIMIT, "polish": LIMIT}
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
    INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time, turn, turn_ends)
    SELECT md5(id::text), id, user_id, job_type, 'requested',
        jsonb_build_object('jobId', id, 'jobType', job_type, 'userId', user_id, 'attempt', 0, 'input', input,
            'maxAttempts', 3, 'deadlineAt', now()),
        now(), row_number() OVER (PARTITION BY user_id), 1 + row_number() OVER (PARTITION BY user_id)
    FROM background_jobs WHERE job_type = :type"""


@dataclass(frozen=True)
class Outbox:
    """An outbox, as its owner and as a relay has it."""

    engine: AsyncEngine
    connection: AutocommitConnection

    async def put(self, user_id: UUID, priority: str = "interactive", tokens: int = 4000) -> UUID:
        """A job of that user is accepted, whose answers are expected to have so many tokens."""
        async with self.engine.begin() as owner:
            return await put(owner, user_id, priority, tokens)

    async def told(self, job_id: UUID, columns: str = "turn, turn_ends") -> tuple[int, ...]:
        """What the outbox holds of a job's request."""
        async with self.engine.begin() as owner:
            found = await owner.execute(text(f"SELECT {columns} FROM outbox WHERE job_id = '{job_id}'"))  # noqa: S608
            return tuple(found.one())

    async def change(self, statement: str, **values: Any) -> None:
        """Runs a statement as the owner."""
        async with self.engine.begin() as owner:
            await owner.execute(text(statement), values)

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
        return await take_waiting(
            self.connection, look, set(), published=ids, choose=list, is_to_try=is_to_try
        )

    async def round(self, place: Place, time: float, published: list[Waiting]) -> list[Waiting]:
        """A round of a relay that knows its place."""
        look = place.look(ROOMS, time)
        taken = await self.take(look, published)
        place.note(look, {row.place.lane for row in taken}, [row.place for row in taken], time)
        return taken

    async def reads(self) -> int:
        """What was read so far."""
        await self.connection.execute(TELL_READS)
        async with self.engine.begin() as owner:
            return int(await owner.scalar(text(READS), {"tables": ["outbox", "background_jobs"]}) or 0)


async def put(
    owner: AsyncConnection, user_id: UUID, priority: str = "interactive", tokens: int = 4000
) -> UUID:
    """Adds a job and its request in an open transaction."""
    job_id = new_id()
    body = {"jobId": job_id, "jobType": "polish", "userId": user_id, "attempt": 0, "input": {}}
    body |= {"maxAttempts": 3, "deadlineAt": "2027-01-01T00:00:00Z"}
    values = {"job": job_id, "user": user_id, "priority": priority, "time": now(), "event": str(new_id())}
    values |= {"tokens": tokens}
    values |= {"body": json.dumps(body, default=str)}
    for statement in (
        "INSERT INTO users (id) VALUES (:user) ON CONFLICT DO NOTHING",
        "INSERT INTO background_jobs (id, user_id, job_type, input, priority, deadline_at)"
        " VALUES (:job, :user, 'polish', '{}', :priority, :time)",
        "INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time, tokens)"
        " VALUES (:event, :job, :user, 'polish', 'requested', cast(:body AS jsonb), :time, :tokens)",
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

    taken = await outbox.take(Look(ROOMS), [])

    expected = [first[0], second[0], first[1], second[1], first[2], first[3]]
    assert [row.job_id for row in taken] == expected


async def test_who_comes_later_waits_for_one_turn_of_those_who_wait(outbox: Outbox) -> None:
    many, late = new_id(), new_id()
    jobs = [await outbox.put(many) for _ in range(9)]
    taken = await outbox.take(Look({"polish": 3}), [])
    its = [await outbox.put(late) for _ in range(2)]

    following = await outbox.take(Look({"polish": 4}), taken)

    assert [row.job_id for row in following] == [its[0], jobs[3], its[1], jobs[4]]


async def test_who_was_served_saves_up_no_turns(outbox: Outbox) -> None:
    quick, steady = new_id(), new_id()
    waiting = [await outbox.put(steady) for _ in range(6)]
    served: list[Waiting] = []
    for _ in range(3):
        served = await outbox.take(Look({"polish": 1}), served)
    its = [await outbox.put(quick) for _ in range(3)]

    taken = await outbox.take(Look({"polish": 4}), served)

    assert [row.job_id for row in taken] == [its[0], waiting[3], its[1], waiting[4]]


async def test_turns_and_the_clock_are_those_of_fair_queueing(outbox: Outbox) -> None:
    """The plain form gives the same order, whatever users put and the relay takes."""
    rng, plain = random.Random(16), FairQueue()  # noqa: S311
    users = {str(new_id()): weight for weight in (1, 1, 4, 4)}
    jobs, orders, served = dict[int, UUID](), list[list[UUID]](), list[Waiting]()
    for user, weight in users.items():
        await outbox.put(UUID(user))
        if weight > 1:
            await outbox.change(
                "INSERT INTO subscriptions (user_id, plan) VALUES (cast(:user AS uuid), 'pro')", user=user
            )
    await outbox.change("DELETE FROM outbox")
    for _ in range(60):
        if rng.random() < 0.7:
            user = rng.choice(list(users))
            job_id = await outbox.put(UUID(user), tokens=rng.randint(100, 9_000))
            (tokens,) = await outbox.told(job_id, "tokens")
            jobs[plain.put(user, tokens, users[user]).position] = job_id
        else:
            count = rng.randint(1, 3)
            served = await outbox.take(Look({"polish": count}), served)
            expected = [row for row in (plain.take() for _ in range(count)) if row]
            orders.append([row.job_id for row in served])
            assert orders[-1] == [jobs[row.position] for row in expected]

    assert sum(map(len, orders)) > 20


async def test_a_turn_lasts_as_long_as_the_users_last_job_of_the_type_used_tokens(outbox: Outbox) -> None:
    user = new_id()
    first = await outbox.put(user, tokens=6_000)
    begins, ends = await outbox.told(first)
    assert 6_000 < ends - begins < 6_200, "the request itself is counted too"
    used = "UPDATE background_jobs SET status = 'completed', input_tokens = 900, output_tokens = :output"
    await outbox.change(f"{used} WHERE id = :job", output=50_000, job=first)

    second = await outbox.put(user, tokens=6_000)

    assert await outbox.told(second) == (ends, ends + 50_900)


async def test_a_turn_follows_the_last_one_though_that_is_published(outbox: Outbox) -> None:
    user = new_id()
    ends = (await outbox.told(await outbox.put(user)))[1]
    served = await outbox.take(Look(ROOMS), [])
    await outbox.take(Look(ROOMS), served)

    assert (await outbox.told(await outbox.put(user)))[0] == ends


async def test_lanes_have_clocks_of_their_own(outbox: Outbox) -> None:
    """Whoever comes to a lane that stands still does not come after all who wait there."""
    many, served = new_id(), list[Waiting]()
    waiting = [await outbox.put(many) for _ in range(3)]
    for _ in range(3):
        await outbox.put(many, "bulk", tokens=90_000)
    for _ in range(3):
        look = Look({"polish": 1}, {Lane("polish", False): 10**15})
        served = await outbox.take(look, served)
    late = await outbox.put(new_id())

    assert [row.is_bulk for row in served] == [True]
    assert await outbox.told(late, "turn") < await outbox.told(waiting[1], "turn")


async def test_bulk_has_turns_of_its_own_and_comes_last(outbox: Outbox) -> None:
    one, two = new_id(), new_id()
    bulk = [await outbox.put(user, "bulk") for user in (one, one, two)]
    urgent = await outbox.put(one)

    taken = await outbox.take(Look(ROOMS), [])

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

    assert len(await outbox.take(Look(ROOMS), [])) == 6


async def test_a_long_outbox_costs_what_a_short_one_does(outbox: Outbox) -> None:
    """The statements are planned while it is short."""
    user = new_id()
    await outbox.fill(FEW, "polish")
    for _ in range(7):
        await outbox.put(user)
    served = await outbox.take(Look(ROOMS), [])
    await outbox.fill(MANY)
    before = await outbox.reads()
    taken = await outbox.take(Look(ROOMS), served)
    read = await outbox.reads() - before
    await outbox.put(user)
    accepted = await outbox.reads() - before - read

    assert len(taken) == 2 * LIMIT, "of each of two lanes"
    assert (accepted < ENOUGH // 10, read < ENOUGH) == (True, True), (accepted, read)


async def test_a_round_reads_nothing_of_a_paused_type(outbox: Outbox) -> None:
    await outbox.fill(MANY)
    await outbox.fill(FEW, "polish")
    async with outbox.engine.begin() as owner:
        values = {"by": new_id()}
        await owner.execute(text("INSERT INTO paused_job_types VALUES ('ideation', :by, now())"), values)
    before = await outbox.reads()

    taken = await outbox.take(Look(ROOMS), [])

    assert await outbox.reads() - before < ENOUGH
    assert {row.job_type for row in taken} == {"polish"}


async def test_neither_a_round_nor_an_accepted_job_reads_what_is_held(outbox: Outbox) -> None:
    """All of it of users who submit more, one of whom is read apart."""
    await outbox.fill(MANY, "polish")
    await outbox.change("UPDATE outbox SET held_by = gen_random_uuid()")
    await outbox.fill(FEW)
    user = UUID(hashlib.md5(b"user1").hexdigest())  # noqa: S324
    jobs = [await outbox.put(user) for _ in range(2)]
    look = Look(ROOMS, capped={"polish": {user: LIMIT}}, is_everything=True)
    await outbox.take(look, [], is_to_try=False)  # finds the entries of what is held dead, once
    before = await outbox.reads()

    taken = await outbox.take(look, [])
    read = await outbox.reads() - before
    await outbox.put(user)
    accepted = await outbox.reads() - before - read

    assert {row.job_id for row in taken if row.job_type == "polish"} == set(jobs)
    assert (accepted < ENOUGH // 10, read < ENOUGH) == (True, True), (accepted, read)


async def test_what_is_let_go_takes_its_turn_as_if_it_came_now(outbox: Outbox) -> None:
    many, late = new_id(), new_id()
    first, second, third = [await outbox.put(many) for _ in range(3)]
    hold = "UPDATE outbox SET held_by = cast(:by AS uuid) WHERE job_id IN (:first, :second)"
    await outbox.change(hold, by=new_id(), first=first, second=second)
    its = await outbox.put(late)

    held = await outbox.take(Look(ROOMS), [], is_to_try=False)
    await outbox.change("UPDATE outbox SET held_by = NULL WHERE held_by IS NOT NULL")
    taken = await outbox.take(Look(ROOMS), [])

    assert [row.job_id for row in held] == [its, third]
    assert [row.job_id for row in taken] == [its, third, first, second]
    assert await outbox.told(first, "turn") == await outbox.told(third, "turn_ends")


async def test_what_is_held_between_reading_and_marking_is_not_tried(outbox: Outbox) -> None:
    kept, free = [await outbox.put(new_id()) for _ in range(2)]

    def hold_one(rows: Sequence[Turn]) -> list[Turn]:
        url = outbox.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as owner:
            owner.execute("UPDATE outbox SET held_by = gen_random_uuid() WHERE job_id = %s", [kept])
        return list(rows)

    taken = await take_waiting(
        outbox.connection, Look(ROOMS), set(), published=[], choose=hold_one, is_to_try=True
    )

    assert {row.job_id: row.is_first_try for row in taken} == {kept: False, free: True}
    assert await outbox.told(kept, "tried") == (False,)


async def test_a_cancel_takes_along_the_request_that_is_held(outbox: Outbox) -> None:
    job_id = await outbox.put(new_id())
    await outbox.put(new_id())
    await outbox.change("UPDATE outbox SET held_by = gen_random_uuid()")
    cancel = """
        INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)
        SELECT 'cancel', job_id, user_id, job_type, 'cancel_requested', jsonb_build_object('jobId', job_id,
            'jobType', job_type, 'userId', user_id, 'attempt', 0, 'requestedBy', user_id), now()
        FROM outbox WHERE job_id = :job"""
    await outbox.change(cancel, job=job_id)

    taken = await outbox.take(Look(ROOMS), [])

    assert {(row.job_id, row.event.name) for row in taken} == {
        (job_id, "requested"),
        (job_id, "cancel_requested"),
    }
    assert await outbox.told(job_id, "bool_or(tried)") == (True,)


async def test_an_open_transaction_elsewhere_makes_nobody_read_what_is_done(outbox: Outbox) -> None:
    place, user, time, served = Place(), new_id(), 0.0, list[Waiting]()
    async with outbox.engine.connect() as elsewhere:
        await elsewhere.execution_options(isolation_level="REPEATABLE READ")
        await elsewhere.exec_driver_sql("SELECT count(*) FROM outbox")
        await outbox.fill(MANY // 10)
        for _ in range(MANY // 10 // LIMIT + 1):
            served = await outbox.round(place, time, served)
        for _ in range(100):
            await outbox.put(user)
            time += 0.1
            served = await outbox.round(place, time, served)
        await outbox.round(place, time, served)  # now none is unpublished, at which a search would end
        before = await outbox.reads()
        job_id = await outbox.put(user)
        accepted = await outbox.reads() - before
        taken = await outbox.round(place, time, [])
        read = await outbox.reads() - before - accepted

    assert [row.job_id for row in taken] == [job_id]
    assert (accepted < ENOUGH // 10, read < ENOUGH) == (True, True), (accepted, read)


async def test_a_job_type_of_another_release_is_found_by_who_looks_at_everything(outbox: Outbox) -> None:
    async with outbox.engine.begin() as owner:
        await owner.exec_driver_sql(
            "ALTER TABLE background_jobs DROP CONSTRAINT background_jobs_job_type_check"
        )
    await outbox.fill(1, "of-a-later-release")

    assert await outbox.take(Look(ROOMS), [], is_to_try=False) == []
    assert len(await outbox.take(Look(ROOMS, is_everything=True), [])) == 1

"""Jobs accepted together share a transaction; nobody shares another's fate or writes in their name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from lodestone.errors import RateLimited
from lodestone.ids import new_id
from lodestone_gateway.caps import DEFAULTS, session_setting
from lodestone_gateway.jobs.group_commit import _INSERT, GroupCommit, NewJob, _values, insert_jobs
from lodestone_gateway.jobs.submit import _new_job, submit
from lodestone_gateway.rates.limiter import Rate, RateLimiter
from lodestone_gateway.store.cap_queries import admits
from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from lodestone_local.database import subscribe
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import select
from support.submitting import a_user, posts
from support.waiting import eventually

ITS_OWN = {"id", "turn", "turn_ends", "job_id", "event_id", "position", "trigger_task_id", "body"}
TIMES = {"created_at", "updated_at", "deadline_at", "time"}


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url, Role.APP)
    yield engine
    await engine.dispose()


@pytest.fixture
async def group(engine: AsyncEngine) -> AsyncIterator[GroupCommit]:
    group = GroupCommit(engine)
    yield group
    await group.close()


async def rows_of(engine: AsyncEngine, user_id: UUID, model: Any) -> list[dict[str, Any]]:
    async with transaction(engine, user_id) as session:
        return [row.model_dump() for row in await session.scalars(select(model))]


async def inserted(engine: AsyncEngine, jobs: list[NewJob]) -> set[UUID]:
    async with aclosing(KeptConnection(engine)) as tables:
        return await insert_jobs(tables, jobs)


async def test_group_writes_the_rows_that_a_job_alone_gets(engine: AsyncEngine, group: GroupCommit) -> None:
    user_id = await a_user(engine)
    asked = posts(user_id)

    await submit(engine, None, None, asked)
    await submit(engine, None, group, asked)

    for model in (BackgroundJob, OutboxRow):
        alone, together = await rows_of(engine, user_id, model)
        assert {name for name in alone if alone[name] != together[name]} <= ITS_OWN | TIMES
        assert {name for name in TIMES & alone.keys() if together[name] is None} == set()
    alone, together = [row["body"] for row in await rows_of(engine, user_id, OutboxRow)]
    assert {name for name in alone if alone[name] != together[name]} <= {"jobId", "deadlineAt"}


async def test_requests_of_one_moment_share_a_transaction(engine: AsyncEngine, group: GroupCommit) -> None:
    users = [await a_user(engine) for _ in range(4)]

    accepted = await asyncio.gather(*(submit(engine, None, group, posts(user)) for user in users * 5))

    transactions, ids = set(), set()
    for user in users:
        async with transaction(engine, user) as session:
            for id, number in await session.execute(text("SELECT id, xmin::text FROM background_jobs")):
                ids.add(id)
                transactions.add(number)
    assert ids == {each.job_id for each in accepted}
    assert len(transactions) <= 2, "the first one is written at once, the others together"


async def test_whoever_cannot_have_a_job_fails_alone(engine: AsyncEngine, group: GroupCommit) -> None:
    known, unknown = await a_user(engine), new_id()
    asked = [posts(known), posts(known), posts(unknown), posts(known)]

    answers = await asyncio.gather(
        *(submit(engine, None, group, each) for each in asked), return_exceptions=True
    )

    assert [isinstance(answer, Exception) for answer in answers] == [False, False, True, False]
    assert len(await rows_of(engine, known, BackgroundJob)) == 3


async def test_nobody_gets_a_row_in_anothers_name(engine: AsyncEngine) -> None:
    mine, other = await a_user(engine), await a_user(engine)
    job = _new_job(posts(mine), {})
    stolen = replace(job, outbox={**job.outbox, "user_id": other})

    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        await inserted(engine, [stolen])

    assert await rows_of(engine, mine, BackgroundJob) == []


async def test_same_key_at_the_same_moment_makes_one_job(engine: AsyncEngine, group: GroupCommit) -> None:
    user_id = await a_user(engine)
    limiter = RateLimiter(Rate("submissions", 7, 3600, "Too many"))
    await submit(engine, limiter, group, posts(user_id))

    asked = [posts(user_id, "once") for _ in range(5)]
    accepted = await asyncio.gather(*(submit(engine, limiter, group, each) for each in asked))

    assert len({each.job_id for each in accepted}) == 1
    assert [each.is_replay for each in accepted].count(False) == 1
    for left in range(5):
        assert not (await submit(engine, limiter, group, posts(user_id, f"another {left}"))).is_replay
    with pytest.raises(RateLimited):
        await submit(engine, limiter, group, posts(user_id, "too many"))


async def test_a_group_of_one_and_of_many_leave_nobody_named(database_url: str) -> None:
    engine = make_engine(database_url, Role.APP, pool_size=1)
    users = [await a_user(engine) for _ in range(3)]

    for named in (users[:1], users):
        assert len(await inserted(engine, [_new_job(posts(user), {}) for user in named])) == len(named)

        async with transaction(engine) as session:
            assert not (await session.scalars(select(BackgroundJob))).all()
            assert await session.scalar(text("SHOW lock_timeout")) == "3s"
    await engine.dispose()


async def test_who_waits_for_the_caps_of_one_user_holds_up_no_user_before(database_url: str) -> None:
    """Otherwise two gateways could wait for each other in a circle."""
    capped = make_engine(database_url, Role.APP, settings=session_setting(DEFAULTS))
    first, second = sorted([await a_user(capped), await a_user(capped)])

    async with transaction(capped, first) as session:
        assert await admits(session, first, ["posts"])
        jobs = [_new_job(posts(user_id), {}) for user_id in (second, first)]
        waiting = asyncio.create_task(inserted(capped, jobs))
        await eventually(lambda: is_waited_for(session), within=10)
        free = await session.scalar(TRY, {"what": f"caps of {second}"})
    await asyncio.gather(waiting, return_exceptions=True)  # it may have lost patience
    await capped.dispose()

    assert free


async def with_plans(engine: AsyncEngine, database_url: str, plan: str) -> list[UUID]:
    users = [await a_user(engine) for _ in range(3)]
    for user in users:
        subscribe(database_url, user, plan)
    return users


async def messages_of(engine: AsyncEngine, users: list[UUID], trace: Path) -> list[str]:
    """What a gateway sends to accept a job of each of these users, by kind, once it has prepared it."""
    async with aclosing(KeptConnection(engine)) as tables:
        await insert_jobs(tables, [_new_job(posts(user), {}) for user in users])
        driver = (await tables._usable()).driver.pgconn
        with trace.open("w+") as file:
            driver.trace(file.fileno())
            await insert_jobs(tables, [_new_job(posts(user), {}) for user in users])
            driver.untrace()
            file.seek(0)
            sent = [line.split("\t") for line in file]
    return [kind.strip() for _, by, _, kind, *_ in sent if by == "F"]


@pytest.mark.parametrize("count", [1, 3])
async def test_caps_add_no_message_to_what_accepts_a_job(
    database_url: str, tmp_path: Path, count: int
) -> None:
    """While Postgres is slow, each would have to be waited for."""
    engine = make_engine(database_url, Role.APP, settings=session_setting(DEFAULTS))
    sent = {}
    for plan in ("free", "unlimited"):
        users = await with_plans(engine, database_url, plan)
        sent[plan] = await messages_of(engine, users[:count], tmp_path / plan)
    await engine.dispose()

    assert sent["free"] == sent["unlimited"]
    assert sent["free"].count("Execute") == (1 if count == 1 else count + 2), "beside a beginning and an end"


async def test_caps_hold_one_lock_of_each_user_who_has_some_and_write_nothing(database_url: str) -> None:
    engine = make_engine(database_url, Role.APP, settings=session_setting(DEFAULTS))
    held = {}
    for plan in ("free", "unlimited"):
        users = await with_plans(engine, database_url, plan)
        async with aclosing(KeptConnection(engine)) as tables, tables.transaction() as group:
            for user in users:
                group.add(_INSERT, *_values(user, [_new_job(posts(user), {})]))
            held[plan] = group.add(HELD)
    await engine.dispose()

    locks = {plan: {(what, mode) for what, mode, _ in answer.rows} for plan, answer in held.items()}
    users_locked = {
        plan: sum(count for what, _, count in answer.rows if what == "advisory")
        for plan, answer in held.items()
    }
    assert users_locked == {"free": 3, "unlimited": 0}
    added = locks["free"] - locks["unlimited"]
    assert {mode for what, mode in added if what != "advisory"} == {"AccessShareLock"}


HELD = """
    SELECT coalesce(relation::regclass::text, locktype), mode, count(*) FROM pg_locks
    WHERE pid = pg_backend_pid() AND granted GROUP BY 1, 2"""
TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))")
WAITING = text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")


async def is_waited_for(session: AsyncSession) -> bool:
    return bool(await session.scalar(WAITING))

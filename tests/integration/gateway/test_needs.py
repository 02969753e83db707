"""What the rounds of the reconciler have to do, by the tables."""

import asyncio

import pytest
from lodestone_gateway.reconciler import needs as needs_module
from lodestone_gateway.reconciler.needs import Need, Needs
from lodestone_gateway.store.session import Role, make_engine
from sqlalchemy import event
from support.gateway_bench import GatewayBench

FAILED = "UPDATE background_jobs SET status = 'failed'"
CALL = """
    INSERT INTO job_calls (call_id, job_id, user_id, job_type, attempt, started_at, finished_at)
    SELECT gen_random_uuid(), id, user_id, job_type, 1, now(), {finished_at} FROM background_jobs
"""
ERASURE = """
    INSERT INTO erasures (job_id, job_type, user_id, removes_row, done_at)
    SELECT id, job_type, user_id, false, {done_at} FROM background_jobs
"""
ACCOUNT = "INSERT INTO deleted_accounts (user_id, done_at) SELECT user_id, {done_at} FROM background_jobs"
TURNED = "UPDATE projector_cursor SET turned_back_at = now() - interval '{age}'"


@pytest.mark.parametrize(
    ("done", "undone", "need"),
    [
        (CALL.format(finished_at="now()"), CALL.format(finished_at="NULL"), Need.OPEN_CALLS),
        (ERASURE.format(done_at="now()"), "UPDATE erasures SET done_at = NULL", Need.ERASURES),
        (ACCOUNT.format(done_at="now()"), "UPDATE deleted_accounts SET done_at = NULL", Need.ERASURES),
        (TURNED.format(age="25 h"), TURNED.format(age="23 h"), Need.OLDER_STREAM),
    ],
)
async def test_each_need_is_seen_while_it_is_there(
    bench: GatewayBench, done: str, undone: str, need: Need
) -> None:
    await bench.submit()
    await bench.sql(FAILED)
    await bench.sql(done)
    engine = make_engine(bench.settings.database_url, Role.RECONCILER)

    assert await Needs(engine).look() == frozenset()
    await bench.sql(undone)
    assert await Needs(engine).look() == {need}

    await engine.dispose()


async def test_a_job_needs_a_look_until_it_has_ended(bench: GatewayBench) -> None:
    engine = make_engine(bench.settings.database_url, Role.RECONCILER)
    await bench.submit()

    assert await Needs(engine).look() == {Need.LIVING_JOBS}
    await bench.sql(FAILED)
    assert await Needs(engine).look() == frozenset()

    await engine.dispose()


async def test_rounds_share_one_statement(bench: GatewayBench, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    engine = make_engine(bench.settings.database_url, Role.RECONCILER)
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    needs = Needs(engine)

    await asyncio.gather(*(needs.look() for _ in range(5)))
    await needs.look()
    assert len(statements) == 1

    monkeypatch.setattr(needs_module, "SHARED_SECONDS", 0)
    await needs.look()
    assert len(statements) == 2
    await engine.dispose()

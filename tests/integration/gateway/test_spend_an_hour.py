"""The cap on what all users spend in an hour: what waits for it, and every way it opens again."""

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import pytest
from lodestone.events import JobRequested, Priority
from lodestone.ids import new_id
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.spending import HourlySpend, enforce, read_spend, waive
from lodestone_gateway.reconciler.spend import SpendGuard
from lodestone_gateway.spend import run, told
from lodestone_gateway.store.session import Role, connect_directly, make_engine, transaction
from sqlalchemy.ext.asyncio import AsyncEngine
from support.gateway_bench import GatewayBench
from support.tables import give_tables
from support.waiting import eventually

CAP = Decimal(10)
OPERATOR = Actor(new_id())
WOKEN = {"outbox", "job_events"}  # the relay and the gateways


@pytest.fixture
async def reconciler(bench: GatewayBench) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(bench.settings.database_url, Role.RECONCILER)
    yield engine
    await engine.dispose()


@pytest.fixture
def guard(reconciler: AsyncEngine) -> SpendGuard:
    return SpendGuard(reconciler, CAP)


async def spend(bench: GatewayBench, usd: str) -> None:
    """Some user spends so much in this hour, and so nobody anything before."""
    user_id = new_id()
    await bench.sql(f"INSERT INTO users (id) VALUES ('{user_id}')")  # noqa: S608
    hour = "date_trunc('hour', now(), 'UTC')"
    await bench.sql(f"INSERT INTO spend_hours VALUES ('{user_id}', {hour}, {usd})")  # noqa: S608


async def let_the_hour_pass(bench: GatewayBench) -> None:
    for table, column in (
        ("spend_hours", "hour"),
        ("spend_holds", "until"),
        ("spend_control", "waived_until"),
    ):
        await bench.sql(f"UPDATE {table} SET {column} = {column} - interval '1 hour'")  # noqa: S608


async def state(bench: GatewayBench) -> HourlySpend:
    async with transaction(bench.engine) as session:
        return await read_spend(session)


async def in_bulk(bench: GatewayBench) -> JobRequested:
    return await bench.submit(priority=Priority.BULK)


async def is_published(bench: GatewayBench, requested: JobRequested) -> bool:
    return (await bench.outbox_row(requested)).published_at is not None


async def test_bulk_waits_first_and_everybody_else_goes_on(bench: GatewayBench, guard: SpendGuard) -> None:
    await spend(bench, "8")
    await guard.guard_round()
    await bench.relay()

    bulk = await in_bulk(bench)
    await bench.until_published(await bench.submit())

    assert not await is_published(bench, bulk)
    now = await state(bench)
    assert (now.cap, now.spent) == (CAP, Decimal(8))
    assert (now.holds_bulk, now.holds_all) == (True, False)


async def test_then_all_new_work_waits_and_what_runs_goes_on(bench: GatewayBench, guard: SpendGuard) -> None:
    running = await bench.published()
    await spend(bench, "10.01")
    await guard.guard_round()
    await bench.relay()
    held, cancelled = await bench.submit(), await bench.submit()

    await bench.start(running)
    await bench.item(running, 0)
    await bench.ask_to_cancel(cancelled)

    await bench.until_log(cancelled, lambda log: log.terminal is not None)
    assert not await is_published(bench, held)
    assert (await state(bench)).holds_all


async def test_it_opens_by_itself_when_the_hour_has_passed(bench: GatewayBench, guard: SpendGuard) -> None:
    await spend(bench, "11")
    await guard.guard_round()
    await bench.relay()
    held = [await bench.submit(), await in_bulk(bench)]
    assert (await state(bench)).holds_all

    await let_the_hour_pass(bench)

    for each in held:
        await bench.until_published(each)
    assert not (await state(bench)).holds_all, "even if nobody looks"
    await guard.guard_round()
    assert await bench.sql("SELECT * FROM spend_holds") == []


async def test_a_cap_that_is_lowered_holds_new_work_alone_and_a_higher_one_lets_it_go(
    bench: GatewayBench, reconciler: AsyncEngine
) -> None:
    running = await bench.published()
    await spend(bench, "11")
    await SpendGuard(reconciler, CAP * 2).guard_round()
    before = await state(bench)
    assert (before.cap, before.holds_bulk) == (CAP * 2, False), "told though nothing is held"
    await bench.relay()

    await SpendGuard(reconciler, CAP).guard_round()
    held = await bench.submit()
    await bench.start(running)
    await bench.complete(running)

    assert ((await state(bench)).cap, (await state(bench)).holds_all) == (CAP, True)
    assert not await is_published(bench, held)
    await SpendGuard(reconciler, CAP * 2).guard_round()
    await bench.until_published(held)


async def test_an_operator_lets_work_go_on_until_the_hour_ends(
    bench: GatewayBench, guard: SpendGuard
) -> None:
    await spend(bench, "11")
    await guard.guard_round()
    await bench.relay()
    held = await bench.submit()

    await waive(bench.engine, OPERATOR)

    await bench.until_published(held)
    await guard.guard_round()
    now = await state(bench)
    assert (now.holds_bulk, now.holds_all, now.waived_by) == (False, False, OPERATOR.id)
    assert now.waived_until == now.resets_at
    await let_the_hour_pass(bench)
    await spend(bench, "11")
    await guard.guard_round()
    assert (await state(bench)).holds_all, "a waiver is for one hour"


async def test_an_operator_ends_a_waiver(bench: GatewayBench, guard: SpendGuard) -> None:
    await spend(bench, "11")
    await waive(bench.engine, OPERATOR)
    await guard.guard_round()
    assert not (await state(bench)).holds_all

    await enforce(bench.engine, OPERATOR)
    await guard.guard_round()

    now = await state(bench)
    assert (now.holds_all, now.waived_until) == (True, None)


async def test_rounds_change_nothing_where_nothing_changes(bench: GatewayBench, guard: SpendGuard) -> None:
    await spend(bench, "11")
    await guard.guard_round()
    before = await bench.sql("SELECT xmin::text, is_bulk FROM spend_holds ORDER BY is_bulk")

    await guard.guard_round()

    assert await bench.sql("SELECT xmin::text, is_bulk FROM spend_holds ORDER BY is_bulk") == before


async def test_who_waits_is_told_at_once_of_each_change(bench: GatewayBench, guard: SpendGuard) -> None:
    async with await connect_directly(bench.settings.database_url, Role.READER) as listener:
        for channel in WOKEN:
            await listener.execute(f"LISTEN {channel}")
        for change in (guard.guard_round, lambda: waive(bench.engine, OPERATOR)):
            await spend(bench, "11")
            await change()

            told = {notice.channel async for notice in listener.notifies(timeout=5, stop_after=len(WOKEN))}
            assert told == WOKEN


async def test_who_is_no_operator_opens_nothing(bench: GatewayBench, guard: SpendGuard) -> None:
    await spend(bench, "11")
    await guard.guard_round()
    app = make_engine(bench.settings.database_url, Role.APP)
    async with transaction(app, UUID(int=1)) as session:
        connection = await session.connection()
        for statement in ("DELETE FROM spend_holds", "UPDATE spend_control SET waived_until = 'infinity'"):
            assert (await connection.exec_driver_sql(statement)).rowcount == 0
    await app.dispose()

    assert (await state(bench)).holds_all


def test_the_command_shows_waives_and_enforces(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_tables(postgres_url)
    monkeypatch.setenv("LODESTONE_DATABASE_URL", postgres_url)

    assert run(["show"]) == "$0.00 spent in this hour; nothing waits for it.\n"
    assert "; waived until " in run(["waive"])
    assert run(["enforce"]) == run(["show"]) == "$0.00 spent in this hour; nothing waits for it.\n"


def test_the_state_is_told_in_a_sentence() -> None:
    given = {
        "cap": 200,
        "spent": "160.5",
        "resets_at": "2026-11-29T15:00:00Z",
        "holds_bulk": True,
        "holds_all": False,
        "waived_until": None,
        "waived_by": None,
        "waived_at": None,
    }

    assert told(HourlySpend.model_validate(given)) == (
        "$160.50 of $200.00 spent in this hour; bulk work waits until 15:00 UTC.\n"
    )
    assert "all new work waits" in told(HourlySpend.model_validate(given | {"holds_all": True}))


async def test_the_projector_looks_while_jobs_live(bench: GatewayBench) -> None:
    await spend(bench, str(bench.settings.spend_an_hour))
    await bench.submit()

    await bench.projector()

    async def holds_all() -> bool:
        return (await state(bench)).holds_all

    await eventually(holds_all, within=10)

"""The snapshot behind a verdict, read from tables that the real processes fill."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from lodestone import subjects
from lodestone.bus.heartbeat import Heartbeat
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import JobRequested, JobRetrying, Priority, Reason
from lodestone.ids import new_id
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import pause, resume_gradually
from lodestone_gateway.store.holds import Holds, Scope
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.verdict.judge import judge
from lodestone_gateway.verdict.reading import look
from lodestone_gateway.verdict.snapshot import Request, Snapshot
from sqlalchemy.ext.asyncio import AsyncEngine
from support.gateway_bench import WORKER, GatewayBench
from support.waiting import eventually

OPERATOR = Actor(new_id())
SERVICE = "ideation"


@pytest.fixture
async def reader(bench: GatewayBench) -> AsyncIterator[AsyncEngine]:
    """What a gateway reads verdicts with: all rows, and no right to write."""
    engine = make_engine(bench.settings.database_url, Role.READER, pool_size=1)
    yield engine
    await engine.dispose()


async def snapshot(bench: GatewayBench, reader: AsyncEngine, requested: JobRequested) -> Snapshot:
    row = await bench.row(requested)
    async with transaction(reader) as session:
        return await look(session, row, Holds())


def codes(seen: Snapshot) -> list[str]:
    return [cause.code.value for cause in judge(seen)]


async def heard(bench: GatewayBench, *, slots: int, running: int) -> None:
    """A process of the service says that it lives."""
    beat = Heartbeat(worker_id=WORKER, service=SERVICE, slots=slots, running=running, started_at=now())
    await bench.client.publish(
        subjects.heartbeat_subject(SERVICE), beat.model_dump_json(by_alias=True).encode()
    )


async def test_what_is_ahead_is_counted_in_the_jobs_own_lane(
    bench: GatewayBench, reader: AsyncEngine
) -> None:
    owner, other = new_id(), new_id()
    for user in (owner, other, owner):
        await bench.submit(user_id=user)
    await bench.submit(user_id=other, priority=Priority.BULK)
    last = await bench.submit(user_id=owner)
    behind = await bench.submit(user_id=owner)

    seen = await snapshot(bench, reader, last)

    assert seen.request == Request(tried=False, published_at=None, ahead=3, ahead_of_owner=2)
    assert (await snapshot(bench, reader, behind)).request == Request(False, None, 4, 3)


async def test_without_processes_it_is_they_who_are_missing(bench: GatewayBench, reader: AsyncEngine) -> None:
    for _ in range(2):
        requested = await bench.submit()

    seen = await snapshot(bench, reader, requested)

    assert (seen.relay_leads, seen.projector_leads, seen.observed_at) == (False, False, None)
    assert codes(seen) == ["relay_stopped", "projector_behind"]


async def test_with_relay_and_projector_a_published_job_waits_for_a_worker(
    bench: GatewayBench, reader: AsyncEngine
) -> None:
    await bench.relay()
    await bench.projector()
    requested = await bench.submit()
    await bench.until_row(requested, lambda row: row.seq == 1)

    async def observed() -> Snapshot | None:
        found = await snapshot(bench, reader, requested)
        is_marked = found.request and found.request.published_at  # by the relay's next round
        return found if is_marked and found.undelivered and found.unfolded == 0 else None

    seen = await eventually(observed, within=20, told="the reconciler has asked the broker")

    assert seen.is_observed
    assert (seen.relay_leads, seen.projector_leads, seen.undelivered) == (True, True, 1)
    assert codes(seen) == ["no_worker"]


async def test_slots_are_in_use_while_rows_run(bench: GatewayBench, reader: AsyncEngine) -> None:
    await bench.projector()
    waits, *others = [await bench.published() for _ in range(4)]
    await bench.until_row(others[-1], lambda row: row.seq == 1)

    async def full() -> Snapshot | None:
        await heard(bench, slots=3, running=3)
        found = await snapshot(bench, reader, waits)
        return found if found.is_observed and found.beats else None

    before = await eventually(full, within=20, told="the worker was heard")
    for each in others:
        await bench.start(each)
    for each in others:
        await bench.until_row(each, lambda row: row.seq == 2)
    seen = await snapshot(bench, reader, waits)
    await bench.sql("UPDATE background_jobs SET job_type = 'posts' WHERE status = 'processing'")
    elsewhere = await snapshot(bench, reader, waits)

    assert [(beat.worker_id, beat.slots, beat.running) for beat in seen.beats] == [(WORKER, 3, 3)]
    assert (before.in_use, seen.in_use, elsewhere.in_use) == (0, 3, 0), "those of its service"
    assert not {"slot"} & set(codes(before)), "what the worker said is older than the end of its jobs"
    assert "slot" in codes(seen)


async def test_pauses_and_holds_are_those_of_the_jobs_type_and_priority(
    bench: GatewayBench, reader: AsyncEngine
) -> None:
    plain, bulk = await bench.submit(), await bench.submit(priority=Priority.BULK)
    await pause(bench.engine, OPERATOR, Scope(job_type="posts"))
    await bench.sql("INSERT INTO spend_holds VALUES (true, now() + interval '1 hour')")
    before = [await snapshot(bench, reader, each) for each in (plain, bulk)]

    await pause(bench.engine, OPERATOR, Scope(job_type="ideation"))
    await pause(bench.engine, OPERATOR, Scope(user_id=plain.user_id))
    await pause(bench.engine, OPERATOR, Scope())
    assert await resume_gradually(bench.engine, OPERATOR, Scope(), 6)
    after = await snapshot(bench, reader, plain)

    assert [list(seen.pauses) for seen in before] == [[], []]
    assert [seen.held_until is not None for seen in before] == [False, True]
    found = {(each.kind, each.paused_by, each.per_minute) for each in after.pauses}
    assert found == {
        ("job_type", OPERATOR.id, None),
        ("user", OPERATOR.id, None),
        ("everything", OPERATOR.id, 6),
    }
    assert "paused" in codes(after)


async def test_the_log_is_what_the_row_was_folded_from(bench: GatewayBench, reader: AsyncEngine) -> None:
    await bench.projector()
    requested = await bench.published()
    await bench.start(requested)
    await bench.item(requested, 0)
    reason = Reason(code=ErrorCode.AI_UNAVAILABLE, message="Overloaded.")
    later = now() + timedelta(minutes=5)
    retrying = JobRetrying(**requested.of_job(1), reason=reason, retry_at=later, counted=False)
    await bench.append(retrying)
    await bench.until_row(requested, lambda row: row.waiting_for == "provider")

    seen = await snapshot(bench, reader, requested)

    assert [(each.event, each.attempt) for each in seen.log] == [("started", 1), ("retrying", 1)]
    assert seen.log[0].body["workerId"] == WORKER
    assert abs(seen.log[1].time - now()) < timedelta(minutes=1)
    assert seen.waiting_alike == 1
    assert "breaker_open" in codes(seen)


async def test_what_came_after_the_row_was_read_is_left_out(bench: GatewayBench, reader: AsyncEngine) -> None:
    await bench.projector()
    requested = await bench.published()
    before = await bench.until_row(requested, lambda row: row.seq == 1)
    await bench.start(requested)
    await bench.until_row(requested, lambda row: row.seq == 2)

    async with transaction(reader) as session:
        seen = await look(session, before, Holds())

    assert seen.log == []

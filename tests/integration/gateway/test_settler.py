"""A dead worker's calls are settled once, by estimate, even after the job's end. Real NATS and Postgres."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from lodestone.events import JobCallFinished, JobCallStarted, JobCancelled, JobRequested, Outcome, Usage
from lodestone.ids import new_id
from lodestone.judgement import DEADLINE_PASSED
from lodestone.subjects import ask_subject
from lodestone_gateway.jobs.endings import failed
from nats.aio.msg import Msg
from prometheus_client import REGISTRY
from support.gateway_bench import WORKER, GatewayBench

DEAD = "ideation-dead"
PROMPT_COST = Decimal("0.0006")


@pytest.fixture
async def bench(bench: GatewayBench) -> AsyncIterator[GatewayBench]:
    async with bench.folding():
        yield bench


@pytest.fixture(autouse=True)
def short_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent worker is soon considered dead."""
    monkeypatch.setattr("lodestone.bus.ask.ASK_WINDOW_SECONDS", 0.2)


async def call(bench: GatewayBench, requested: JobRequested, attempt: int = 1) -> UUID:
    """Starts a call as a worker does."""
    event = JobCallStarted(
        **requested.of_job(attempt),
        call_id=new_id(),
        model="m",
        max_tokens=1_000,
        input_tokens=300,
        input_cost_usd=PROMPT_COST,
        max_cost_usd=Decimal("0.0106"),
    )
    await bench.append(event)
    return event.call_id


async def died_in_a_call(bench: GatewayBench) -> tuple[JobRequested, UUID]:
    """A job whose first worker started a call and then fell silent."""
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested, worker_id=DEAD)
    return requested, await call(bench, requested)


async def folded(bench: GatewayBench, requested: JobRequested) -> None:
    """Returns once the tables contain the whole log."""
    seq = len((await bench.log(requested)).entries)
    await bench.until_row(requested, lambda row: row.seq + row.late_calls == seq)


async def settle(bench: GatewayBench, requested: JobRequested) -> None:
    """Runs one round on the tables; returns the outcome in them."""
    await folded(bench, requested)
    await bench.settler().settle_round()
    await folded(bench, requested)


async def ledger(bench: GatewayBench, requested: JobRequested) -> list[tuple[Any, ...]]:
    rows = await bench.sql(
        "SELECT call_id, input_tokens, cost_usd, outcome, estimated FROM job_calls"  # noqa: S608
        f" WHERE job_id = '{requested.job_id}' ORDER BY started_at"
    )
    return [tuple(row) for row in rows]


async def answer(bench: GatewayBench, worker_id: str, text: str) -> None:
    """Answers as a living worker."""

    async def reply(message: Msg) -> None:
        await message.respond(text.encode())

    await bench.client.subscribe(ask_subject(worker_id), cb=reply)


async def test_call_of_a_dead_worker_is_settled_while_the_next_one_works(bench: GatewayBench) -> None:
    requested, lost = await died_in_a_call(bench)
    await bench.start(requested)
    running = await call(bench, requested, attempt=2)
    await answer(bench, WORKER, "have")

    await settle(bench, requested)

    log = await bench.log(requested)
    assert list(log.open_calls) == [running]
    assert log.settled_calls[lost].attempt == 1
    assert log.entries[-1].source == "/lodestone/reconciler"
    assert await ledger(bench, requested) == [
        (lost, 300, PROMPT_COST, "wasted", True),
        (running, 0, Decimal(0), None, False),
    ]
    row = await bench.row(requested)
    assert (row.cost_usd, row.wasted_usd, row.input_tokens) == (PROMPT_COST, PROMPT_COST, 300)
    assert (row.status, row.late_calls) == ("processing", 0)


@pytest.mark.parametrize("end", ["failed", "cancelled", "completed"])
async def test_call_of_an_ended_job_is_settled_beside_its_history(bench: GatewayBench, end: str) -> None:
    requested, lost = await died_in_a_call(bench)
    if end == "completed":
        await bench.complete(requested)
    elif end == "failed":
        await bench.append(failed(requested, await bench.log(requested), DEADLINE_PASSED))
    else:
        await bench.append(JobCancelled(**requested.of_job(1), usage=Usage()))
    await folded(bench, requested)
    before = await bench.row(requested)

    await settle(bench, requested)

    row = await bench.row(requested)
    assert await ledger(bench, requested) == [(lost, 300, PROMPT_COST, "wasted", True)]
    assert (row.status, row.seq, row.late_calls) == (end, before.seq, 1)
    assert (row.cost_usd, row.wasted_usd) == (PROMPT_COST, PROMPT_COST)
    assert len(await bench.history(requested)) == before.seq


async def test_call_is_settled_once_by_two_who_do_it_at_the_same_time_and_again(bench: GatewayBench) -> None:
    requested, lost = await died_in_a_call(bench)
    await bench.complete(requested)
    await folded(bench, requested)

    await asyncio.gather(bench.settler().settle_round(), bench.settler().settle_round())
    await settle(bench, requested)

    log = await bench.log(requested)
    assert [event.call_id for event in log.events if isinstance(event, JobCallFinished)] == [lost]
    assert (await bench.row(requested)).cost_usd == PROMPT_COST


async def test_worker_that_still_has_the_job_settles_its_calls_itself(bench: GatewayBench) -> None:
    requested, lost = await died_in_a_call(bench)
    await bench.complete(requested)
    await answer(bench, DEAD, "have")

    await settle(bench, requested)

    assert list((await bench.log(requested)).open_calls) == [lost]


async def test_worker_that_begins_anew_after_its_answer_keeps_its_new_calls(bench: GatewayBench) -> None:
    requested, lost = await died_in_a_call(bench)
    await bench.start(requested)
    begun: list[UUID] = []

    async def say_no_and_begin(message: Msg) -> None:
        await bench.start(requested, worker_id=DEAD)
        begun.append(await call(bench, requested, attempt=3))
        await message.respond(b"no")

    await bench.client.subscribe(ask_subject(DEAD), cb=say_no_and_begin)

    await settle(bench, requested)

    log = await bench.log(requested)
    assert lost in log.settled_calls
    assert list(log.open_calls) == begun


async def test_call_of_the_running_attempt_is_not_even_asked_about(bench: GatewayBench) -> None:
    requested, lost = await died_in_a_call(bench)

    await settle(bench, requested)

    assert list((await bench.log(requested)).open_calls) == [lost]


@pytest.mark.parametrize("is_over", [False, True], ids=["running", "ended"])
async def test_settlement_that_comes_after_the_estimate_is_not_paid_again(
    bench: GatewayBench, is_over: bool
) -> None:
    requested, lost = await died_in_a_call(bench)
    await bench.start(requested)
    if is_over:
        await bench.complete(requested)
    await settle(bench, requested)
    row = await bench.row(requested)

    await bench.append(
        JobCallFinished(
            **requested.of_job(1),
            call_id=lost,
            input_tokens=310,
            cost_usd=Decimal("0.05"),
            outcome=Outcome.USED,
        )
    )
    marker, _ = await died_in_a_call(bench)
    await folded(bench, marker)

    after = await bench.row(requested)
    assert await ledger(bench, requested) == [(lost, 300, PROMPT_COST, "wasted", True)]
    assert (after.cost_usd, after.late_calls) == (row.cost_usd, row.late_calls)
    assert (await bench.log(requested)).usage.cost_usd == PROMPT_COST


async def test_what_is_written_off_is_counted_and_a_lost_log_is_left_alone(bench: GatewayBench) -> None:
    def count() -> float:
        found = REGISTRY.get_sample_value("lodestone_calls_written_off_total", {"job_type": "ideation"})
        return found or 0.0

    before = count()
    requested, _lost = await died_in_a_call(bench)
    await bench.complete(requested)
    await settle(bench, requested)
    assert count() == before + 1

    wiped, open_call = await died_in_a_call(bench)
    await bench.append(failed(wiped, await bench.log(wiped), DEADLINE_PASSED))
    await folded(bench, wiped)
    await bench.lose_stream()
    await bench.settler().settle_round()

    assert count() == before + 1
    assert await ledger(bench, wiped) == [(open_call, 0, Decimal(0), None, False)]


async def test_calls_that_are_not_settled_are_counted(bench: GatewayBench) -> None:
    def measured() -> tuple[float | None, float | None]:
        names = ("lodestone_ledger_open_calls", "lodestone_ledger_open_call_oldest_age_seconds")
        count, age = map(REGISTRY.get_sample_value, names)
        return count, age

    await bench.settler().settle_round()
    assert measured() == (0, 0)

    requested, _ = await died_in_a_call(bench)
    await folded(bench, requested)
    await bench.sql("UPDATE job_calls SET started_at = started_at - interval '1 hour'")
    await bench.settler().settle_round()

    count, age = measured()
    assert count == 1
    assert age is not None
    assert 3_600 <= age < 3_700

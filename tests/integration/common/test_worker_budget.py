"""A job never spends more than its budget: a call that might exceed it is refused before it is made."""

from decimal import Decimal

from lodestone.errors import ErrorCode
from lodestone.events import JobCompleted, JobFailed
from lodestone.jobs.emails import EmailsResult
from support.mailing import emails_work
from support.worker_bench import WorkerBench

ONE_CALL = Decimal("0.03")  # the most that one of ideation's five parallel calls may cost; most cost a third
JOBS = 20


async def test_job_that_would_overdraw_its_budget_fails_and_keeps_what_is_finished(
    bench: WorkerBench,
) -> None:
    budget = ONE_CALL + Decimal("0.01")
    await bench.worker(budgets_usd={"ideation": budget})
    requested = await bench.request()

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code is ErrorCode.BUDGET_EXCEEDED
    assert "Finished parts are kept" in log.terminal.error.message
    made = await bench.calls(requested)
    assert 1 <= len(made) == len(log.settled_calls) < 5, "concurrent calls count too"
    assert len(log.items) == 2 * len(made)
    assert 0 < log.terminal.usage.cost_usd <= budget
    assert not log.open_calls
    await bench.until_acknowledged()


async def test_what_calls_may_cost_at_most_keeps_no_job_from_what_they_cost(bench: WorkerBench) -> None:
    """Together the calls of a job reserve more than its budget, and cost about half of it."""
    await bench.worker(budgets_usd={"ideation": ONE_CALL * 2 + Decimal("0.01")})

    jobs = [await bench.request() for _ in range(JOBS)]

    assert {type((await bench.until_ended(job)).terminal) for job in jobs} == {JobCompleted}


async def test_what_earlier_attempts_spent_counts(bench: WorkerBench) -> None:
    await bench.fault("cut", afterItems=0, times=50)
    await bench.worker(budgets_usd={"ideation": Decimal("0.06")})
    requested = await bench.request(max_attempts=100)

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code is ErrorCode.BUDGET_EXCEEDED
    assert log.attempt > 1
    assert log.terminal.usage.cost_usd <= Decimal("0.06")
    assert len(await bench.calls(requested)) == len(log.settled_calls)


async def test_emails_that_may_not_be_bought_are_the_template_s(bench: WorkerBench) -> None:
    await bench.worker("content", budgets_usd={"emails": Decimal("0.0001")})
    requested = await bench.request("emails", work=emails_work().to_wire())

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
    result = EmailsResult.model_validate(log.terminal.result)
    assert (result.used_fallback, result.fallback_reason) == (True, ErrorCode.BUDGET_EXCEEDED)
    assert await bench.calls(requested) == []

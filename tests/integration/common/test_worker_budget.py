"""A job never spends more than its budget: a call that might exceed it is refused before it is made."""

from decimal import Decimal

from lodestone.errors import ErrorCode
from lodestone.events import JobCompleted, JobFailed
from lodestone.jobs.emails import EmailsResult
from support.mailing import emails_work
from support.worker_bench import WorkerBench

TWO_BATCHES = Decimal("0.07")  # the most that two of ideation's five calls may cost, and less than three


async def test_job_that_would_overdraw_its_budget_fails_and_keeps_what_is_finished(
    bench: WorkerBench,
) -> None:
    await bench.worker(budgets_usd={"ideation": TWO_BATCHES})
    requested = await bench.request()

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code is ErrorCode.BUDGET_EXCEEDED
    assert "Finished parts are kept" in log.terminal.error.message
    assert len(await bench.calls(requested)) == len(log.settled_calls) == 2, "concurrent calls count too"
    assert len(log.items) == 4
    assert 0 < log.terminal.usage.cost_usd <= TWO_BATCHES
    assert not log.open_calls
    await bench.until_acknowledged()


async def test_what_earlier_attempts_spent_counts(bench: WorkerBench) -> None:
    await bench.fault("cut", afterItems=0, times=50)
    await bench.worker(budgets_usd={"ideation": Decimal("0.15")})
    requested = await bench.request(max_attempts=100)

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code is ErrorCode.BUDGET_EXCEEDED
    assert log.attempt > 1
    assert log.terminal.usage.cost_usd <= Decimal("0.15")
    assert len(await bench.calls(requested)) == len(log.settled_calls)


async def test_emails_that_may_not_be_bought_are_the_template_s(bench: WorkerBench) -> None:
    await bench.worker("content", budgets_usd={"emails": Decimal("0.0001")})
    requested = await bench.request("emails", work=emails_work().to_wire())

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
    result = EmailsResult.model_validate(log.terminal.result)
    assert (result.used_fallback, result.fallback_reason) == (True, ErrorCode.BUDGET_EXCEEDED)
    assert await bench.calls(requested) == []

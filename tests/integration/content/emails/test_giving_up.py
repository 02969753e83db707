"""Whatever makes the worker give up an emails job, the template takes over and says why. Real parts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from lodestone.events import JobCompleted, JobFailed
from lodestone.job_log import JobLog
from lodestone.jobs.emails import EmailsResult
from support.backends import NatsServer
from support.mailing import emails_work
from support.worker_bench import WorkerBench, worker_bench


@pytest.fixture
async def bench(own_nats: NatsServer) -> AsyncIterator[WorkerBench]:
    async with worker_bench(own_nats) as bench:
        await bench.worker("content")
        yield bench


async def ended(bench: WorkerBench, **job: Any) -> JobLog:
    """The log of an emails job after its end."""
    return await bench.until_ended(await bench.request("emails", **{"work": emails_work().to_wire()} | job))


def result_of(log: JobLog) -> EmailsResult:
    assert isinstance(log.terminal, JobCompleted), log.terminal
    return EmailsResult.model_validate(log.terminal.result)


def days_of_template(log: JobLog) -> list[str]:
    return [key for key, item in log.items.items() if item.item["fromTemplate"]]


@pytest.mark.parametrize(
    ("fault", "job", "reason"),
    [
        ({"kind": "cut", "afterItems": 0}, {"max_attempts": 1}, "ATTEMPTS_EXHAUSTED"),
        ({"kind": "status", "status": 503, "retryAfterSeconds": 60}, {"deadline_in": 30}, "AI_UNAVAILABLE"),
        ({"kind": "status", "status": 402}, {}, "BUDGET_EXCEEDED"),
        ({"kind": "refusal"}, {}, "AI_REFUSED"),
        ({"kind": "stall", "afterItems": 0}, {"deadline_in": 3}, "DEADLINE_EXCEEDED"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_job_that_is_given_up_completes_with_the_template(
    bench: WorkerBench, fault: dict[str, Any], job: dict[str, Any], reason: str
) -> None:
    await bench.fault(**fault, times=50)

    log = await ended(bench, **job)

    result = result_of(log)
    assert (result.used_fallback, result.fallback_reason) == (True, reason)
    assert days_of_template(log) == ["0", "1", "2", "3", "4"]
    assert not log.open_calls


async def test_emails_of_the_attempt_that_failed_stay(bench: WorkerBench) -> None:
    await bench.fault("cut", afterItems=2, times=50)

    log = await ended(bench, max_attempts=1)

    result = result_of(log)
    assert days_of_template(log) == ["2", "3", "4"]
    assert [email.body for email in result.emails] == [item.item["body"] for item in log.items.values()]


async def test_sequence_that_was_whole_when_its_call_broke_off_is_no_fallback(bench: WorkerBench) -> None:
    await bench.fault("cut", afterItems=5, times=50)

    log = await ended(bench, max_attempts=1)

    assert (result_of(log).used_fallback, days_of_template(log)) == (False, [])


async def test_job_whose_input_nobody_can_read_fails_for_that_reason(bench: WorkerBench) -> None:
    log = await ended(bench, work={"title": "only"})

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code == "INVALID_INPUT"

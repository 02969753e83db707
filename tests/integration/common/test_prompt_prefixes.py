"""Jobs whose prompts begin alike, with real parts: NATS, a service, the provider's protocol and its cache."""

import pytest
from lodestone.events import JobCallFinished, JobCompleted
from lodestone.job_log import JobLog
from lodestone.llm import prefixes
from support.samples import example_input
from support.worker_bench import WorkerBench

JOBS = 50


async def run_at_once(bench: WorkerBench, job_type: str, example: str) -> list[JobLog]:
    """Fifty jobs that wait when their service starts; their logs, once all have ended."""
    jobs = [await bench.request(job_type, work=example_input(example)) for _ in range(JOBS)]
    await bench.worker("content", slots=2 * JOBS)
    return [await bench.until_ended(job) for job in jobs]


def settlements(logs: list[JobLog]) -> list[JobCallFinished]:
    return [event for log in logs for event in log.events if isinstance(event, JobCallFinished)]


async def test_fifty_jobs_at_once_write_their_prefix_once_and_read_it_otherwise(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)

    logs = await run_at_once(bench, "posts", "posts")

    assert all(isinstance(log.terminal, JobCompleted) for log in logs)
    calls = await bench.all_calls()
    writes = [call["cacheWriteTokens"] for call in calls if call["cacheWriteTokens"]]
    reads = [call["cacheReadTokens"] for call in calls if call["cacheReadTokens"]]
    assert len(writes) == 1
    assert reads == writes * (JOBS - 1)
    settled = settlements(logs)
    assert sum(call.cache_write_tokens for call in settled) == sum(writes)
    assert sum(call.cache_read_tokens for call in settled) == sum(reads)


async def test_when_the_first_calls_fail_another_writes(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)
    await bench.fault("overloaded", times=3)

    logs = await run_at_once(bench, "posts", "posts")

    assert all(isinstance(log.terminal, JobCompleted) for log in logs)
    calls = await bench.all_calls()
    assert sum(call["cacheWriteTokens"] > 0 for call in calls) == 1
    assert len(calls) == JOBS + 3


async def test_the_others_begin_while_the_first_reply_is_still_being_written(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefixes, "LEAD_SECONDS", 100.0)
    monkeypatch.setattr(prefixes, "LONGEST_WAIT_SECONDS", 100.0)
    await bench.pace(0.1, 8)
    jobs = [await bench.request("posts", work=example_input("posts")) for _ in range(2)]
    await bench.worker("content", slots=4)

    for job in jobs:
        await bench.until_logged(job, "call_started")

    assert settlements([await bench.log(job) for job in jobs]) == []

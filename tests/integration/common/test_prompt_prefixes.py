"""Jobs whose prompts begin alike, with real parts: NATS, a service, the provider's protocol and its cache."""

import asyncio

import pytest
from lodestone.events import JobCallFinished, JobCallStarted, JobCompleted
from lodestone.job_log import JobLog
from lodestone.llm import prefixes
from support.samples import example_input
from support.worker_bench import WorkerBench

JOBS = 50
PROCESSES = 4


async def run_at_once(bench: WorkerBench, job_type: str, example: str, processes: int = 1) -> list[JobLog]:
    """Fifty jobs that wait when their service's processes start; their logs, once all have ended."""
    jobs = [await bench.request(job_type, work=example_input(example)) for _ in range(JOBS)]
    slots = JOBS // processes + 1  # those of all processes are needed, however late one of them starts
    await asyncio.gather(*(bench.worker("content", slots=slots) for _ in range(processes)))
    return [await bench.until_ended(job) for job in jobs]


async def writes_of(bench: WorkerBench) -> int:
    """How many calls wrote to the provider's cache."""
    return sum(call["cacheWriteTokens"] > 0 for call in await bench.all_calls())


def workers_of(logs: list[JobLog]) -> set[str]:
    return {worker for log in logs for worker in log.workers.values()}


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


async def test_fifty_jobs_at_once_in_several_processes_write_their_prefix_twice_at_most(
    bench: WorkerBench,
) -> None:
    await bench.pace(0.3, 0.1)

    logs = await run_at_once(bench, "posts", "posts", PROCESSES)

    assert all(isinstance(log.terminal, JobCompleted) for log in logs)
    assert len(workers_of(logs)) == PROCESSES
    assert 1 <= await writes_of(bench) <= 2


async def test_without_what_they_share_each_process_goes_on_alone(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)
    await bench.client.jetstream().delete_stream("LIMITS")

    logs = await run_at_once(bench, "posts", "posts", PROCESSES)

    assert all(isinstance(log.terminal, JobCompleted) for log in logs)
    assert 1 <= await writes_of(bench) <= PROCESSES


async def test_what_the_cache_saved_is_in_the_ledger(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)

    logs = await run_at_once(bench, "posts", "posts")

    saved = [call.cache_saved_usd for call in settlements(logs)]
    written, read = min(saved), max(saved)
    assert sorted(saved) == [written, *[read] * (JOBS - 1)]
    assert written < 0 < read, "writing costs more, reading less"


async def test_the_first_call_is_held_against_the_budget_at_the_price_of_writing(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)

    logs = await run_at_once(bench, "posts", "posts")

    started = [event for log in logs for event in log.events if isinstance(event, JobCallStarted)]
    costs = [call.max_cost_usd for call in started if call.max_cost_usd is not None]
    assert sorted(costs)[:-1] == [min(costs)] * (JOBS - 1)
    assert max(costs) > min(costs)
    for call, settled in zip(started, settlements(logs), strict=True):
        assert call.max_cost_usd is not None
        assert settled.cost_usd <= call.max_cost_usd


async def test_when_the_first_calls_fail_another_writes(bench: WorkerBench) -> None:
    await bench.pace(0.3, 0.1)
    await bench.fault("overloaded", times=3)

    logs = await run_at_once(bench, "posts", "posts")

    assert all(isinstance(log.terminal, JobCompleted) for log in logs)
    assert await writes_of(bench) == 1
    assert len(await bench.all_calls()) == JOBS + 3


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

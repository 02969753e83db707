"""A round goes on whatever fails in one of its jobs, and ends with a lost connection."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import pytest
from lodestone_gateway.reconciler.rounds import failures, look_at_each, repeat
from nats.errors import ConnectionClosedError


@dataclass(frozen=True)
class Job:
    """What a round looks at."""

    job_id: UUID


JOBS = [Job(UUID(int=number)) for number in range(5)]


def failed() -> float:
    [metric] = failures.collect()
    return metric.samples[0].value


async def test_a_job_that_fails_or_takes_too_long_holds_up_no_other() -> None:
    seen: list[Job] = []

    async def look(job: Job) -> None:
        if job is JOBS[1]:
            raise ValueError(job)
        if job is JOBS[2]:
            await asyncio.Event().wait()
        seen.append(job)

    before = failed()
    await look_at_each(JOBS, look, at_once=2, seconds=0.01, failed="could not look")

    assert seen == [JOBS[0], JOBS[3], JOBS[4]]
    assert failed() - before == 2


async def test_no_more_of_them_are_looked_at_than_at_once() -> None:
    now, most = 0, 0

    async def look(_: Job) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1

    await look_at_each(JOBS, look, at_once=2, failed="could not look")

    assert most == 2


async def test_a_lost_connection_ends_the_round() -> None:
    async def look(_: Job) -> None:
        raise ConnectionClosedError

    with pytest.raises(ConnectionClosedError):
        await look_at_each(JOBS, look, at_once=2, failed="could not look")


async def test_rounds_follow_each_other_until_the_connection_is_lost() -> None:
    outcomes: list[Exception | None] = [None, ValueError("a round"), None, ConnectionClosedError()]
    left = iter(outcomes)

    async def do_round() -> None:
        outcome = next(left)
        if outcome:
            raise outcome

    with pytest.raises(ConnectionClosedError):
        await repeat(do_round, 0.001)

    assert next(left, "none") == "none"

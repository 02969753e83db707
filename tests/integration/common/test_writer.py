"""The single writer of a job judges the newest log before each append."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from lodestone.events import (
    JobCallFinished,
    JobCancelRequested,
    JobFailed,
    JobProgress,
    JobRequested,
    KeptItem,
    Outcome,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.judgement import DEADLINE_PASSED, Standing
from lodestone.llm.ledger import CallStart
from lodestone.worker.context import AttemptContext
from lodestone.worker.writer import GOING_ON, SETTLING, Fenced, HeldItem, JobWriter, as_is
from support.logs import names
from support.worker_bench import WorkerBench

ME = "ideation-me"


class Writing:
    """A started attempt and its writer."""

    def __init__(self, bench: WorkerBench, requested: JobRequested, started: JobLog) -> None:
        self.requested = requested
        self.stopped = asyncio.Event()
        self.writer = JobWriter(
            bench.stream,
            started,
            requested=requested,
            worker_id=ME,
            attempt=1,
            on_stopped=self.stopped.set,
        )

    def message(self) -> JobProgress:
        return JobProgress(**self.requested.of_job(1), done=0, total=10, message="on")

    def settled(self) -> JobCallFinished:
        return JobCallFinished(**self.requested.of_job(1), call_id=new_id(), outcome=Outcome.WASTED)

    def item(self, key: str) -> HeldItem:
        return HeldItem(KeptItem(item_key=key, item_index=0, item={"title": key}), "one more", 10)


@pytest.fixture
async def writing(bench: WorkerBench) -> AsyncIterator[Writing]:
    requested = await bench.request()
    writing = Writing(bench, requested, await bench.start_elsewhere(requested, ME))
    yield writing
    writing.writer.close()


async def learn(writing: Writing) -> None:
    """Makes the writer read what others wrote."""
    await writing.writer.append(as_is(writing.settled()), SETTLING)


async def test_a_writer_that_was_taken_over_settles_calls_and_writes_nothing_else(
    bench: WorkerBench, writing: Writing
) -> None:
    await bench.start_elsewhere(writing.requested)
    await learn(writing)

    with pytest.raises(Fenced, match="taken"):
        await writing.writer.append(as_is(writing.message()), GOING_ON)

    assert names(await bench.log(writing.requested)) == ["requested", "started", "started", "call_finished"]
    assert writing.writer.standing is Standing.TAKEN
    assert writing.writer.is_stopped
    assert writing.stopped.is_set()


async def test_what_another_wrote_in_between_is_judged_before_the_own_event_is_written(
    bench: WorkerBench, writing: Writing
) -> None:
    await bench.append(JobFailed(**writing.requested.of_job(1), error=DEADLINE_PASSED, usage=Usage()))

    with pytest.raises(Fenced, match="ended"):
        await writing.writer.append(as_is(writing.message()), GOING_ON)

    assert names(await bench.log(writing.requested)) == ["requested", "started", "failed"]


async def test_nothing_goes_on_after_a_cancel_request(bench: WorkerBench, writing: Writing) -> None:
    user = writing.requested.user_id
    await bench.append(JobCancelRequested(**writing.requested.of_job(1), requested_by=user))
    await writing.writer.look()

    with pytest.raises(Fenced, match="cancelled"):
        await writing.writer.append(as_is(writing.message()), GOING_ON)

    assert names(await bench.log(writing.requested)) == ["requested", "started", "cancel_requested"]


async def test_held_items_are_written_before_what_comes_after_them(
    bench: WorkerBench, writing: Writing
) -> None:
    writing.writer.hold(writing.item("a"))
    writing.writer.hold(writing.item("b"))
    await writing.writer.append(as_is(writing.settled()), SETTLING)

    log = await bench.log(writing.requested)

    assert names(log) == ["requested", "started", "progress", "progress", "call_finished"]
    assert list(log.items) == ["a", "b"]


async def test_events_of_parallel_calls_are_written_in_their_order_without_a_conflict(
    bench: WorkerBench, writing: Writing
) -> None:
    events = [writing.settled() for _ in range(25)]

    await asyncio.gather(*(writing.writer.append(as_is(event), SETTLING) for event in events))

    assert list((await bench.log(writing.requested)).events[2:]) == events


async def test_a_call_that_is_given_up_while_it_is_announced_is_written_off(
    bench: WorkerBench, writing: Writing
) -> None:
    context = AttemptContext(writing.writer, writing.requested, 1, model="m", budget_usd=Decimal(1))
    call = CallStart("m", max_tokens=9, input_tokens=1, input_cost_usd=Decimal(0), max_cost_usd=Decimal(0))
    announcing = asyncio.create_task(context.start_call(call))
    await asyncio.sleep(0)  # the append is queued now, but not yet in the log

    announcing.cancel()
    await asyncio.wait({announcing})
    await writing.writer.drain()

    log = await bench.log(writing.requested)
    assert names(log) == ["requested", "started", "call_started", "call_finished"]
    assert not log.open_calls

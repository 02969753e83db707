"""A fold writes with plain SQL exactly what the models hold after folding the same events in memory."""

import random
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Outcome,
    Prompt,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import read_cursor
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from lodestone_gateway.projector.presumed import RecentRows
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, JobCall, JobEventRow
from sqlalchemy import select
from sqlmodel import col
from support.gateway_bench import GatewayBench

ODD = 'Ünïcode 👩‍🚀 "quoted" %s %(rows)s \\ \\n {"a": null} \u2028'
ONLY_IN_HISTORY = {"first_text_at"}  # the ledger has no column for it
REASON = Reason(code=ErrorCode.AI_UNAVAILABLE, message=ODD)


def life(job: JobRequested, dice: random.Random) -> list[JobEvent]:
    """A job's events with odd texts, missing fields, and numbers that a float would round."""
    call, common = new_id(), job.of_job(1)
    prompt = Prompt(name=ODD, version=1, sha256="0")
    item = {"title": ODD, "score": 0.1 + 0.2, "large": 2**60, "none": None, "list": [1, "2", {}]}
    events: list[JobEvent] = [
        job,
        JobStarted(**common, worker_id="worker", model="m", prompt=prompt),
        JobCallStarted(**common, call_id=call, model=ODD, max_tokens=100),
        JobProgress(**common, done=1, total=2, message=ODD, item_key="1", item_index=1, item=item),
        JobProgress(**common, done=2, total=2, message=ODD, item_key="0", item_index=0, item=item),
        JobCallFinished(
            **common,
            call_id=call,
            request_id=ODD,
            input_tokens=2**40,
            output_tokens=7,
            cost_usd=Decimal("0.1234567890123456789"),
            outcome=dice.choice(list(Outcome)),
        ),
    ]
    if dice.random() < 0.5:
        events.append(
            JobRetrying(**common, reason=REASON, retry_at=now() + timedelta(seconds=9), counted=True)
        )
        events.append(JobStarted(**job.of_job(2), worker_id="worker", model="m", prompt=prompt))
    if dice.random() < 0.3:
        events.append(JobCancelRequested(**common, requested_by=job.user_id))
    ends: list[JobEvent] = [
        JobCompleted(**common, result={"text": ODD, "n": 1.5}, usage=Usage()),
        JobFailed(**common, error=REASON, usage=Usage()),
    ]
    late = JobCallFinished(**common, call_id=new_id(), cost_usd=Decimal("0.5"), outcome=Outcome.WASTED)
    return [*events, dice.choice(ends), late]


def shuffled(lives: list[list[JobEvent]], dice: random.Random) -> list[JobEvent]:
    """All events in an order that keeps the order within each job."""
    left = [list(each) for each in lives]
    order = [number for number, each in enumerate(left) for _ in each]
    dice.shuffle(order)
    return [left[number].pop(0) for number in order]


async def rows(bench: GatewayBench, model: Any, *order: Any) -> list[dict[str, Any]]:
    async with transaction(bench.engine) as session:
        return [row.model_dump() for row in await session.scalars(select(model).order_by(*order))]


@pytest.mark.parametrize("seed", range(4))
async def test_tables_hold_what_the_models_say(bench: GatewayBench, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    jobs = [await bench.submit() for _ in range(6)]
    events = shuffled([life(job, dice) for job in jobs], dice)
    entries = [
        Entry(at, str(new_id()), now(), event, source=ODD, traceparent=dice.choice([None, "00-1-2-01"]))
        for at, event in enumerate(events, 1)
    ]
    before = await rows(bench, BackgroundJob, col(BackgroundJob.id))
    blank = {
        row["id"]: FoldedJob(row["id"], row["user_id"], row["job_type"], row["created_at"]) for row in before
    }

    cursor, left, recent = await read_cursor(bench.engine), list(entries), RecentRows()
    while left:
        size = dice.choice((1, 1, 1, 12))
        at = left[:size][-1].sequence
        cursor, _ = await commit_batch(bench.tables, cursor, left[:size], at, recent=recent)
        left = left[size:]

    expected = fold_batch(Folded(dict(blank), set(), set()), entries)
    for row in await rows(bench, BackgroundJob, col(BackgroundJob.id)):
        job = asdict(replace(expected.jobs[row["id"]]))
        assert {name: row[name] for name in job} == {**job, "items": list(job["items"])}
    history = await rows(bench, JobEventRow, col(JobEventRow.position))
    assert [(row["seq"], row["event_id"], row["body"], row["time"], row["source"]) for row in history] == [
        (event.seq, event.entry.event_id, event.entry.event.body(), event.entry.time, ODD)
        for event in expected.history
    ]
    calls = {row["call_id"]: row for row in await rows(bench, JobCall)}
    assert calls.keys() == {event.call_id for event in events if isinstance(event, JobCallFinished)}
    for event in events:
        if isinstance(event, JobCallStarted):
            assert (calls[event.call_id]["model"], calls[event.call_id]["max_tokens"]) == (ODD, 100)
        if isinstance(event, JobCallFinished):
            found = calls[event.call_id]
            kept = type(event).model_fields.keys() - ONLY_IN_HISTORY
            assert all(found[name] == getattr(event, name) for name in kept)

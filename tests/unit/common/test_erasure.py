"""Which texts of an event are removed, what stays, and what happens to the log of an erased job."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from lodestone.erasure import AppendEnd, Clean, Purge, on_erasure, without_texts
from lodestone.errors import ErrorCode
from lodestone.events import (
    EVENTS,
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    KeptItem,
    Outcome,
    Prompt,
    Reason,
    Usage,
)
from lodestone.job_log import Entry, JobLog
from lodestone.judgement import Wait

TEXT = "kanarienvogel"
ID = UUID("0199aa00-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
COMMON: dict[str, Any] = {"job_id": ID, "job_type": "posts", "user_id": ID, "attempt": 1}
REASON = Reason(code=ErrorCode.AI_ERROR, message=TEXT)
ITEM = {"title": TEXT}
FULL: list[JobEvent] = [
    JobRequested(
        **COMMON,
        input=ITEM,
        max_attempts=3,
        deadline_at=NOW,
        kept=[KeptItem(item_key=TEXT, item_index=0, item=ITEM)],
    ),
    JobStarted(
        **COMMON, worker_id="w", model="m", prompt=Prompt(name="p", version=1, sha256="0"), kept=[ITEM]
    ),
    JobProgress(**COMMON, done=1, total=2, message=TEXT, item=ITEM, item_key=TEXT, item_index=0, plan=[TEXT]),
    JobCallStarted(**COMMON, call_id=ID, model="m", max_tokens=9),
    JobCallFinished(**COMMON, call_id=ID, outcome=Outcome.USED),
    JobRetrying(**COMMON, reason=REASON, retry_at=NOW, counted=True),
    JobCancelRequested(**COMMON, requested_by=ID),
    JobCompleted(**COMMON, result=ITEM, usage=Usage()),
    JobFailed(**COMMON, error=REASON, usage=Usage()),
    JobCancelled(**COMMON, kept=[ITEM], usage=Usage()),
]
REQUESTED, STARTED, CALL, SETTLED, COMPLETED = FULL[0], FULL[1], FULL[3], FULL[4], FULL[7]


def log_of(*events: JobEvent) -> JobLog:
    return JobLog(tuple(Entry(at, f"{event.name}", NOW, event) for at, event in enumerate(events, 1)))


END = Entry(3, "completed", NOW, COMPLETED)


def test_every_event_is_tried() -> None:
    assert {event.name for event in FULL} == EVENTS.keys()


@pytest.mark.parametrize("event", FULL, ids=lambda event: str(event.name))
def test_texts_go_and_ids_times_states_and_figures_stay(event: JobEvent) -> None:
    left = without_texts(event)

    assert TEXT not in left.model_dump_json()
    assert without_texts(left) == left
    assert type(left).model_validate(left.body()) == left
    texts = {
        "input",
        "kept",
        "message",
        "item",
        "itemKey",
        "itemIndex",
        "plan",
        "result",
        "reason",
        "error",
        "erased",
    }
    before, after = event.body(), left.body()
    assert {k: v for k, v in after.items() if k not in texts} == {
        k: v for k, v in before.items() if k not in texts
    }
    assert after.get("erased", False) is (TEXT in event.model_dump_json())


def test_the_end_is_written_again_without_texts_before_anything_goes() -> None:
    step = on_erasure(log_of(REQUESTED, STARTED, COMPLETED), END, folded_to=3)

    assert isinstance(step, AppendEnd)
    assert (step.entry.event_id, step.entry.time) == ("completed", NOW)
    assert step.entry.event == without_texts(COMPLETED)


def test_then_everything_before_it_is_purged_and_the_log_is_clean() -> None:
    log = log_of(REQUESTED, STARTED, COMPLETED, without_texts(COMPLETED))

    assert on_erasure(log, END, folded_to=4) == Purge(4)
    assert on_erasure(JobLog(log.entries[3:]), END, folded_to=4) == Clean()


def test_a_call_that_nobody_settled_and_an_event_that_is_not_folded_are_waited_for() -> None:
    assert on_erasure(log_of(REQUESTED, CALL, COMPLETED), END, folded_to=3) == Wait()
    assert on_erasure(log_of(REQUESTED, CALL, COMPLETED, SETTLED), END, folded_to=3) == Wait()
    assert isinstance(on_erasure(log_of(REQUESTED, CALL, COMPLETED, SETTLED), END, folded_to=4), AppendEnd)


def test_text_that_comes_after_the_end_goes_too() -> None:
    log = log_of(without_texts(COMPLETED), FULL[2])

    assert isinstance(on_erasure(log, END, folded_to=2), AppendEnd)


def test_a_message_that_is_no_event_counts_as_text() -> None:
    log = JobLog(log_of(without_texts(COMPLETED)).entries, tail=2)

    assert isinstance(on_erasure(log, END, folded_to=2), AppendEnd)


def test_an_empty_log_gets_its_end_so_that_nobody_begins_it_anew() -> None:
    step = on_erasure(JobLog(), END, folded_to=9)

    assert isinstance(step, AppendEnd)
    assert on_erasure(JobLog(), None, folded_to=9) == Clean()


def test_what_a_restore_left_half_done_is_purged_whatever_calls_it_holds() -> None:
    half = Entry(2, "call_started", NOW + timedelta(seconds=1), CALL, restored="open")
    log = JobLog((*log_of(REQUESTED).entries, half))

    assert isinstance(on_erasure(log, END, folded_to=2), AppendEnd)

"""What the relay does with an outbox row: each row of its tables in docs/protocol.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.events import JobEvent
from lodestone.job_log import JobLog
from lodestone.judgement import (
    AppendCancelRequested,
    AppendRequested,
    Cancel,
    Mark,
    RowState,
    Wait,
    on_outbox_cancel,
    on_outbox_request,
)
from support.logs import (
    OTHER,
    TERMINAL,
    and_then,
    any_logs,
    cancel_requested,
    cancelled,
    log_of,
    progress,
    requested,
    retrying,
    started,
)

LIVING = RowState(is_terminal=False, seq=0)
FOLDED = RowState(is_terminal=False, seq=3)
ENDED = RowState(is_terminal=True, seq=9)
rows = st.builds(RowState, is_terminal=st.booleans(), seq=st.integers(0, 3))


def test_a_request_is_appended_at_zero_the_first_time() -> None:
    assert on_outbox_request(JobLog(), LIVING, tried=False) == AppendRequested(is_open=False)


def test_a_request_that_was_tried_before_is_appended_as_open() -> None:
    assert on_outbox_request(JobLog(), LIVING, tried=True) == AppendRequested(is_open=True)


def test_a_request_is_marked_once_it_is_seen_in_the_log() -> None:
    assert on_outbox_request(log_of(requested()), LIVING, tried=True) == Mark()


def test_a_request_is_marked_also_when_the_log_is_being_restored() -> None:
    assert on_outbox_request(log_of(requested(), restored="open"), LIVING, tried=True) == Mark()


def test_a_request_whose_job_was_folded_is_not_published_again_when_the_stream_is_lost() -> None:
    assert on_outbox_request(JobLog(), FOLDED, tried=True) == Mark()


def test_a_request_of_an_ended_job_is_marked_and_not_published() -> None:
    assert on_outbox_request(JobLog(), ENDED, tried=False) == Mark()
    assert on_outbox_request(JobLog(), ENDED, tried=True) == Mark()


def test_a_cancel_of_a_job_that_runs_is_asked_for() -> None:
    assert on_outbox_cancel(log_of(requested(), started(OTHER)), FOLDED) == AppendCancelRequested()


def test_a_cancel_that_a_running_job_was_told_is_marked_and_the_worker_ends_it() -> None:
    assert on_outbox_cancel(log_of(requested(), started(OTHER), cancel_requested()), FOLDED) == Mark()


def test_a_cancel_of_a_job_that_never_ran_is_asked_for_and_then_carried_out() -> None:
    log = log_of(requested())

    assert on_outbox_cancel(log, FOLDED) == AppendCancelRequested()
    assert on_outbox_cancel(and_then(log, cancel_requested()), FOLDED) == Cancel()


def test_a_cancel_of_a_job_between_two_attempts_is_asked_for_and_then_carried_out() -> None:
    log = log_of(requested(), started(OTHER), retrying())

    assert on_outbox_cancel(log, FOLDED) == AppendCancelRequested()
    assert on_outbox_cancel(and_then(log, cancel_requested()), FOLDED) == Cancel()


def test_a_job_that_starts_between_request_and_cancel_is_left_to_its_worker() -> None:
    log = log_of(requested(), cancel_requested(), started(OTHER))

    assert on_outbox_cancel(log, FOLDED) == Mark()


@pytest.mark.parametrize("ending", TERMINAL, ids=lambda event: event.name)
def test_a_cancel_of_an_ended_job_is_marked(ending: JobEvent) -> None:
    assert on_outbox_cancel(log_of(requested(), started(OTHER), ending), FOLDED) == Mark()


def test_a_cancel_is_marked_when_only_the_row_knows_of_the_end() -> None:
    assert on_outbox_cancel(JobLog(), ENDED) == Mark()
    assert on_outbox_cancel(log_of(requested(), restored="open"), ENDED) == Mark()


def test_a_cancel_waits_for_a_log_that_is_empty_or_open() -> None:
    assert on_outbox_cancel(JobLog(), LIVING) == Wait()
    assert on_outbox_cancel(log_of(requested(), progress(), restored="open"), FOLDED) == Wait()


@given(any_logs(), rows, st.booleans())
def test_whatever_the_log_a_request_is_appended_only_to_an_empty_one(
    log: JobLog, row: RowState, tried: bool
) -> None:
    decision = on_outbox_request(log, row, tried=tried)

    assert isinstance(decision, AppendRequested) == (not log.entries and row.seq == 0 and not row.is_terminal)


@given(any_logs(), rows)
def test_whatever_the_log_a_cancel_appends_nothing_to_a_lost_or_ended_one(log: JobLog, row: RowState) -> None:
    if log.is_lost or log.terminal or row.is_terminal:
        assert isinstance(on_outbox_cancel(log, row), Mark | Wait)


@given(any_logs(), rows)
def test_whatever_the_log_a_cancel_is_marked_only_when_log_or_row_says_so(log: JobLog, row: RowState) -> None:
    if on_outbox_cancel(log, row) == Mark():
        assert row.is_terminal or log.terminal or log.cancel


@given(any_logs(), rows)
def test_whatever_the_log_a_cancel_is_done_after_two_appends(log: JobLog, row: RowState) -> None:
    for _ in range(2):
        decision = on_outbox_cancel(log, row)
        if isinstance(decision, AppendCancelRequested):
            log = and_then(log, cancel_requested())
        elif isinstance(decision, Cancel):
            log = and_then(log, cancelled())

    assert isinstance(on_outbox_cancel(log, row), Mark | Wait)

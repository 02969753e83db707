"""What a running attempt may still do: each row of its table in docs/protocol.md."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from lodestone.events import JobEvent
from lodestone.job_log import JobLog
from lodestone.judgement import Standing, standing
from support.logs import (
    ME,
    OTHER,
    TERMINAL,
    and_then,
    any_logs,
    call_finished,
    call_started,
    cancel_requested,
    completed,
    failed,
    log_of,
    progress,
    requested,
    retrying,
    started,
)


def mine(log: JobLog, *, attempt: int = 1) -> Standing:
    return standing(log, worker_id=ME, attempt=attempt)


def test_an_attempt_goes_on_while_the_newest_start_is_its_own() -> None:
    log = log_of(requested(), started(ME), progress("a"), call_started(), call_finished())

    assert mine(log) is Standing.MINE


def test_an_attempt_goes_on_after_a_copy_for_redelivery() -> None:
    assert mine(log_of(requested(), started(ME), requested(redelivery=True))) is Standing.MINE


def test_a_later_attempt_of_the_same_worker_goes_on_and_the_earlier_one_does_not() -> None:
    log = log_of(requested(), started(ME), started(ME))

    assert mine(log, attempt=2) is Standing.MINE
    assert mine(log, attempt=1) is Standing.TAKEN


def test_an_attempt_whose_cancel_was_asked_for_closes() -> None:
    assert mine(log_of(requested(), started(ME), cancel_requested())) is Standing.CANCELLED


def test_a_cancel_that_came_before_the_start_counts_all_the_same() -> None:
    assert mine(log_of(requested(), cancel_requested(), started(ME))) is Standing.CANCELLED


def test_an_attempt_is_taken_by_a_newer_start_elsewhere() -> None:
    assert mine(log_of(requested(), started(ME), started(OTHER))) is Standing.TAKEN


def test_an_attempt_is_over_once_its_retry_is_written() -> None:
    assert mine(log_of(requested(), started(ME), retrying())) is Standing.TAKEN


def test_an_attempt_that_a_restored_log_does_not_know_is_not_its_owner() -> None:
    assert mine(log_of(requested(), restored="whole")) is Standing.TAKEN


@pytest.mark.parametrize("ending", TERMINAL, ids=lambda event: event.name)
def test_an_attempt_ends_with_the_end_that_somebody_wrote(ending: JobEvent) -> None:
    assert mine(log_of(requested(), started(ME), ending)) is Standing.ENDED


def test_an_end_stays_the_end_when_a_late_call_is_settled_after_it() -> None:
    assert mine(log_of(requested(), started(ME), failed(), call_finished())) is Standing.ENDED


def test_an_empty_log_is_lost() -> None:
    assert mine(JobLog()) is Standing.LOST


def test_an_open_log_is_lost_whatever_it_holds() -> None:
    events: Iterable[tuple[JobEvent, ...]] = [(), (cancel_requested(),), (started(OTHER),), (completed(),)]

    for more in events:
        assert mine(log_of(requested(), started(ME), *more, restored="open")) is Standing.LOST


def test_a_restored_log_that_is_whole_is_judged_as_any_other() -> None:
    assert mine(log_of(requested(), started(ME), restored="whole")) is Standing.MINE


def test_the_end_comes_before_the_takeover_and_the_takeover_before_the_cancel() -> None:
    taken = log_of(requested(), started(ME), cancel_requested(), started(OTHER))

    assert mine(taken) is Standing.TAKEN
    assert mine(and_then(taken, failed())) is Standing.ENDED


@given(any_logs())
def test_whatever_the_log_at_most_one_attempt_may_go_on(log: JobLog) -> None:
    going_on = [
        (worker, attempt)
        for worker in (ME, OTHER)
        for attempt in range(log.attempt + 2)
        if standing(log, worker_id=worker, attempt=attempt) is Standing.MINE
    ]

    assert len(going_on) <= 1


@given(any_logs())
def test_whatever_the_log_nothing_goes_on_after_a_cancel_or_an_end(log: JobLog) -> None:
    for event in (cancel_requested(), *TERMINAL):
        grown = and_then(log, event)
        for attempt in range(grown.attempt + 2):
            assert mine(grown, attempt=attempt) is not Standing.MINE


@given(any_logs())
def test_whatever_the_log_an_ended_attempt_never_comes_back(log: JobLog) -> None:
    if mine(log, attempt=log.attempt) is Standing.ENDED:
        for event in (started(ME), retrying(), progress("a"), requested(redelivery=True)):
            assert mine(and_then(log, event), attempt=log.attempt) is Standing.ENDED


@given(any_logs())
def test_whatever_the_log_a_newer_start_elsewhere_takes_the_job(log: JobLog) -> None:
    grown = and_then(log, started(OTHER))

    assert mine(grown, attempt=log.attempt) in (Standing.TAKEN, Standing.ENDED)

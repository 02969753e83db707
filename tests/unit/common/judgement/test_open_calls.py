"""Which calls the reconciler settles: those of dead attempts, before and after the job's end."""

import pytest
from hypothesis import given
from lodestone.events import JobEvent
from lodestone.job_log import JobLog
from lodestone.judgement import on_open_calls
from lodestone.spend import write_off
from support.logs import (
    CALLS,
    ME,
    OTHER,
    TERMINAL,
    and_then,
    any_logs,
    call_finished,
    call_started,
    log_of,
    requested,
    started,
)

FIRST, SECOND = CALLS[:2]
DIED = log_of(requested(), started(OTHER), call_started(FIRST))


def test_the_call_of_a_dead_worker_is_settled_once_the_job_was_taken_over() -> None:
    log = and_then(and_then(DIED, started(ME, attempt=2)), call_started(SECOND, attempt=2))

    assert [call.call_id for call in on_open_calls(log, gone={1})] == [FIRST]


def test_the_calls_of_a_worker_that_has_the_job_are_its_own() -> None:
    assert on_open_calls(DIED, gone=set()) == []


def test_the_calls_of_a_worker_that_began_anew_after_it_was_asked_are_its_own() -> None:
    log = and_then(and_then(DIED, started(OTHER, attempt=2)), call_started(SECOND, attempt=2))

    assert [call.call_id for call in on_open_calls(log, gone={1})] == [FIRST]


@pytest.mark.parametrize("end", TERMINAL, ids=lambda event: event.name)
def test_a_call_of_an_ended_job_is_settled_too(end: JobEvent) -> None:
    assert [call.call_id for call in on_open_calls(and_then(DIED, end), gone={1})] == [FIRST]


def test_a_settled_call_is_not_settled_again() -> None:
    log = log_of(requested(), started(OTHER), call_started(FIRST), call_started(SECOND), call_finished(FIRST))

    assert [call.call_id for call in on_open_calls(log, gone={1})] == [SECOND]


def test_a_lost_log_belongs_to_whoever_restores_it() -> None:
    half = log_of(requested(), started(OTHER), call_started(FIRST), restored="open")

    assert on_open_calls(half, gone={1}) == []
    assert on_open_calls(JobLog(), gone={1}) == []


@given(any_logs())
def test_settling_comes_to_an_end_and_settles_each_call_once(log: JobLog) -> None:
    gone = set(range(log.attempt + 1))
    first = on_open_calls(log, gone=gone)
    settled = 0
    while calls := on_open_calls(log, gone=gone):
        log, settled = and_then(log, write_off(log, calls[0])), settled + 1

    assert settled == len(first)
    assert all(call.call_id in log.settled_calls for call in first)

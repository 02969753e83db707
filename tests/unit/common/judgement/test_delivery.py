"""What a worker does with a delivery: each row of its table in docs/protocol.md, in order of precedence."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.errors import ErrorCode
from lodestone.events import JobEvent, JobRetrying, JobStarted
from lodestone.job_log import JobLog
from lodestone.judgement import (
    DEADLINE_PASSED,
    EXHAUSTED,
    Acknowledge,
    AskOwner,
    Cancel,
    Fail,
    Owner,
    Postpone,
    Standing,
    Start,
    Verdict,
    on_delivery,
    standing,
)
from support.logs import (
    DEADLINE_SECONDS,
    ME,
    OTHER,
    POISON_LIMIT,
    TERMINAL,
    after,
    and_then,
    any_logs,
    call_finished,
    cancel_requested,
    cancelled,
    failed,
    living_logs,
    log_of,
    progress,
    requested,
    retrying,
    started,
)

LATER = Postpone(ACK_WAIT_SECONDS)
NOW = after(100)


def receive(log: JobLog, **circumstances: Any) -> Verdict:
    """The verdict at second 100 of a worker that runs no job and has asked no other worker."""
    usual: dict[str, Any] = {
        "worker_id": ME,
        "running_here": False,
        "owner": Owner.NOT_ASKED,
        "now": NOW,
        "poison_limit": POISON_LIMIT,
    }
    return on_delivery(log, **(usual | circumstances))


@pytest.mark.parametrize("ending", TERMINAL, ids=lambda event: event.name)
def test_an_ended_job_is_acknowledged(ending: JobEvent) -> None:
    assert receive(log_of(requested(), started(), ending)) == Acknowledge()


def test_an_ended_job_is_acknowledged_also_when_a_late_call_is_settled_after_the_end() -> None:
    assert receive(log_of(requested(), started(), failed(), call_finished())) == Acknowledge()


def test_a_job_that_runs_in_this_process_is_postponed_and_keeps_its_run() -> None:
    assert receive(log_of(requested(), started(ME)), running_here=True) == LATER


def test_a_job_that_is_about_to_start_in_this_process_is_not_started_twice() -> None:
    assert receive(log_of(requested()), running_here=True) == LATER


def test_an_empty_log_is_the_reconcilers() -> None:
    assert receive(JobLog()) == LATER


def test_an_open_log_is_the_reconcilers() -> None:
    assert receive(log_of(requested(), started(), restored="open")) == LATER


def test_a_log_whose_request_is_not_back_yet_is_the_reconcilers() -> None:
    assert receive(log_of(started(), progress())) == LATER


def test_a_whole_restored_log_is_taken_up_again() -> None:
    assert receive(log_of(requested(), restored="whole")) == Start(1)


def test_a_job_that_another_worker_started_is_not_taken_before_that_one_was_asked() -> None:
    assert receive(log_of(requested(), started(OTHER))) == AskOwner(OTHER)


def test_a_job_that_its_owner_still_has_is_postponed() -> None:
    assert receive(log_of(requested(), started(OTHER)), owner=Owner.HAS_IT) == LATER


def test_a_job_whose_owner_is_gone_is_started_again() -> None:
    assert receive(log_of(requested(), started(OTHER)), owner=Owner.GONE) == Start(2)


def test_a_living_owner_is_not_overruled_by_cancel_deadline_or_attempts() -> None:
    log = log_of(requested(max_attempts=1), retrying(), started(OTHER), cancel_requested())

    assert receive(log, owner=Owner.HAS_IT, now=after(10_000)) == LATER


def test_a_job_that_this_worker_let_go_is_started_again_without_asking() -> None:
    assert receive(log_of(requested(), started(ME))) == Start(2)


def test_a_job_between_two_attempts_has_no_owner_to_ask() -> None:
    assert receive(log_of(requested(), started(OTHER), retrying())) == Start(2)


def test_a_job_whose_cancel_was_asked_for_is_cancelled() -> None:
    assert receive(log_of(requested(), cancel_requested())) == Cancel()


def test_a_cancel_is_carried_out_for_an_owner_that_is_gone() -> None:
    log = log_of(requested(), started(OTHER), cancel_requested())

    assert receive(log) == AskOwner(OTHER)
    assert receive(log, owner=Owner.GONE) == Cancel()


def test_cancel_comes_before_deadline() -> None:
    assert receive(log_of(requested(), cancel_requested()), now=after(DEADLINE_SECONDS)) == Cancel()


def test_cancel_comes_before_the_wait_for_the_next_attempt() -> None:
    log = log_of(requested(), started(), retrying(retry_at=after(500)), cancel_requested())

    assert receive(log) == Cancel()


def test_a_job_past_its_deadline_fails() -> None:
    assert receive(log_of(requested()), now=after(DEADLINE_SECONDS)) == Fail(DEADLINE_PASSED)


def test_a_job_may_start_until_its_deadline() -> None:
    assert receive(log_of(requested()), now=after(DEADLINE_SECONDS - 0.001)) == Start(1)


def test_deadline_comes_before_the_wait_for_the_next_attempt() -> None:
    log = log_of(requested(), started(), retrying(retry_at=after(DEADLINE_SECONDS + 60)))

    assert receive(log, now=after(DEADLINE_SECONDS)) == Fail(DEADLINE_PASSED)


def test_a_job_whose_next_attempt_is_ahead_waits_for_the_rest() -> None:
    log = log_of(requested(), started(), retrying(retry_at=after(112.5)))

    assert receive(log) == Postpone(12.5)


def test_a_job_starts_at_the_moment_of_its_next_attempt() -> None:
    assert receive(log_of(requested(), started(), retrying(retry_at=NOW))) == Start(2)


def test_a_wait_of_an_earlier_attempt_does_not_hold_a_later_one_up() -> None:
    log = log_of(requested(), started(OTHER), retrying(retry_at=after(500)), started(OTHER))

    assert receive(log, owner=Owner.GONE) == Start(3)


def test_a_copy_for_redelivery_does_not_end_the_wait_for_the_next_attempt() -> None:
    log = log_of(requested(), started(), retrying(retry_at=after(110)), requested(redelivery=True))

    assert receive(log) == Postpone(10)


def test_a_job_whose_counted_attempts_are_used_up_fails() -> None:
    log = log_of(requested(max_attempts=2), started(), retrying(), started(), retrying())

    assert receive(log) == Fail(EXHAUSTED)


def test_a_job_has_as_many_counted_attempts_as_it_was_given() -> None:
    assert receive(log_of(requested(max_attempts=2), started(), retrying())) == Start(2)


def test_the_wait_for_the_next_attempt_comes_before_used_up_attempts() -> None:
    log = log_of(requested(max_attempts=1), started(), retrying(retry_at=after(103)))

    assert receive(log) == Postpone(3)


def test_attempts_that_do_not_count_never_use_a_job_up() -> None:
    handed_back = [event for _ in range(20) for event in (started(), retrying(counted=False))]

    assert receive(log_of(requested(), *handed_back)) == Start(21)


def test_a_job_under_which_too_many_workers_died_fails() -> None:
    log = log_of(requested(), *(started(OTHER) for _ in range(POISON_LIMIT)))

    assert receive(log, owner=Owner.GONE) == Fail(EXHAUSTED)


def test_one_death_below_the_limit_is_followed_by_another_start() -> None:
    log = log_of(requested(), *(started(OTHER) for _ in range(POISON_LIMIT - 1)))

    assert receive(log, owner=Owner.GONE) == Start(POISON_LIMIT)


def test_deaths_do_not_count_as_attempts() -> None:
    log = log_of(requested(max_attempts=1), started(OTHER), started(OTHER))

    assert receive(log, owner=Owner.GONE) == Start(3)


def test_a_new_job_is_started_as_its_first_attempt() -> None:
    assert receive(log_of(requested())) == Start(1)


def test_the_reasons_say_what_happened_and_that_finished_parts_are_kept() -> None:
    assert DEADLINE_PASSED.code is ErrorCode.DEADLINE_EXCEEDED
    assert EXHAUSTED.code is ErrorCode.ATTEMPTS_EXHAUSTED
    assert all("Finished parts are kept" in reason.message for reason in (DEADLINE_PASSED, EXHAUSTED))


circumstances = st.fixed_dictionaries(
    {
        "running_here": st.booleans(),
        "owner": st.sampled_from(Owner),
        "now": st.integers(0, 2 * DEADLINE_SECONDS).map(after),
        "poison_limit": st.integers(1, 5),
    }
)


@given(any_logs(), circumstances)
def test_whatever_the_log_an_ended_job_is_only_ever_acknowledged(log: JobLog, case: dict[str, Any]) -> None:
    assert (receive(log, **case) == Acknowledge()) == bool(log.terminal)


@given(any_logs(), circumstances)
def test_whatever_the_log_nothing_is_appended_to_an_empty_or_open_one(
    log: JobLog, case: dict[str, Any]
) -> None:
    if log.is_lost:
        assert isinstance(receive(log, **case), Acknowledge | Postpone)


@given(any_logs(), circumstances)
def test_whatever_the_log_a_start_is_allowed_by_all_of_it(log: JobLog, case: dict[str, Any]) -> None:
    verdict = receive(log, **case)

    if isinstance(verdict, Start):
        assert log.requested
        assert not any((log.terminal, log.cancel, log.is_lost))
        assert not case["running_here"]
        assert log.owner in (None, ME) or case["owner"] is Owner.GONE
        assert log.counted < log.requested.max_attempts
        assert log.deaths < case["poison_limit"]
        assert case["now"] < log.requested.deadline_at
        assert verdict.attempt == log.attempt + 1


@given(any_logs(), circumstances)
def test_whatever_the_log_a_job_of_a_living_owner_is_left_alone(log: JobLog, case: dict[str, Any]) -> None:
    if log.owner == OTHER and not log.is_lost:
        assert receive(log, **(case | {"owner": Owner.HAS_IT})) == LATER


@given(any_logs(), circumstances)
def test_whatever_the_log_a_delay_is_the_ack_wait_or_ends_with_the_next_attempt(
    log: JobLog, case: dict[str, Any]
) -> None:
    verdict = receive(log, **case)

    if isinstance(verdict, Postpone) and verdict != LATER:
        assert isinstance(log.state, JobRetrying)
        assert case["now"] + timedelta(seconds=verdict.seconds) == log.state.retry_at > case["now"]


@given(living_logs(), circumstances)
def test_a_start_that_was_stored_makes_the_attempt_the_workers_own(log: JobLog, case: dict[str, Any]) -> None:
    verdict = receive(log, **case)

    if isinstance(verdict, Start):
        grown = and_then(log, started(ME))
        assert standing(grown, worker_id=ME, attempt=verdict.attempt) is Standing.MINE


@given(living_logs(), circumstances)
def test_each_way_of_ending_a_job_ends_it(log: JobLog, case: dict[str, Any]) -> None:
    verdict = receive(log, **case)

    if isinstance(verdict, Cancel | Fail):
        grown = and_then(log, cancelled() if isinstance(verdict, Cancel) else failed())
        assert receive(grown, **case) == Acknowledge()


@given(living_logs())
def test_a_job_on_which_every_worker_dies_is_failed_after_the_limit(log: JobLog) -> None:
    """Whatever the log's beginning, the job ends after at most the limit's number of starts."""
    now: datetime = after(0)
    for _ in range(POISON_LIMIT + 1):
        verdict = receive(log, owner=Owner.GONE, now=now)
        if isinstance(verdict, Postpone):  # for the next attempt
            now = after((now - after(0)).total_seconds() + verdict.seconds)
            verdict = receive(log, owner=Owner.GONE, now=now)
        if not isinstance(verdict, Start):
            break
        log = and_then(log, started(OTHER))

    assert isinstance(verdict, Cancel | Fail)
    assert sum(isinstance(event, JobStarted) for event in log.events) == log.attempt

"""What the reconciler does with a job that makes no progress: each row of its table in docs/protocol.md."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.deadlines import DEADLINE_SLACK_SECONDS
from lodestone.events import JobEvent
from lodestone.job_log import JobLog
from lodestone.judgement import (
    CANCEL_PATIENCE,
    DEADLINE_PASSED,
    IDLE_BEFORE_REDELIVERY,
    AskOwner,
    Cancel,
    Fail,
    Owner,
    Redeliver,
    Repair,
    Restore,
    Wait,
    on_reconcile,
)
from support.logs import (
    DEADLINE_SECONDS,
    OTHER,
    TERMINAL,
    after,
    and_then,
    any_logs,
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

OVERDUE = after(DEADLINE_SECONDS + DEADLINE_SLACK_SECONDS)
INSTANT = timedelta(milliseconds=1)


def reconcile(log: JobLog, **circumstances: Any) -> Repair:
    """The repair at second 100 of a job with no newer rows in Postgres and a lost delivery."""
    usual: dict[str, Any] = {
        "lacks_events": False,
        "deadline_at": after(DEADLINE_SECONDS),
        "now": after(100),
        "broker_holds_message": False,
        "owner": Owner.NOT_ASKED,
    }
    return on_reconcile(log, **(usual | circumstances))


def silent_for(log: JobLog, silence: timedelta) -> datetime:
    return log.entries[-1].time + silence


def test_a_job_past_its_deadline_and_the_slack_fails() -> None:
    log = log_of(requested(), started(OTHER))

    assert reconcile(log, now=OVERDUE) == Fail(DEADLINE_PASSED)


def test_a_job_past_its_deadline_fails_also_while_its_owner_lives_and_its_delivery_is_held() -> None:
    log = log_of(requested(), started(OTHER))

    assert reconcile(log, now=OVERDUE, owner=Owner.HAS_IT, broker_holds_message=True) == Fail(DEADLINE_PASSED)


def test_a_worker_has_the_slack_to_end_a_job_by_itself() -> None:
    assert reconcile(log_of(requested()), now=OVERDUE - INSTANT, broker_holds_message=True) == Wait()


def test_an_overdue_job_whose_cancel_was_asked_for_is_cancelled_and_not_failed() -> None:
    assert reconcile(log_of(requested(), cancel_requested()), now=OVERDUE) == Cancel()


@pytest.mark.parametrize("owner", Owner)
def test_a_cancel_that_nobody_answered_for_some_seconds_is_carried_out(owner: Owner) -> None:
    log = log_of(requested(), started(OTHER), cancel_requested())

    assert reconcile(log, owner=owner, now=silent_for(log, CANCEL_PATIENCE + INSTANT)) == Cancel()


def test_a_worker_has_some_seconds_to_answer_a_cancel() -> None:
    log = log_of(requested(), started(OTHER), cancel_requested())

    assert reconcile(log, now=silent_for(log, CANCEL_PATIENCE)) == Wait()


def test_a_worker_that_is_closing_its_calls_gets_more_time() -> None:
    log = log_of(requested(), started(OTHER), cancel_requested(), progress("a"))

    assert reconcile(log, now=silent_for(log, CANCEL_PATIENCE)) == Wait()


def test_a_request_that_the_broker_lost_is_delivered_again() -> None:
    log = log_of(requested())

    assert reconcile(log, now=silent_for(log, IDLE_BEFORE_REDELIVERY + INSTANT)) == Redeliver()


def test_a_request_is_not_delivered_again_before_it_was_idle() -> None:
    log = log_of(requested())

    assert reconcile(log, now=silent_for(log, IDLE_BEFORE_REDELIVERY)) == Wait()


def test_a_request_is_not_delivered_again_while_the_broker_holds_it() -> None:
    assert reconcile(log_of(requested()), broker_holds_message=True) == Wait()


def test_a_running_job_is_delivered_again_only_when_its_owner_was_asked_and_is_gone() -> None:
    log = log_of(requested(), started(OTHER))

    assert reconcile(log, owner=Owner.NOT_ASKED) == AskOwner(OTHER)
    assert reconcile(log, owner=Owner.HAS_IT) == Wait()
    assert reconcile(log, owner=Owner.GONE) == Redeliver()


def test_a_job_between_two_attempts_is_delivered_again_without_asking() -> None:
    assert reconcile(log_of(requested(), started(OTHER), retrying())) == Redeliver()


def test_a_log_that_lacks_events_is_restored() -> None:
    assert reconcile(log_of(requested()), lacks_events=True) == Restore()
    assert reconcile(JobLog(), lacks_events=True) == Restore()


def test_an_open_log_is_restored() -> None:
    assert reconcile(log_of(requested(), restored="open")) == Restore()


def test_restoring_comes_before_everything_else() -> None:
    log = log_of(requested(), cancel_requested())

    assert reconcile(log, lacks_events=True, now=OVERDUE) == Restore()
    assert reconcile(log_of(*log.events, restored="open"), now=OVERDUE) == Restore()


def test_an_overdue_job_that_was_never_published_gets_its_request_first_and_then_fails() -> None:
    assert reconcile(JobLog(), now=OVERDUE) == Restore(with_unmarked=True)
    assert reconcile(log_of(requested(), restored="whole"), now=OVERDUE) == Fail(DEADLINE_PASSED)


def test_a_request_that_still_waits_in_the_outbox_is_left_to_the_relay() -> None:
    assert reconcile(JobLog()) == Wait()


@pytest.mark.parametrize("ending", TERMINAL, ids=lambda event: event.name)
def test_an_end_that_is_not_folded_yet_is_left_to_the_projector(ending: JobEvent) -> None:
    log = log_of(requested(), started(OTHER), ending)

    assert reconcile(log, now=OVERDUE) == Wait()
    assert reconcile(log, lacks_events=True, now=OVERDUE) == Wait()


circumstances = st.fixed_dictionaries(
    {
        "lacks_events": st.booleans(),
        "now": st.integers(0, 2 * DEADLINE_SECONDS).map(after),
        "broker_holds_message": st.booleans(),
        "owner": st.sampled_from(Owner),
    }
)


@given(any_logs(), circumstances)
def test_whatever_the_log_an_ended_one_is_never_touched(log: JobLog, case: dict[str, Any]) -> None:
    if log.terminal:
        assert reconcile(log, **case) == Wait()


@given(any_logs(), circumstances)
def test_whatever_the_log_a_lost_one_is_restored_or_left_alone(log: JobLog, case: dict[str, Any]) -> None:
    if log.is_lost or case["lacks_events"]:
        assert isinstance(reconcile(log, **case), Restore | Wait)


@given(living_logs(), circumstances)
def test_whatever_the_log_no_living_job_outlives_its_deadline_and_the_slack(
    log: JobLog, case: dict[str, Any]
) -> None:
    repair = reconcile(log, **(case | {"now": OVERDUE, "lacks_events": False}))
    assert isinstance(repair, Cancel | Fail)

    ended = and_then(log, cancelled() if isinstance(repair, Cancel) else failed())
    assert reconcile(ended, **(case | {"now": OVERDUE})) == Wait()


@given(any_logs(), circumstances)
def test_whatever_the_log_only_a_cancel_that_was_asked_for_cancels(log: JobLog, case: dict[str, Any]) -> None:
    repair = reconcile(log, **case)

    if isinstance(repair, Cancel):
        assert log.cancel
    if isinstance(repair, Fail):
        assert not log.cancel
        assert case["now"] >= OVERDUE

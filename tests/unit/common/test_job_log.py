"""What a log says: attempt, owner, deaths, items, open calls, usage."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from lodestone.events import JobRequested, JobRetrying, JobStarted, Outcome
from lodestone.job_log import Entry, JobLog, kept_item, total_usage
from support.logs import (
    CALLS,
    FIRST_SEQUENCE,
    ME,
    OTHER,
    and_then,
    any_logs,
    call_finished,
    call_started,
    cancel_requested,
    cancelled,
    completed,
    entry,
    failed,
    log_of,
    progress,
    requested,
    retrying,
    started,
)

EMPTY = JobLog()


def test_the_next_append_expects_the_newest_sequence() -> None:
    assert log_of(requested(), started()).last_sequence == FIRST_SEQUENCE + 1


def test_an_empty_log_expects_zero() -> None:
    assert EMPTY.last_sequence == 0


def test_a_newest_message_that_is_no_event_counts_for_the_fence() -> None:
    assert replace(log_of(requested()), tail=5000).last_sequence == 5000


def test_a_message_that_is_no_event_does_not_hide_a_newer_event() -> None:
    assert replace(log_of(requested()), tail=3).last_sequence == FIRST_SEQUENCE


def test_an_event_is_found_anywhere_in_the_log_not_only_at_its_end() -> None:
    log = log_of(requested(), started(), cancel_requested())

    assert log.holds("event-1")
    assert not log.holds("event-3")


def test_one_more_event_makes_a_new_log_and_leaves_the_old_one() -> None:
    before = log_of(requested())

    after = before.with_entry(entry(started(), 1))

    assert (len(before.entries), len(after.entries)) == (1, 2)
    assert (before.attempt, after.attempt) == (0, 1)


def test_a_log_is_open_only_while_its_newest_event_says_so() -> None:
    half = log_of(requested(), started(), restored="open")

    assert half.is_open
    assert not half.with_entry(entry(progress(), 2, "whole")).is_open
    assert not half.with_entry(entry(progress(), 2)).is_open


def test_an_empty_and_an_open_log_are_lost_and_a_whole_one_is_not() -> None:
    assert EMPTY.is_lost
    assert log_of(requested(), restored="open").is_lost
    assert not log_of(requested(), restored="whole").is_lost
    assert not log_of(requested()).is_lost


def test_an_event_that_comes_twice_counts_once() -> None:
    log = log_of(requested(), started(), retrying())
    again = log.with_entry(entry(log.entries[1].event, 3, event_id="event-1"))

    assert again.events == log.events
    assert again.attempt == 1


def test_an_event_that_comes_twice_keeps_its_first_place() -> None:
    log = log_of(requested(), started(), retrying())
    again = log.with_entry(entry(log.entries[1].event, 3, event_id="event-1"))

    assert isinstance(again.state, JobRetrying)
    assert again.owner is None


def test_the_attempt_is_the_number_of_starts() -> None:
    log = log_of(requested(), started(ME), retrying(), started(OTHER), started(ME))

    assert log.attempt == 3


def test_a_job_is_owned_by_its_newest_start() -> None:
    assert log_of(requested(), started(ME), started(OTHER), progress()).owner == OTHER


def test_nobody_owns_a_job_before_its_first_start_between_attempts_and_after_the_end() -> None:
    assert log_of(requested()).owner is None
    assert log_of(requested(), started(), retrying()).owner is None
    assert log_of(requested(), started(), completed()).owner is None


def test_a_copy_for_redelivery_changes_no_state() -> None:
    running = log_of(requested(), started(ME), requested(redelivery=True))
    waiting = log_of(requested(), started(ME), retrying(), requested(redelivery=True))

    assert running.owner == ME
    assert isinstance(waiting.state, JobRetrying)
    assert running.requested == requested()


def test_the_state_of_a_new_job_is_its_request() -> None:
    assert isinstance(log_of(requested(), progress()).state, JobRequested)
    assert EMPTY.state is None


def test_the_first_terminal_event_counts() -> None:
    log = log_of(requested(), started(), completed(), cancelled())

    assert log.terminal == completed()


def test_only_counted_retries_use_attempts_up() -> None:
    log = log_of(
        requested(), started(), retrying(), started(), retrying(counted=False), started(), retrying()
    )

    assert log.counted == 2


def test_a_start_that_nothing_ended_is_a_death() -> None:
    assert log_of(requested(), started(), progress()).deaths == 1
    assert log_of(requested(), started(), started(OTHER)).deaths == 2


def test_a_start_that_was_handed_back_or_ended_the_job_is_no_death() -> None:
    assert log_of(requested(), started(), retrying(counted=False)).deaths == 0
    assert log_of(requested(), started(), retrying(), started(), failed()).deaths == 0


def test_a_death_stays_counted_when_the_next_attempt_ends_well() -> None:
    assert log_of(requested(), started(), started(OTHER), completed()).deaths == 1


def test_the_first_cancel_request_is_the_one_that_is_seen() -> None:
    assert log_of(requested(), cancel_requested(), progress()).cancel == cancel_requested()
    assert log_of(requested()).cancel is None


def test_items_stand_in_the_order_of_the_result_not_of_their_coming() -> None:
    log = log_of(requested(), started(), progress("c", 2), progress("a", 0), progress("b", 1))

    assert list(log.items) == ["a", "b", "c"]


def test_an_item_with_the_same_key_replaces_the_earlier_one() -> None:
    log = log_of(requested(), progress("a", 0, "old"), progress("b", 1), progress("a", 0, "new"))

    assert [item.item["text"] for item in log.items.values()] == ["new", "x"]


def test_a_message_without_an_item_is_no_item() -> None:
    assert kept_item(progress()) is None
    assert log_of(requested(), progress()).items == {}


def test_items_of_all_attempts_are_kept() -> None:
    log = log_of(requested(), started(), progress("a", 0), started(OTHER), progress("b", 1))

    assert list(log.items) == ["a", "b"]


def test_a_call_is_open_until_it_is_settled() -> None:
    log = log_of(requested(), call_started(CALLS[0]), call_started(CALLS[1]), call_finished(CALLS[0]))

    assert list(log.open_calls) == [CALLS[1]]


def test_usage_is_the_sum_of_all_settled_calls_and_tells_what_was_wasted() -> None:
    log = log_of(
        requested(),
        call_finished(
            CALLS[0], cost_usd=Decimal("0.10"), cache_read_tokens=3, cache_saved_usd=Decimal("0.05")
        ),
        call_finished(
            CALLS[1],
            Outcome.WASTED,
            cost_usd=Decimal("0.02"),
            cache_write_tokens=2,
            cache_saved_usd=Decimal("-0.01"),
        ),
    )

    assert log.usage.to_wire() == {
        "inputTokens": 14,
        "outputTokens": 10,
        "cacheReadTokens": 3,
        "cacheWriteTokens": 2,
        "costUsd": "0.12",
        "cacheSavedUsd": "0.04",
        "wastedUsd": "0.02",
    }


def test_a_job_without_calls_used_nothing() -> None:
    assert total_usage([]).to_wire() == {
        "inputTokens": 0,
        "outputTokens": 0,
        "cacheReadTokens": 0,
        "cacheWriteTokens": 0,
        "costUsd": "0",
        "cacheSavedUsd": "0",
        "wastedUsd": "0",
    }


@given(any_logs())
def test_a_log_that_holds_all_its_events_twice_says_the_same(log: JobLog) -> None:
    later: list[Entry] = [replace(e, sequence=e.sequence + 100) for e in log.entries]
    twice = JobLog((*log.entries, *later))

    for name in ("events", "requested", "terminal", "attempt", "owner", "counted", "deaths", "cancel"):
        assert getattr(twice, name) == getattr(log, name), name
    assert (twice.items, twice.open_calls, twice.usage) == (log.items, log.open_calls, log.usage)


@given(any_logs())
def test_deaths_and_counted_attempts_are_never_more_than_starts_and_retries(log: JobLog) -> None:
    starts = sum(isinstance(event, JobStarted) for event in log.events)
    retries = sum(isinstance(event, JobRetrying) for event in log.events)

    assert 0 <= log.deaths <= starts
    assert log.counted <= retries


@given(any_logs())
def test_attempt_and_end_never_go_back(log: JobLog) -> None:
    longer = and_then(and_then(log, started(OTHER)), failed())

    assert longer.attempt == log.attempt + 1
    assert log.terminal in (None, longer.terminal)
    assert longer.last_sequence > log.last_sequence


def test_a_call_that_is_settled_twice_is_paid_for_once_and_the_first_settlement_counts() -> None:
    estimate = call_finished(outcome=Outcome.WASTED, estimated=True, cost_usd=Decimal("0.02"))
    log = log_of(requested(), started(), call_started(), estimate, call_finished())

    assert log.settled_calls == {CALLS[0]: estimate}
    assert (log.usage.cost_usd, log.usage.wasted_usd) == (Decimal("0.02"), Decimal("0.02"))


def test_a_log_knows_who_ran_which_attempt() -> None:
    assert log_of(requested(), started(OTHER), started(ME, attempt=2)).workers == {1: OTHER, 2: ME}

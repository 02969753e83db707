"""Whether a failed attempt is retried, and when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.errors import (
    AttemptFailed,
    ErrorCode,
    IncompleteReply,
    InvalidOutput,
    ProviderLimited,
    ProviderUnavailable,
    Refused,
    TransientFailure,
)
from lodestone.job_log import JobLog
from lodestone.retry import LONGEST_DELAY_SECONDS, GiveUp, RetryLater, backoff_seconds, decide
from support.logs import DEADLINE_SECONDS, after, log_of, requested, retrying, started

NOW = after(10)


def log(*, counted: int = 0, uncounted: int = 0) -> JobLog:
    ended = [retrying(counted=True)] * counted + [retrying(counted=False)] * uncounted
    return log_of(requested(), *(event for retry in ended for event in (started(), retry)), started())


@pytest.mark.parametrize("failure", [Refused(), InvalidOutput()])
def test_what_no_attempt_can_mend_ends_the_job_at_once(failure: AttemptFailed) -> None:
    decision = decide(failure, log(), now=NOW, jitter=0.5)

    assert isinstance(decision, GiveUp)
    assert decision.reason.code == failure.code


def test_a_broken_reply_is_tried_again_and_counts() -> None:
    decision = decide(IncompleteReply(), log(), now=NOW, jitter=0.0)

    assert isinstance(decision, RetryLater)
    assert decision.counted
    assert decision.retry_at > NOW


def test_the_last_counted_attempt_ends_the_job_and_says_how_often_it_was_tried() -> None:
    decision = decide(IncompleteReply(), log(counted=2), now=NOW, jitter=0.0)

    assert isinstance(decision, GiveUp)
    assert decision.reason.code is ErrorCode.ATTEMPTS_EXHAUSTED
    assert "3 times" in decision.reason.message


@pytest.mark.parametrize(
    ("failure", "waiting_for"), [(ProviderUnavailable(), None), (ProviderLimited(), "rate_limit")]
)
def test_an_overloaded_provider_never_uses_attempts_up(
    failure: TransientFailure, waiting_for: str | None
) -> None:
    decision = decide(failure, log(counted=2, uncounted=9), now=NOW, jitter=1.0)

    assert isinstance(decision, RetryLater)
    assert (decision.counted, decision.waiting_for) == (False, waiting_for)


def test_the_providers_own_delay_is_obeyed() -> None:
    decision = decide(ProviderUnavailable(retry_after_seconds=90), log(), now=NOW, jitter=0.0)

    assert isinstance(decision, RetryLater)
    assert decision.retry_at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize("asked", [DEADLINE_SECONDS, 86_400.0, 999_999_999_999.0, 1e308])
def test_a_wait_that_the_deadline_does_not_allow_is_cut_and_the_provider_asked_again(asked: float) -> None:
    decision = decide(ProviderUnavailable(retry_after_seconds=asked), log(), now=NOW, jitter=0.0)

    assert isinstance(decision, RetryLater)
    assert decision.retry_at == NOW + timedelta(seconds=(DEADLINE_SECONDS - 10) / 2)
    assert not decision.counted


def test_a_provider_that_goes_on_asking_for_too_long_a_wait_is_asked_a_few_times_until_the_deadline() -> None:
    asking, now, tries = ProviderUnavailable(retry_after_seconds=1e9), NOW, 0
    while isinstance(decision := decide(asking, log(), now=now, jitter=1.0), RetryLater):
        now, tries = decision.retry_at, tries + 1

    assert decision.reason.code is ErrorCode.AI_UNAVAILABLE
    assert 5 <= tries <= 10
    assert now < after(DEADLINE_SECONDS)


def test_a_provider_that_asks_for_no_delay_or_a_negative_one_is_called_again_at_once() -> None:
    for asked in (0.0, -5.0):
        decision = decide(ProviderUnavailable(retry_after_seconds=asked), log(), now=NOW, jitter=0.0)

        assert isinstance(decision, RetryLater)
        assert decision.retry_at == NOW


def test_workers_that_were_told_the_same_delay_do_not_come_back_at_the_same_moment() -> None:
    failure = ProviderUnavailable(retry_after_seconds=30)

    first, second = (decide(failure, log(), now=NOW, jitter=jitter) for jitter in (0.1, 0.9))

    assert isinstance(first, RetryLater)
    assert isinstance(second, RetryLater)
    assert NOW + timedelta(seconds=30) < first.retry_at < second.retry_at


def test_each_retry_waits_longer_than_the_one_before_whether_it_counted_or_not() -> None:
    decisions = [
        decide(ProviderUnavailable(), log(uncounted=uncounted), now=NOW, jitter=0.0) for uncounted in range(3)
    ]

    times = [decision.retry_at for decision in decisions if isinstance(decision, RetryLater)]
    assert times == [after(11), after(12), after(14)]


def test_an_attempt_that_would_begin_at_the_deadline_is_not_begun() -> None:
    late = after(DEADLINE_SECONDS - 2)

    at_it = decide(ProviderUnavailable(retry_after_seconds=2), log(), now=late, jitter=0.0)
    before = decide(ProviderUnavailable(retry_after_seconds=1), log(), now=late, jitter=0.0)

    assert isinstance(at_it, GiveUp)
    assert isinstance(before, RetryLater)


def test_a_job_whose_request_is_not_in_the_log_is_not_tried_again() -> None:
    assert isinstance(decide(IncompleteReply(), JobLog(), now=NOW, jitter=0.0), GiveUp)


@given(tries=st.integers(0, 50), jitter=st.floats(0, 1))
def test_delays_grow_to_a_bound_and_half_of_each_is_spread(tries: int, jitter: float) -> None:
    delay = backoff_seconds(tries, jitter)

    assert 0 < delay <= LONGEST_DELAY_SECONDS
    assert backoff_seconds(tries, 0.0) * 2 == pytest.approx(backoff_seconds(tries, 1.0))
    assert backoff_seconds(tries + 1, jitter) >= delay

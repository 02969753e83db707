"""The circuit breaker of a model: when it opens, which calls it admits, how long the others wait."""

import pytest
from lodestone.errors import AttemptFailed, IncompleteReply, InvalidOutput, ProviderUnavailable, Refused
from lodestone.llm import breaker as module
from lodestone.llm.breaker import (
    FIRST_OPEN_SECONDS,
    LONGEST_OPEN_SECONDS,
    LONGEST_SPREAD_SECONDS,
    THRESHOLD,
    Breaker,
    Breakers,
    State,
)
from prometheus_client import REGISTRY

MODEL = "claude-test"


class Time:
    """A clock that only the test advances."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(module, "time", time)
    return time


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(MODEL)


def call(breaker: Breaker, error: BaseException | None = None, *, begins: bool = True) -> None:
    """A call that is admitted and ends in this way."""
    try:
        with breaker.acquire() as permit:
            if begins:
                permit.on_begun()
            if error:
                raise error
    except BaseException as raised:
        if raised is not error:
            raise


def outage(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        call(breaker, ProviderUnavailable(), begins=False)


def refusal(breaker: Breaker) -> float:
    """The wait that a refused call is given."""
    with pytest.raises(ProviderUnavailable) as caught:
        breaker.acquire()
    return caught.value.retry_after_seconds or 0.0


def opened(breaker: Breaker) -> Breaker:
    outage(breaker, THRESHOLD)
    return breaker


def gauge() -> float | None:
    return REGISTRY.get_sample_value("lodestone_llm_breaker_open", {"gen_ai_request_model": MODEL})


def test_it_opens_after_so_many_outages_in_a_row(breaker: Breaker) -> None:
    outage(breaker, THRESHOLD - 1)
    call(breaker)
    outage(breaker, THRESHOLD - 1)
    assert gauge() == 0

    outage(breaker)

    assert FIRST_OPEN_SECONDS <= refusal(breaker) < FIRST_OPEN_SECONDS + 1
    assert gauge() == 1


@pytest.mark.parametrize("error", [Refused(), IncompleteReply(), InvalidOutput()])
def test_a_provider_that_answers_badly_is_not_down(breaker: Breaker, error: AttemptFailed) -> None:
    outage(breaker, THRESHOLD - 1)
    call(breaker, error)

    outage(breaker, THRESHOLD - 1)

    breaker.acquire()


@pytest.mark.parametrize("error", [IncompleteReply(), KeyboardInterrupt()])
def test_a_call_that_tells_nothing_changes_nothing(breaker: Breaker, error: BaseException) -> None:
    outage(breaker, THRESHOLD - 1)
    call(breaker, error, begins=False)

    outage(breaker)

    assert refusal(breaker)


def test_an_outage_inside_an_answer_counts(breaker: Breaker) -> None:
    for _ in range(THRESHOLD):
        call(breaker, ProviderUnavailable())

    assert refusal(breaker)


def test_after_the_rest_one_probe_passes_and_the_others_wait(breaker: Breaker, time: Time) -> None:
    opened(breaker)
    time.seconds += FIRST_OPEN_SECONDS

    with breaker.acquire():
        assert refusal(breaker) >= FIRST_OPEN_SECONDS
        assert refusal(breaker) >= FIRST_OPEN_SECONDS


def test_it_is_closed_then_open_then_half_open_then_closed(breaker: Breaker, time: Time) -> None:
    seen = [breaker.state, opened(breaker).state]
    time.seconds += FIRST_OPEN_SECONDS
    seen.append(breaker.state)
    call(breaker)

    assert [*seen, breaker.state] == [State.CLOSED, State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_it_lets_all_pass_as_soon_as_the_probe_is_answered(breaker: Breaker, time: Time) -> None:
    opened(breaker)
    time.seconds += FIRST_OPEN_SECONDS

    with breaker.acquire() as probe:
        probe.on_begun()
        call(breaker)
        assert gauge() == 0

    outage(breaker, THRESHOLD - 1)
    breaker.acquire()


def test_an_outage_right_after_the_probe_opens_it_again(breaker: Breaker, time: Time) -> None:
    opened(breaker)
    time.seconds += FIRST_OPEN_SECONDS

    with breaker.acquire() as probe:
        probe.on_begun()
        outage(breaker)

        assert refusal(breaker) >= FIRST_OPEN_SECONDS * 2
        assert gauge() == 1


def test_each_probe_that_fails_makes_the_rest_longer_up_to_a_bound(breaker: Breaker, time: Time) -> None:
    opened(breaker)
    rests = []
    for _ in range(6):
        rests.append(round(refusal(breaker)))
        time.seconds += LONGEST_OPEN_SECONDS
        outage(breaker)

    assert rests == [2, 4, 5, 5, 5, 5]


def test_a_probe_that_told_nothing_makes_room_for_the_next(breaker: Breaker, time: Time) -> None:
    opened(breaker)
    time.seconds += FIRST_OPEN_SECONDS
    call(breaker, KeyboardInterrupt(), begins=False)

    call(breaker)

    assert gauge() == 0


def test_calls_from_before_it_opened_tell_nothing_about_after(breaker: Breaker, time: Time) -> None:
    answered, failed = breaker.acquire(), breaker.acquire()
    opened(breaker)

    with answered:
        answered.on_begun()
    assert refusal(breaker)

    with pytest.raises(ProviderUnavailable), failed:
        raise ProviderUnavailable
    time.seconds += FIRST_OPEN_SECONDS
    breaker.acquire()  # the probe


def test_the_wait_that_the_provider_asks_for_is_the_rest_within_the_bound(breaker: Breaker) -> None:
    outage(breaker, THRESHOLD - 1)
    call(breaker, ProviderUnavailable(retry_after_seconds=4), begins=False)

    assert 4 <= refusal(breaker) < 5


def test_those_who_are_refused_come_back_one_after_the_other(breaker: Breaker) -> None:
    opened(breaker)
    waits = [refusal(breaker) for _ in range(2_000)]

    assert waits == sorted(waits)
    assert len({round(wait, 2) for wait in waits[:400]}) == 400
    assert waits[-1] <= FIRST_OPEN_SECONDS + LONGEST_SPREAD_SECONDS


def test_refused_calls_are_counted(breaker: Breaker) -> None:
    def count() -> float:
        labels = {"gen_ai_request_model": MODEL}
        return REGISTRY.get_sample_value("lodestone_llm_refused_calls_total", labels) or 0.0

    before = count()
    refusal(opened(breaker))

    assert count() == before + 1


def test_each_model_has_its_own(time: Time) -> None:
    breakers = Breakers()
    opened(breakers["one"])

    assert refusal(breakers["one"])
    call(breakers["other"])

"""What all processes together take of a provider's limits: never too much, and no less than there is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.llm.amounts import NOTHING, UNLIMITED, WITHOUT_LIMIT, Amount
from lodestone.llm.buckets import (
    AHEAD_SECONDS,
    BURST_SECONDS,
    LONGEST_CLOSED_SECONDS,
    ONE_OUTAGE_SECONDS,
    RAMP_SECONDS,
    TRUSTED_SHARE,
    Bucket,
    News,
    as_json,
    from_json,
    heard,
    limits_of,
    take,
)

NOON = 1_800_000_000.0
LIMIT = Amount(60, 60_000, 6_000)
CALL = Amount(1, 1_000, 100)

amounts = st.builds(Amount, st.floats(0, 20), st.floats(0, 20_000), st.floats(0, 2_000))
pauses = st.floats(0, 30)


def parts(amount: Amount) -> tuple[float, float, float]:
    return amount.requests, amount.input, amount.output


def is_within(amount: Amount, bound: Amount) -> bool:
    return all(
        part <= most + 1e-6 * (1 + abs(most)) for part, most in zip(parts(amount), parts(bound), strict=True)
    )


@given(st.lists(st.tuples(pauses, amounts), min_size=1, max_size=40))
def test_what_is_given_is_never_more_than_came_in_a_full_bucket_and_one_call(
    takers: list[tuple[float, Amount]],
) -> None:
    """For every stretch of time, however many processes take and whatever they ask for."""
    bucket, now = Bucket(NOON), NOON
    taken: list[tuple[float, Amount, Amount]] = []
    for pause, need in takers:
        now += pause
        result = take(bucket, LIMIT, need, now)
        bucket = result.bucket
        if result.given is not None:
            assert is_within(need, result.given)
            taken.append((now, result.given, need))

    for start, (since, _, _) in enumerate(taken):
        total, largest = NOTHING, NOTHING
        for until, part, need in taken[start:]:
            total, largest = total + part, largest.at_least(need)
            assert is_within(total, LIMIT * ((until - since + BURST_SECONDS) / 60) + largest)


def test_a_refusal_empties_it_and_a_shorter_one_opens_it_no_sooner() -> None:
    full = Bucket(NOON, level=LIMIT * (BURST_SECONDS / 60))

    closed = heard(heard(full, News(closed_seconds=9.0), NOON), News(closed_seconds=1.0), NOON + 1)

    assert closed.level == NOTHING
    assert take(closed, LIMIT, CALL, NOON + 1).wait_seconds == 8.0


def test_what_the_provider_told_stays_until_it_tells_something_else() -> None:
    told = heard(Bucket(NOON), News(told=LIMIT), NOON)

    assert heard(told, News(rest=NOTHING), NOON).told == LIMIT
    assert heard(told, News(told=CALL), NOON).told == CALL


def test_no_bucket_is_closed_for_longer_than_a_provider_may_close_it() -> None:
    """Whoever wrote it, with whatever clock."""
    bucket = take(Bucket(NOON, closed_until=NOON + 86_400), LIMIT, CALL, NOON).bucket

    assert take(bucket, LIMIT, CALL, NOON + LONGEST_CLOSED_SECONDS + 0.001).given is not None


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-0.5, 0.5)), min_size=1, max_size=60))
def test_clocks_that_differ_a_little_refill_nothing_twice(ticks: list[tuple[float, float]]) -> None:
    bucket, now, total = Bucket(NOON), NOON, NOTHING
    for pause, wrong in ticks:
        now += pause
        result = take(bucket, LIMIT, CALL, now + wrong)
        bucket = result.bucket
        total += result.given or NOTHING

    assert is_within(total, LIMIT * ((now + 0.5 - NOON) / 60) + CALL)


@settings(max_examples=20)
@given(st.floats(0.1, 0.5))
def test_takers_who_come_again_when_they_are_told_to_use_all_there_is(fraction: float) -> None:
    """Work-conserving: over a minute a queue that is never empty leaves nothing of the scarcest part."""
    need = Amount(fraction, fraction * 100, fraction * 100)
    bucket, now, total = Bucket(NOON), NOON, NOTHING
    while now < NOON + 60:
        result = take(bucket, LIMIT, need, now)
        bucket = result.bucket
        total += result.given or NOTHING
        now += max(result.wait_seconds, 0.001) if result.given is None else 0.0

    assert total.output / LIMIT.output > 0.99


@given(amounts)
def test_a_bucket_in_debt_says_when_it_will_not_be(need: Amount) -> None:
    now = NOON
    bucket = take(Bucket(NOON), LIMIT, need + CALL, now).bucket
    waits = 0
    while (result := take(bucket, LIMIT, CALL, now)).given is None:
        now += result.wait_seconds + 1e-6
        bucket, waits = result.bucket, waits + 1

    assert waits == 1


def test_a_call_larger_than_any_bucket_is_paid_for_by_a_debt_of_a_minute_at_most() -> None:
    result = take(Bucket(NOON), LIMIT, LIMIT * 50, NOON)

    assert result.given == LIMIT * 50
    later = take(result.bucket, LIMIT, CALL, NOON + 1)
    assert later.given is None
    assert 0 < later.wait_seconds <= 60


def test_who_takes_gets_something_to_spare_and_leaves_most_to_the_others() -> None:
    full = replace(Bucket(NOON - 60), level=NOTHING)

    result = take(full, LIMIT, CALL, NOON)

    assert result.given is not None
    assert CALL.output < result.given.output < CALL.output + LIMIT.output * (BURST_SECONDS / 60) / 4
    assert take(Bucket(NOON), LIMIT, CALL, NOON).given == CALL, "an empty bucket has nothing to spare"


def test_after_an_outage_it_fills_slowly_at_first_and_as_ever_in_the_end() -> None:
    before = Bucket(NOON - 60, level=LIMIT * (BURST_SECONDS / 60))
    bucket = heard(before, News(has_recovered=True), NOON)

    def came(seconds: float) -> float:
        return float(take(bucket, LIMIT, NOTHING, NOON + seconds).bucket.level.output * 8 / 7)

    assert bucket.level == NOTHING, "what has gathered meanwhile is not poured out at once"
    assert came(0.5) < LIMIT.output * 0.5 / 60 * 0.2
    assert came(1.0) - came(0.5) > came(0.5)
    speed = came(RAMP_SECONDS + 1) - came(RAMP_SECONDS)
    assert speed == pytest.approx(LIMIT.output / 60, rel=1e-3)


def test_processes_that_notice_the_end_of_one_outage_one_after_the_other_begin_it_once() -> None:
    first = heard(Bucket(NOON), News(has_recovered=True), NOON)
    again = heard(first, News(has_recovered=True), NOON + ONE_OUTAGE_SECONDS - 1)
    other = heard(first, News(has_recovered=True), NOON + ONE_OUTAGE_SECONDS + 1)

    assert (again.recovered_at, other.recovered_at) == (NOON, NOON + ONE_OUTAGE_SECONDS + 1)


@pytest.mark.parametrize(("asked", "closed"), [(2.0, 2.0), (3_600.0, LONGEST_CLOSED_SECONDS)])
def test_a_refusal_closes_it_for_all_as_long_as_was_asked_within_a_bound(asked: float, closed: float) -> None:
    bucket = heard(Bucket(NOON), News(closed_seconds=asked), NOON)

    assert take(bucket, LIMIT, CALL, NOON).wait_seconds == closed
    assert take(bucket, LIMIT, CALL, NOON + closed + 0.001).given is not None


@given(st.builds(Amount, *[st.floats(0, 1e12)] * 3), amounts)
def test_what_the_provider_says_is_left_never_raises_a_level(rest: Amount, level: Amount) -> None:
    assert is_within(heard(Bucket(NOON, level=level), News(rest=rest), NOON).level, level)


@given(st.none() | st.builds(Amount, *[st.floats(1, 1e11)] * 3))
def test_the_provider_lowers_our_limits_and_never_raises_them_or_stops_us(told: Amount | None) -> None:
    limits = limits_of(Bucket(NOON, told=told), LIMIT)

    assert is_within(limits, LIMIT)
    assert is_within(LIMIT * TRUSTED_SHARE, limits)


def test_without_a_setting_the_provider_tells_the_limits() -> None:
    assert limits_of(Bucket(NOON), WITHOUT_LIMIT) == WITHOUT_LIMIT
    assert limits_of(Bucket(NOON, told=LIMIT), WITHOUT_LIMIT) == LIMIT
    partly = Amount(30, UNLIMITED, UNLIMITED)
    assert limits_of(Bucket(NOON, told=LIMIT), partly) == replace(LIMIT, requests=30)


def test_a_bucket_from_the_future_is_used_from_now_on_and_gives_nothing_extra() -> None:
    bucket = Bucket(NOON + 3_600, closed_until=NOON + 7_200, recovered_at=NOON + 3_600)

    result = take(bucket, LIMIT, CALL, NOON)

    assert result.given == CALL
    assert result.bucket.at == NOON
    ahead = take(Bucket(NOON + AHEAD_SECONDS / 2), LIMIT, CALL, NOON).bucket
    assert ahead.at == NOON + AHEAD_SECONDS / 2


@given(st.builds(Bucket, st.floats(0, 1e10), amounts, st.none() | amounts))
def test_a_bucket_survives_being_kept(bucket: Bucket) -> None:
    assert from_json(as_json(bucket), NOON) == bucket


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"at": NaN}',
        b'{"at": 1e999}',
        b'{"at": 1, "level": {"requests": Infinity}}',
        b"\xff",
    ],
)
def test_what_is_no_bucket_is_an_empty_one(text: bytes) -> None:
    assert from_json(text, NOON) == Bucket(NOON)


@pytest.mark.parametrize("level", [-1e300, 1e300])
def test_a_level_out_of_all_proportion_passes_within_a_minute(level: float) -> None:
    bucket = Bucket(NOON, level=Amount(level, level, level))

    filled = take(bucket, LIMIT, NOTHING, NOON).bucket.level

    assert is_within(filled, LIMIT * (BURST_SECONDS / 60))
    assert take(bucket, LIMIT, CALL, NOON + 61).given is not None or not math.isfinite(filled.output)

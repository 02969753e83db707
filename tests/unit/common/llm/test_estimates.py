"""What a call reserves: what the last ones of its kind used."""

import pytest
from lodestone.llm.amounts import Amount
from lodestone.llm.estimates import FIRST_OUTPUT, Estimates, Kind

POSTS = Kind("posts", "claude-sonnet-5-5", 64_000)


def test_a_large_max_tokens_reserves_no_more_than_calls_of_its_kind_really_write() -> None:
    estimates = Estimates()
    assert estimates.of(POSTS, 500) == Amount(1, 500, FIRST_OUTPUT)

    for _ in range(30):
        estimates.learn(POSTS, 500, Amount(1, 500, 3_000))

    assert estimates.of(POSTS, 500).output == pytest.approx(3_000, rel=0.01)
    assert estimates.of(Kind("posts", "claude-sonnet-5-5", 200), 500).output == 200, "another kind"


def test_tokens_that_are_read_from_the_cache_reserve_nothing() -> None:
    estimates = Estimates()

    for _ in range(30):
        estimates.learn(POSTS, 1_000, Amount(1, 50, 100))

    assert estimates.of(POSTS, 2_000).input == pytest.approx(100, rel=0.2)


def test_an_estimate_of_nothing_divides_by_nothing() -> None:
    estimates = Estimates()
    estimates.learn(POSTS, 0, Amount(1, 10, 10))

    assert estimates.of(POSTS, 0).input == 0

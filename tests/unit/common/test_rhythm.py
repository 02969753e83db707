"""Those who look again and again meet at common moments."""

import pytest
from lodestone.rhythm import next_moment, seconds_to_next


@pytest.mark.parametrize(
    ("now", "wait"),
    [(4.0, 2.0), (4.5, 1.5), (5.98, 0.02), (5.995, 2.005), (6.0, 2.0), (6.001, 1.999)],
)
def test_rounds_begin_at_common_moments_and_never_twice_at_one(now: float, wait: float) -> None:
    assert seconds_to_next(now, 2.0) == pytest.approx(wait)


@pytest.mark.parametrize("awake", [5.9995, 6.0, 6.2])
def test_who_wakes_up_a_little_early_is_there(awake: float) -> None:
    assert awake >= next_moment(4.003, 2.0)


def test_what_was_done_a_moment_ago_is_not_done_again() -> None:
    assert next_moment(5.9995, 2.0) > 6.001

"""A wrong clock is corrected by its backend's; jitter and slow answers do not change the correction."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lodestone import clock

PRESENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stands_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Still(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return PRESENT

    monkeypatch.setattr(clock, "datetime", Still)
    monkeypatch.setattr(clock, "_offset", timedelta(0))
    yield
    clock.offset_seconds.set(0)


def hear(offset: float, took: float = 0.02) -> None:
    half = timedelta(seconds=took / 2)
    clock.follow(PRESENT + timedelta(seconds=offset), asked=PRESENT - half, answered=PRESENT + half)


@pytest.mark.parametrize("offset", [-660, -0.7, 0.7, 660])
def test_clock_that_is_off_follows(offset: float) -> None:
    hear(offset)

    assert clock.now() == PRESENT + timedelta(seconds=offset)


@pytest.mark.parametrize(("offset", "took"), [(0.3, 0.02), (-0.3, 0.02), (660, 1.5), (660, -5)])
def test_jitter_and_slow_answers_change_nothing(offset: float, took: float) -> None:
    hear(offset, took)

    assert clock.now() == PRESENT


def test_clock_that_was_set_right_is_followed_no_more() -> None:
    hear(660)
    hear(0)

    assert clock.now() == PRESENT

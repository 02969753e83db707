"""How much one user may do at once or per time, without any effect on the others."""

from uuid import uuid4

import pytest
from limits import parse
from lodestone.errors import RateLimited
from lodestone.ids import new_id
from lodestone_gateway import limits
from lodestone_gateway.limits import WATCH_RETRY_SECONDS, SubmissionLimiter, WatchLimiter

ALICE, BOB = uuid4(), uuid4()


def watch_and_fail(watches: WatchLimiter) -> None:
    with watches.place(ALICE):
        raise ConnectionError


def test_a_user_watches_in_so_many_places_and_the_others_have_theirs() -> None:
    watches = WatchLimiter(2)

    with watches.place(ALICE), watches.place(ALICE):
        with pytest.raises(RateLimited, match="already watch in 2 places") as refused, watches.place(ALICE):
            pass
        with watches.place(BOB), watches.place(BOB):
            pass

    assert refused.value.members == {"retryAfterSeconds": WATCH_RETRY_SECONDS}


def test_a_place_is_free_after_its_block_however_that_ends() -> None:
    watches = WatchLimiter(1)

    for _ in range(3):
        with pytest.raises(ConnectionError):
            watch_and_fail(watches)


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


def test_a_window_moves_with_the_user(clock: Clock) -> None:
    limiter, user = SubmissionLimiter(parse("2/minute")), new_id()
    limiter.take(user)
    clock.now += 40
    limiter.take(user)

    with pytest.raises(RateLimited) as refused:
        limiter.take(user)
    assert refused.value.members == {"retryAfterSeconds": 20}

    clock.now += 20
    limiter.take(user)
    assert not limiter.admits(user)


def test_users_have_windows_of_their_own(clock: Clock) -> None:
    limiter, user, other = SubmissionLimiter(parse("1/minute")), new_id(), new_id()
    limiter.take(user)

    assert (limiter.admits(user), limiter.admits(other)) == (False, True)


def test_what_made_no_job_is_given_back(clock: Clock) -> None:
    limiter, user = SubmissionLimiter(parse("1/minute")), new_id()
    limiter.take(user)
    limiter.give_back(user)

    limiter.take(user)
    assert not limiter.admits(user)


def test_users_who_are_away_are_forgotten(clock: Clock) -> None:
    limiter = SubmissionLimiter(parse("1/minute"))
    for _ in range(100):
        limiter.take(new_id())
    clock.now += 60

    for _ in range(100):
        limiter.take(new_id())

    assert len(limiter._windows) == 100

"""How much one user may do at once, and that the others are none the poorer."""

from uuid import uuid4

import pytest
from limits import parse
from lodestone.errors import RateLimited
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


async def test_a_submission_too_many_is_refused_with_the_time_to_wait() -> None:
    limiter = SubmissionLimiter(parse("2/minute"))
    await limiter.take(ALICE)
    await limiter.take(ALICE)

    with pytest.raises(RateLimited, match="2 per 1 minute") as refused:
        await limiter.take(ALICE)
    await limiter.take(BOB)

    assert 1 <= refused.value.members["retryAfterSeconds"] <= 60

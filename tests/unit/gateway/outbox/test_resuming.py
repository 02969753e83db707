"""What is resumed gradually: no minute has more than the pace allows, and the pace is kept."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.ids import new_id
from lodestone_gateway.outbox.place import Lane, Turn
from lodestone_gateway.outbox.resuming import Resuming
from lodestone_gateway.store.operations_tables import EVERYTHING

USER = new_id()
IDEATION, POSTS = Lane("ideation", False), Lane("posts", True)


def row(lane: Lane = IDEATION, user: UUID = USER) -> Turn:
    return Turn("event", lane, 1, user)


def published(resuming: Resuming, at: float) -> int:
    """How many a round publishes where more wait."""
    resuming.fill(at)
    count = 0
    while resuming.allows(row()):
        count += resuming.take(row())
    return count


@given(
    st.integers(1, 2_000),
    st.lists(st.floats(0.01, 90), min_size=1, max_size=80),
    st.lists(st.integers(0, 79), max_size=3),
)
def test_no_minute_has_more_than_the_pace_across_relays_too(
    per_minute: int, gaps: list[float], restarts: list[int]
) -> None:
    resuming, time, done = Resuming(), 0.0, list[tuple[float, int]]()
    for number, gap in enumerate(gaps):
        if number in restarts:
            resuming = Resuming()
        resuming.hear({"ideation": per_minute}, time)
        time += gap
        done.append((time, published(resuming, time)))

    for begin, _ in done:
        assert sum(count for at, count in done if begin <= at < begin + 60) <= per_minute


@pytest.mark.parametrize("per_minute", [1, 7, 60, 119, 600, 6_000])
def test_the_pace_is_kept_with_a_round_a_second(per_minute: int) -> None:
    resuming = Resuming()
    resuming.hear({"ideation": per_minute}, 0.0)

    minutes = [sum(published(resuming, 60.0 * m + s) for s in range(1, 61)) for m in range(5)]

    assert sum(minutes) >= 0.95 * 5 * per_minute - 1
    assert max(minutes) <= per_minute


def test_a_pace_that_is_heard_again_goes_on_and_another_begins_empty() -> None:
    resuming = Resuming()
    resuming.hear({"ideation": 6}, 0.0)
    resuming.hear({"ideation": 6}, 9.0)
    assert published(resuming, 10.0) == 1

    resuming.hear({"ideation": 60}, 30.0)
    assert published(resuming, 30.0) == 0


def test_every_pace_that_holds_for_a_row_is_asked() -> None:
    resuming = Resuming()
    resuming.hear({"ideation": 60, str(USER): 600, EVERYTHING: 6_000}, 0.0)
    resuming.fill(1.05)

    assert resuming.rooms({"ideation": 36, "posts": 36}) == {"ideation": 1, "posts": 36}
    assert resuming.users() == {USER: 10}
    assert resuming.take(row())
    assert not resuming.allows(row()), "of the job type"
    assert resuming.allows(row(POSTS))
    assert resuming.open == {str(USER), EVERYTHING}


def test_without_a_pace_everything_is_allowed() -> None:
    resuming = Resuming()

    assert (resuming.is_active, resuming.rooms({"ideation": 36})) == (False, {"ideation": 36})
    assert resuming.allows(row())

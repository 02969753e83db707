"""Signs of life: each member shows one in each round of the timer, and the timer runs only with members."""

from lodestone_gateway.live.heart import SLOTS, Heart


class Member:
    def __init__(self) -> None:
        self.beats = 0

    def beat(self) -> None:
        self.beats += 1


async def test_each_shows_one_in_each_round_those_that_came_later_at_another_time() -> None:
    heart, first, second = Heart(), Member(), Member()
    with heart.keep(first):
        heart._beat()
        with heart.keep(second):
            shown = [beats(heart, first, second) for _ in range(2 * SLOTS)]

    assert shown[SLOTS - 2 :] == [(1, 0), *[(1, 1)] * (SLOTS - 1), (2, 1), (2, 2)][: SLOTS + 2]


async def test_whoever_has_left_shows_none_and_without_members_the_timer_stands_still() -> None:
    heart, member = Heart(), Member()
    with heart.keep(member):
        assert heart._timer is not None
    for _ in range(SLOTS):
        heart._beat()

    assert member.beats == 0
    assert heart._timer is None
    with heart.keep(member):
        assert heart._timer is not None


def beats(heart: Heart, *members: Member) -> tuple[int, ...]:
    heart._beat()
    return tuple(member.beats for member in members)

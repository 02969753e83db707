"""A round runs while there is something to do, and once more after that."""

from lodestone_gateway.reconciler.needs import Need, Needs
from lodestone_gateway.store.session import Role, make_engine

NOTHING, CALLS = frozenset[Need](), frozenset({Need.OPEN_CALLS})


class Told(Needs):
    """Needs that a test tells."""

    def __init__(self, *told: frozenset[Need]) -> None:
        super().__init__(make_engine("postgresql:///", Role.RECONCILER))
        self._told = iter(told)

    async def look(self) -> frozenset[Need]:
        return next(self._told)


async def rounds(*told: frozenset[Need]) -> list[str]:
    """What runs at these looks."""
    ran: list[str] = []

    async def work() -> None:
        ran.append("round")

    async def rest() -> None:
        ran.append("rest")

    run = Told(*told).while_there_are(Need.OPEN_CALLS, work, rest)
    for _ in told:
        await run()
    return ran


async def test_the_first_round_runs_and_later_ones_where_they_are_needed() -> None:
    assert await rounds(NOTHING, NOTHING, CALLS, CALLS) == ["round", "rest", "round", "round"]


async def test_one_more_round_counts_what_is_left() -> None:
    assert await rounds(CALLS, NOTHING, NOTHING) == ["round", "round", "rest"]


async def test_what_others_have_to_do_is_no_reason() -> None:
    assert await rounds(CALLS, frozenset(Need) - CALLS, frozenset(Need) - CALLS) == ["round", "round", "rest"]

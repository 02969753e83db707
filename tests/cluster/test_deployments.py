"""How pods are replaced: never fewer ready than the strategy allows, never more than its surge."""

from dataclasses import dataclass
from typing import cast

from cluster.deployments import Step, next_step
from cluster.pods import Pod

NO_GAP = {"maxSurge": 1, "maxUnavailable": 0}
ONE_LESS = {"maxSurge": 1, "maxUnavailable": 1}


@dataclass
class Fake:
    revision: str
    is_ready: bool = True
    began: float = 0.0


def step(living: list[Fake], strategy: dict[str, int], wanted: int = 2) -> tuple[int, list[Fake]]:
    found: Step = next_step(cast(list[Pod], living), "new", wanted, strategy)
    return found.make, cast(list[Fake], found.remove)


def test_without_a_gap_a_new_pod_is_ready_before_an_old_one_ends() -> None:
    old, other, new = Fake("old"), Fake("old"), Fake("new", is_ready=False)

    assert step([old, other], NO_GAP) == (1, [])
    assert step([old, other, new], NO_GAP) == (0, [])
    new.is_ready = True
    assert step([old, other, new], NO_GAP) == (0, [old])
    assert step([other, new], NO_GAP) == (1, [])


def test_where_one_may_be_missing_an_old_pod_ends_at_once() -> None:
    old, other = Fake("old"), Fake("old")

    assert step([old, other], ONE_LESS) == (1, [old])


def test_a_lone_pod_that_may_not_be_missing_waits_for_its_successor() -> None:
    assert step([Fake("old")], NO_GAP, wanted=1) == (1, [])


def test_scaling_needs_no_surge() -> None:
    new = [Fake("new", began=number) for number in range(3)]

    assert step([], NO_GAP) == (2, [])
    assert step(list(new), NO_GAP) == (0, [new[2]])

"""Tests the suite itself: it finds planted bugs. `make mutants` hunts all of them."""

import pytest
from simulation.mutants import Mutant
from simulation.planted import MUTANTS

QUICK = (
    "acknowledges before it publishes",
    "completes over a cancel",
    "calls before call_started is stored",
    "forgets the finished items",
    "runs what has ended",
    "appends without the fence",
    "marks before the confirmation",
    "only marks a cancel",
)
CHECKED = [mutant for mutant in MUTANTS if mutant.check]


def name(mutant: Mutant) -> str:
    return mutant.name


@pytest.mark.parametrize("mutant", MUTANTS, ids=name)
def test_a_planted_bug_still_has_its_place_in_the_code(mutant: Mutant) -> None:
    assert all(patch.code() != patch.function().__code__ for patch in mutant.patches)


@pytest.mark.parametrize("mutant", CHECKED, ids=name)
def test_a_check_of_one_function_finds_its_bug_and_nothing_else(mutant: Mutant) -> None:
    assert mutant.check
    assert mutant.check() is None

    assert mutant.caught(0)


@pytest.mark.parametrize("mutant", [mutant for mutant in MUTANTS if mutant.name in QUICK], ids=name)
def test_a_few_runs_find_what_breaks_the_core(mutant: Mutant) -> None:
    found = mutant.caught(20)

    assert found
    assert found[1].startswith("I"), "an invariant must find it"


def test_there_are_as_many_bugs_as_were_written_down() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 30

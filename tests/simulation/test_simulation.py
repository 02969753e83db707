"""The whole protocol in virtual time: a few hundred seeds, each replayed by `make simulate SEED=n`."""

import pytest
from simulation.plan import plan_of
from simulation.report import told
from simulation.steps import cases, rare_cases
from simulation.world import run

CHUNK, CHUNKS = 20, 8
BACK = 15871
"""A relay is cut off with a request on the wire; its job ends and is erased, and the stream is emptied."""
EVERY_STEP = 67  # `make simulate ARGS=--steps` runs all of them


@pytest.mark.parametrize("first", range(0, CHUNK * CHUNKS, CHUNK))
def test_whatever_goes_wrong_the_invariants_hold(first: int) -> None:
    for seed in range(first, first + CHUNK):
        outcome = run(plan_of(seed))

        assert outcome.violation is None, told(outcome)


def test_what_one_run_in_thousands_met_is_survived() -> None:
    for name, plan in rare_cases():
        outcome = run(plan)

        assert outcome.violation is None, f"{name}\n{told(outcome)}"


def test_texts_that_come_back_after_an_erasure_are_erased_again() -> None:
    outcome = run(plan_of(BACK))

    assert outcome.violation is None, told(outcome)


def test_a_fault_at_any_one_step_is_survived() -> None:
    for name, plan in cases(every=EVERY_STEP):
        outcome = run(plan)

        assert outcome.violation is None, f"{name}\n{told(outcome)}"


def test_a_seed_is_the_same_run_each_time() -> None:
    first, second = run(plan_of(3)), run(plan_of(3))

    assert first.trace == second.trace

"""The state machine: first by its table, then with events in any order."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from lodestone.events import EVENTS, TERMINAL_EVENTS
from lodestone.status import MOVES, TERMINAL, Status, apply

ORDER = [Status.PENDING, Status.PROCESSING]


def test_the_moves_are_those_of_the_design_and_no_others() -> None:
    moves = {(before.value, after.value) for before, targets in MOVES.items() for after in targets}

    assert moves == {
        ("pending", "processing"),
        ("pending", "failed"),
        ("pending", "cancelled"),
        ("processing", "completed"),
        ("processing", "failed"),
        ("processing", "cancelled"),
    }


def test_exactly_the_states_without_a_move_are_terminal() -> None:
    assert {status for status in Status if not MOVES[status]} == TERMINAL
    assert {status for status in Status if status.is_terminal} == TERMINAL


def test_each_terminal_event_leads_to_the_terminal_state_of_its_name() -> None:
    assert {apply(Status.PROCESSING, event).value for event in TERMINAL_EVENTS} == TERMINAL_EVENTS


def test_a_start_makes_a_pending_job_processing() -> None:
    assert apply(Status.PENDING, "started") is Status.PROCESSING


def test_a_pending_job_may_fail_or_be_cancelled_but_not_complete() -> None:
    after = [apply(Status.PENDING, event) for event in ("failed", "cancelled", "completed")]

    assert after == [Status.FAILED, Status.CANCELLED, Status.PENDING]


def test_a_job_between_two_attempts_stays_processing() -> None:
    assert apply(Status.PROCESSING, "retrying") is Status.PROCESSING
    assert apply(Status.PROCESSING, "started") is Status.PROCESSING


@pytest.mark.parametrize("event", sorted(set(EVENTS) - TERMINAL_EVENTS - {"started"}))
@pytest.mark.parametrize("status", Status)
def test_all_other_events_leave_the_state_alone(status: Status, event: str) -> None:
    assert apply(status, event) is status


@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_nothing_moves_a_job_that_has_ended(status: Status, event: str) -> None:
    assert apply(status, event) is status


def test_an_event_that_is_not_known_yet_moves_nothing() -> None:
    assert apply(Status.PENDING, "postponed") is Status.PENDING


class JobLife(RuleBasedStateMachine):
    """Events come in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.history = [Status.PENDING]
        self.ending: str | None = None  # the first terminal event that had an effect

    @rule(event=st.sampled_from(sorted(EVENTS)))
    def event_comes(self, event: str) -> None:
        before = self.history[-1]
        after = apply(before, event)
        if self.ending is None and event in TERMINAL_EVENTS and after.is_terminal:
            self.ending = event
        self.history.append(after)

    @invariant()
    def moves_are_declared(self) -> None:
        pairs = zip(self.history, self.history[1:], strict=False)
        assert all(before == after or after in MOVES[before] for before, after in pairs)

    @invariant()
    def never_backwards(self) -> None:
        ranks = [ORDER.index(status) if status in ORDER else len(ORDER) for status in self.history]
        assert ranks == sorted(ranks)

    @invariant()
    def the_first_terminal_event_wins(self) -> None:
        ended = [status for status in self.history if status.is_terminal]
        assert set(ended) == ({Status(self.ending)} if self.ending else set())


TestJobLife = JobLife.TestCase

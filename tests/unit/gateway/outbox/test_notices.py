"""Which row the relay takes by its id."""

from lodestone_gateway.outbox.notices import Notices
from lodestone_gateway.outbox.place import LOOK_SECONDS, SWEEP_SECONDS

NOON = 100.0


def notices(*, is_all_done: bool = True, taken: tuple[str, ...] = ()) -> Notices:
    """As they are after a round at noon."""
    told = Notices()
    told.begin(NOON)
    told.end(taken, is_all_done=is_all_done)
    return told


def test_a_row_that_was_named_after_everything_was_done_waits_alone() -> None:
    told = notices()

    assert told.hear("a")
    assert told.begin(NOON + 0.1) == "a"


def test_the_next_one_waits_alone_too_once_that_is_done() -> None:
    told = notices()
    told.hear("a")
    told.begin(NOON + 0.1)
    told.hear("b")  # while the first is published
    told.end(["a"], is_all_done=True)

    assert told.begin(NOON + 0.2) == "b"


def test_nobody_waits_alone_beside_another() -> None:
    told = notices()
    told.hear("a")
    told.hear("b")

    assert told.begin(NOON + 0.1) is None


def test_what_names_no_row_may_mean_several() -> None:
    told = notices()
    told.hear("")

    assert told.begin(NOON + 0.1) is None


def test_nobody_waits_alone_while_something_is_left() -> None:
    told = notices(is_all_done=False)
    told.hear("a")

    assert told.begin(NOON + 0.1) is None


def test_a_round_that_ended_in_an_error_may_have_left_something() -> None:
    told = notices()
    told.hear("a")
    told.begin(NOON + 0.1)
    told.hear("b")

    assert told.begin(NOON + 0.2) is None


def test_everything_is_looked_for_once_a_second() -> None:
    told = notices()
    told.hear("a")

    assert told.begin(NOON + SWEEP_SECONDS) is None


def test_a_row_that_the_last_round_has_taken_needs_no_other_round() -> None:
    told = notices(taken=("a",))

    assert not told.hear("a")
    assert told.hear("b")
    assert told.begin(NOON + 0.1) == "b"


def test_nothing_waits_after_everything_was_done_and_nobody_was_named() -> None:
    assert notices().are_none(NOON + SWEEP_SECONDS)
    assert not notices(is_all_done=False).are_none(NOON + SWEEP_SECONDS)


def test_a_named_row_waits() -> None:
    told = notices()
    told.hear("a")

    assert not told.are_none(NOON)


def test_everything_is_looked_for_once_in_a_while_though_nothing_waits() -> None:
    assert not notices().are_none(NOON + LOOK_SECONDS)

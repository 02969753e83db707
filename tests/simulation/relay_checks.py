"""Small checks of where the relay reads: rare rows that no seed may contain are looked for here."""

from lodestone_gateway.outbox.place import LATE_SECONDS, LOOK_SECONDS, SWEEP_SECONDS, Lane, Place, Turn

ROOMS = {"ideation": 10}
LANE = Lane("ideation", False)
NOON = 100.0
LATER = NOON + LATE_SECONDS + 1


def _round(place: Place, turn: Turn, time: float) -> None:
    look = place.look(ROOMS, time)
    place.note(look, [LANE], [turn], time)


def late_commit_is_found() -> str | None:
    """A job took its turn before a round and was committed after it: the next rounds look for it."""
    place = Place()
    _round(place, Turn("other", LANE, 7), NOON)
    since = place.look(ROOMS, NOON + LATE_SECONDS / 2).since.get(LANE, 0)
    return None if since < 7 else f"I3: rounds begin at turn {since}, and a late commit may have turn 6"


def undone_row_is_tried_again() -> str | None:
    """A cancel that had to wait for its log is looked at again."""
    place = Place()
    cancel = Turn("cancel", LANE, 7)
    _round(place, cancel, NOON)
    place.leave_alone([cancel])
    look = place.look(ROOMS, NOON + SWEEP_SECONDS)
    is_read = look.since.get(LANE, 0) <= cancel.turn and cancel.event_id not in look.left_alone
    return None if is_read else "I6: a cancel that waited once is never looked at again"


def everything_is_looked_at_again() -> str | None:
    """A row whose turn has long passed, such as one that was locked when it was to be marked, is found."""
    place = Place()
    for time in (NOON, LATER):
        _round(place, Turn("other", LANE, 7), time)
    since = place.look(ROOMS, NOON + LOOK_SECONDS).since.get(LANE, 0)
    return None if since == 0 else f"I3: rounds begin at turn {since} for ever"

"""Small checks of where the relay reads: rare rows that no seed may contain are looked for here."""

from lodestone_gateway.outbox.place import LATE_SECONDS, LOOK_SECONDS, SWEEP_SECONDS, Place, Turn

LIMIT = 10
NOON = 100.0
LATER = NOON + LATE_SECONDS + 1


def late_commit_is_found() -> str | None:
    """A job took its turn before a round and was committed after it: the next rounds look for it."""
    place = Place(LIMIT)
    place.look(NOON)
    place.note([Turn("other", False, 7)], [], NOON)
    since = place.look(NOON + LATE_SECONDS / 2).since.interactive
    return None if since <= 7 else f"I3: rounds begin at turn {since}, and a late commit has turn 7"


def undone_row_is_tried_again() -> str | None:
    """A cancel that had to wait for its log is looked at again."""
    place = Place(LIMIT)
    place.look(NOON)
    cancel = Turn("cancel", False, 7)
    place.note([cancel], [cancel], NOON)
    look = place.look(NOON + SWEEP_SECONDS)
    is_read = look.since.interactive <= cancel.turn and cancel.event_id not in look.left_alone
    return None if is_read else "I6: a cancel that waited once is never looked at again"


def everything_is_looked_at_again() -> str | None:
    """A row whose turn has long passed, such as one that was locked when it was to be marked, is found."""
    place = Place(LIMIT)
    for time in (NOON, LATER):
        place.look(time)
        place.note([Turn("other", False, 7)], [], time)
    since = place.look(NOON + LOOK_SECONDS).since.interactive
    return None if since == 0 else f"I3: rounds begin at turn {since} for ever"

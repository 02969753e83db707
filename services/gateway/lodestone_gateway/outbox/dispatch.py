"""What a round of the relay reads and takes, and what is remembered of it. Pure; times are in seconds."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from lodestone_gateway.outbox.choosing import choose
from lodestone_gateway.outbox.place import Lane, Look, Place, Turn
from lodestone_gateway.outbox.queue import ROWS, Waiting, by_haste
from lodestone_gateway.outbox.window import Window
from lodestone_gateway.store.holds import Pace

TELL_SECONDS = 1.0  # between two times that others are told what is held back


class Dispatch:
    """The relay's decisions, round by round: `look`, `choose`, `note`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._place = Place()
        self._passed: Mapping[str, int] = {}  # places of each job type since bulk had one
        self._look = Look({})
        self._read: Sequence[Turn] = ()
        self._tell_at = 0.0

    def look(self, now: float) -> Look:
        """What the round reads."""
        self._look, self._read = self._place.look(self._window.rooms(now), now), ()
        return self._look

    def choose(self, rows: Sequence[Turn]) -> list[Turn]:
        """Which of the requests that it has read it takes."""
        choice = choose(rows, self._look.rooms, self._passed)
        self._read, self._passed = rows, choice.passed
        return choice.rows[:ROWS]

    def note(self, waiting: Sequence[Waiting], done: Collection[str], now: float) -> None:
        """What it has taken, and which of that is done, by event id."""
        in_turn, _ = by_haste(waiting)
        read = {row.lane for row in self._read}
        self._place.note(self._look, read, [row.place for row in in_turn], now)
        self._place.leave_alone(row.place for row in waiting if row.event_id not in done)
        self._window.hold(Counter(row.lane.job_type for row in self._read), self._look.rooms)
        self._window.publish(
            (row.job_type, row.job_id) for row in in_turn if row.event_id in done and row.is_new
        )

    def goes_on(self, now: float) -> bool:
        """Whether there is room again for what the round has held back: nobody else may say so."""
        return self._window.is_open(now)

    def paces_to_tell(self, now: float) -> list[Pace]:
        """How the lanes advance of which something is held back; none while that was told just now."""
        if now < self._tell_at or not (held := self._window.held):
            return []
        self._tell_at = now + TELL_SECONDS
        lanes = [Lane(job_type, is_bulk) for job_type in held for is_bulk in (False, True)]
        return [Pace(*lane, *self._place.pace(lane, now)) for lane in lanes]

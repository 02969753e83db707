"""What a round of the relay reads and takes, and what is remembered of it. Pure; times are in seconds."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lodestone_gateway.outbox.choosing import choose
from lodestone_gateway.outbox.in_flight import Budget, Capped
from lodestone_gateway.outbox.pauses import Pauses
from lodestone_gateway.outbox.place import Lane, Look, Place, Turn
from lodestone_gateway.outbox.queue import ROWS, Waiting, by_haste
from lodestone_gateway.outbox.resuming import Resuming
from lodestone_gateway.outbox.window import Request, Window
from lodestone_gateway.store.holds import Pace

TELL_SECONDS = 1.0  # between two times that others are told what is held back


class Dispatch:
    """The relay's decisions, round by round: `look`, `choose`, `begin`, `note`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._in_flight = window.in_flight
        self._place = Place()
        self._resuming = Resuming()
        self._paused_users: frozenset[str] = frozenset()
        self._rooms: Mapping[str, int] = {}  # before the paces of what is resumed gradually
        self._passed: Mapping[str, int] = {}  # places of each job type since bulk had one
        self._look = Look({})
        self._budget = Budget(self._in_flight)
        self._read: Sequence[Turn] = ()
        self._in_turn: Sequence[Waiting] = ()  # what the round has taken in its turn
        self._tell_at = 0.0

    def hear(self, pauses: Pauses, now: float) -> None:
        """What operators have paused, and resumed gradually."""
        self._resuming.hear(pauses.paces, now)
        if self._paused_users - pauses.users:
            self._place.look_again()  # their requests were passed over
        self._paused_users = pauses.users

    def look(self, now: float) -> Look:
        """What the round reads."""
        self._rooms = self._window.rooms(now)
        self._resuming.fill(now)
        rooms = self._resuming.rooms(self._rooms)
        self._in_flight.bind(self._window.bounds(now))
        capped = {
            job_type: {user_id: min(left, rooms[job_type], ROWS) for user_id, left in users.items()}
            for job_type, users in self._in_flight.capped(now).items()
        }
        for user_id, left in self._resuming.users().items():
            for job_type, room in rooms.items():
                users = capped.setdefault(job_type, {})
                users[user_id] = min(left, users.get(user_id, min(room, ROWS)))
        look = self._place.look(rooms, now)
        self._look, self._read = replace(look, capped=capped, resumed=self._resuming.open), ()
        self._budget = Budget(self._in_flight)
        return self._look

    def choose(self, rows: Sequence[Turn]) -> list[Turn]:
        """Which of the requests that it has read it takes."""
        choice = choose(rows, self._look.rooms, self._passed, self._spend)
        self._read, self._passed = rows, choice.passed
        return choice.rows[:ROWS]

    def begin(self, waiting: Sequence[Waiting]) -> None:
        """What it has taken is about to be published."""
        self._in_turn, _ = by_haste(waiting)
        self._window.publish(_requests(self._in_turn))

    def note(self, waiting: Sequence[Waiting], done: Collection[str], now: float) -> None:
        """What it has taken, and which of that is done, by event id."""
        in_lanes = {row.lane for row in self._read if not self._is_apart(row)}
        taken = [row.place for row in self._in_turn if not self._is_apart(row.place)]
        self._place.note(self._look, in_lanes, taken, now)
        self._place.leave_alone(row.place for row in waiting if row.event_id not in done)
        self._window.hold(Counter(row.lane.job_type for row in self._read), self._rooms)
        self._window.take_back(_requests(row for row in self._in_turn if row.event_id not in done))
        self._in_flight.note(self._look, self._read, {row.event_id for row in waiting}, self._budget.refused)

    def has_taken_all(self, taken: Collection[Waiting]) -> bool:
        """Whether the round that took these has read everything that waits in the lanes, and left nothing."""
        is_all_taken = {row.event_id for row in self._read} <= {row.event_id for row in taken}
        return is_all_taken and len(taken) < ROWS and not self._window.is_holding

    def goes_on(self, now: float) -> bool:
        """Whether there is room again for what the round has held back: nobody else may say so.

        While something is resumed gradually, the next round comes in a second or when it is woken.
        """
        return not self._resuming.is_active and self._window.is_open(now)

    def to_tell(self, now: float) -> tuple[list[Pace], list[Capped]]:
        """How the lanes advance of which something is held back, and whose jobs wait for jobs of their own;
        nothing while that was told just now."""
        held, capped = self._window.held, self._in_flight.waiting
        if now < self._tell_at or not (held or capped):
            return [], []
        self._tell_at = now + TELL_SECONDS
        lanes = [Lane(job_type, is_bulk) for job_type in held for is_bulk in (False, True)]
        return [Pace(*lane, *self._place.pace(lane, now)) for lane in lanes], capped

    def _spend(self, row: Turn) -> bool:
        return self._resuming.allows(row) and self._budget.spend(row) and self._resuming.take(row)

    def _is_apart(self, row: Turn) -> bool:
        return row.user_id in self._look.capped.get(row.lane.job_type, ())


def _requests(rows: Iterable[Waiting]) -> Iterator[Request]:
    """Those that nobody has published."""
    return (Request(row.job_type, row.job_id, row.user_id) for row in rows if row.is_new)

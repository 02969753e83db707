"""Which of the rows that were read are published now. Pure.

Interactive jobs come before bulk. Where both wait, every eighth place of a job type is for bulk, so that
bulk never starves. A row whose user may have no more in flight is passed over. Job types take turns, the one
that was served longest ago first: a user near the bound gets places for all of theirs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lodestone_gateway.outbox.place import Lane, Turn

BULK_EVERY = 8  # places of a job type, one of which is for bulk


@dataclass(frozen=True)
class Choice:
    """The rows, job types in turn; and how many places each job type has given since bulk last had one, the
    type that was served longest ago first."""

    rows: list[Turn]
    passed: Mapping[str, int] = field(default_factory=dict)


def choose(
    rows: Sequence[Turn],
    rooms: Mapping[str, int],
    passed: Mapping[str, int],
    spend: Callable[[Turn], bool] = lambda row: True,
) -> Choice:
    """Takes the first rows of each lane, as many as there is room for in their job type.

    A job type that `rooms` does not name has room for everything. `spend` takes one of the places that the
    user of a row has left, if there is one.
    """
    lanes: dict[Lane, list[Turn]] = {}
    for row in reversed(rows):
        lanes.setdefault(row.lane, []).append(row)
    found = dict.fromkeys(row.lane.job_type for row in rows)
    names = [*(name for name in found if name not in passed), *(name for name in passed if name in found)]
    waiting = [
        _Waiting(
            lanes.get(Lane(name, False), []),
            lanes.get(Lane(name, True), []),
            rooms.get(name, len(rows)),
            passed.get(name, 0),
        )
        for name in names
    ]
    chosen = list[Turn]()
    for taken in _in_turn(waiting, spend):
        chosen += taken
    return Choice(chosen, _served_last(passed, dict(zip(names, waiting, strict=True)), chosen))


class _Waiting:
    """What waits of a job type, the last rows first, and what room there is."""

    def __init__(self, urgent: list[Turn], patient: list[Turn], room: int, passed: int) -> None:
        self._urgent, self._patient, self._room = urgent, patient, room
        self.passed = passed

    def take(self, spend: Callable[[Turn], bool]) -> Turn | None:
        """The next row that may be taken."""
        while self._room and (self._urgent or self._patient):
            are_both = bool(self._urgent and self._patient)
            is_for_bulk = not self._urgent or (are_both and self.passed >= BULK_EVERY - 1)
            row = (self._patient if is_for_bulk else self._urgent).pop()
            if spend(row):
                self.passed = self.passed + 1 if are_both and not is_for_bulk else 0
                self._room -= 1
                return row
        return None


def _in_turn(waiting: Sequence[_Waiting], spend: Callable[[Turn], bool]) -> Iterator[list[Turn]]:
    """One row of each job type, again and again."""
    while taken := [row for each in waiting if (row := each.take(spend))]:
        yield taken


def _served_last(
    passed: Mapping[str, int], waiting: Mapping[str, _Waiting], chosen: Sequence[Turn]
) -> Mapping[str, int]:
    now_passed = {**passed, **{name: each.passed for name, each in waiting.items()}}
    for name in dict.fromkeys(row.lane.job_type for row in chosen):
        now_passed[name] = now_passed.pop(name)
    return now_passed

"""Which of the rows that were read are published now. Pure.

Interactive jobs come before bulk. Where both wait, every eighth place of a job type is for bulk, so that
bulk never starves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lodestone_gateway.outbox.place import Lane, Turn

BULK_EVERY = 8  # places of a job type, one of which is for bulk


@dataclass(frozen=True)
class Choice:
    """The rows, job types in turn; and how many places each job type has given since bulk last had one."""

    rows: list[Turn]
    passed: Mapping[str, int] = field(default_factory=dict)


def choose(rows: Sequence[Turn], rooms: Mapping[str, int], passed: Mapping[str, int]) -> Choice:
    """Takes the first rows of each lane, as many as there is room for in their job type.

    A job type that `rooms` does not name has room for everything.
    """
    lanes: dict[Lane, list[Turn]] = {}
    for row in rows:
        lanes.setdefault(row.lane, []).append(row)
    chosen, now_passed = [], dict(passed)
    for job_type in dict.fromkeys(lane.job_type for lane in lanes):
        interactive, bulk = (lanes.get(Lane(job_type, is_bulk), []) for is_bulk in (False, True))
        room = rooms.get(job_type, len(rows))
        taken, now_passed[job_type] = _choose_of_type(interactive, bulk, room, passed.get(job_type, 0))
        chosen.append(taken)
    return Choice(list(_in_turn(chosen)), now_passed)


def _choose_of_type(
    interactive: Sequence[Turn], bulk: Sequence[Turn], room: int, passed: int
) -> tuple[list[Turn], int]:
    urgent, patient, taken = list(reversed(interactive)), list(reversed(bulk)), list[Turn]()
    while len(taken) < room and (urgent or patient):
        is_for_bulk = bool(patient) and (not urgent or passed >= BULK_EVERY - 1)
        passed = 0 if is_for_bulk or not patient else passed + 1
        taken.append((patient if is_for_bulk else urgent).pop())
    return taken, passed


def _in_turn(by_type: Iterable[Sequence[Turn]]) -> Iterable[Turn]:
    numbered = [(at, row) for rows in by_type for at, row in enumerate(rows)]
    return (row for _, row in sorted(numbered, key=lambda each: each[0]))

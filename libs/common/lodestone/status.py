"""The states of a job and the only moves between them. Pure.

    pending ──► processing ──► completed
       │            ├────────► failed
       │            └────────► cancelled
       ├──► failed
       └──► cancelled

A job that waits for its next attempt stays processing. A terminal state is final.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a job stands."""

    PENDING = "pending"  # accepted, no attempt yet
    PROCESSING = "processing"  # an attempt began; also between two attempts
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing changes any more."""
        return self in TERMINAL


TERMINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
ENDED = tuple(status.value for status in Status if status in TERMINAL)
"""The terminal states as tables and frames write them."""
LIVE = tuple(status.value for status in Status if status not in TERMINAL)
"""The other states as tables and frames write them."""

MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.PROCESSING, Status.FAILED, Status.CANCELLED}),
    Status.PROCESSING: TERMINAL,
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

_TARGETS = {
    "started": Status.PROCESSING,
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
    "cancelled": Status.CANCELLED,
}


def apply(status: Status, event: str) -> Status:
    """The state after an event of that name; an event that may not move the job leaves it where it is."""
    target = _TARGETS.get(event, status)
    return target if target in MOVES[status] else status

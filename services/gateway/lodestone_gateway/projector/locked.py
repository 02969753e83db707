"""What the projector raises where somebody else's open transaction is in a job's way."""

from collections.abc import Iterable
from uuid import UUID


class RowsLocked(Exception):
    """Somebody else has locked what these jobs need; the others may go on without them."""

    def __init__(self, job_ids: Iterable[UUID]) -> None:
        self.job_ids = frozenset(job_ids)

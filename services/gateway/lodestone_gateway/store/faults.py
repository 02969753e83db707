"""What a database error means for the work that met it: try again later, wait for a row, or give it up."""

from collections.abc import Iterable
from enum import Enum
from uuid import UUID

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

WAITING = ("55P03", "57014")  # a lock that did not come, a statement that took too long
OURS = ("22", "23", "44", "54", "P0", "XX")  # classes of errors that the values or their row caused


class Fault(Enum):
    """Whose fault an error is."""

    DATABASE = "database"  # down, full, restarting: everything else fails too
    HELD_UP = "held_up"  # a row that somebody else has locked, or a schema that is not there yet
    WORK = "work"  # this piece of work fails whenever it is tried


class RowsLocked(Exception):
    """Somebody else has locked what these jobs need; the others may go on without them."""

    def __init__(self, job_ids: Iterable[UUID]) -> None:
        self.job_ids = frozenset(job_ids)


def fault_of(error: BaseException) -> Fault:
    """Whose fault it is; an error that has nothing to do with the database is the work's."""
    if isinstance(error, PoolTimeout | OSError | TimeoutError | MemoryError):
        return Fault.DATABASE
    cause = _of_driver(error)
    if cause is None:
        return Fault.WORK
    state = str(getattr(cause, "sqlstate", None) or "")
    if not state and "NUL" in str(cause):
        return Fault.WORK  # the driver itself refused the value
    if state in WAITING or state.startswith("42"):
        return Fault.HELD_UP
    return Fault.WORK if state.startswith(OURS) else Fault.DATABASE


def is_wait(error: BaseException) -> bool:
    """Whether somebody else's open transaction was in the way."""
    return getattr(_of_driver(error), "sqlstate", None) in WAITING


def _of_driver(error: BaseException) -> BaseException | None:
    """The driver's error, if it is one or has one in it."""
    if isinstance(error, DBAPIError):
        return error.orig
    return error if isinstance(error, psycopg.Error) else None

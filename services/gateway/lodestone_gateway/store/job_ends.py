"""Which jobs have ended and which live on, as conditions on their rows."""

from collections.abc import Iterable

from lodestone.status import TERMINAL, Status
from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from lodestone_gateway.store.tables import BackgroundJob


def has_ended() -> ColumnElement[bool]:
    """Whether nothing changes in a job any more."""
    return _is_one_of(TERMINAL)


def is_living() -> ColumnElement[bool]:
    """Whether a job waits or is worked on."""
    return _is_one_of(status for status in Status if not status.is_terminal)


def _is_one_of(statuses: Iterable[Status]) -> ColumnElement[bool]:
    return or_(*(col(BackgroundJob.status) == status.value for status in statuses))

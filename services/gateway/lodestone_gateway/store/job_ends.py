"""Which jobs have ended and which live on, as conditions on their rows."""

from collections.abc import Iterable

from lodestone.status import ENDED, LIVE
from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from lodestone_gateway.store.tables import BackgroundJob


def has_ended() -> ColumnElement[bool]:
    """Whether nothing changes in a job any more."""
    return _is_one_of(ENDED)


def is_living() -> ColumnElement[bool]:
    """Whether a job waits or is worked on."""
    return _is_one_of(LIVE)


def _is_one_of(statuses: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(col(BackgroundJob.status) == status for status in statuses))

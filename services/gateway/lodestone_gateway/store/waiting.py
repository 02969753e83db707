"""What a job waits for, as a condition on its row: the same words that its view tells."""

from collections.abc import Sequence

from lodestone.events import Priority
from sqlalchemy import ColumnElement, and_, case, false, literal, or_, tuple_
from sqlmodel import col

from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.operations_tables import EVERYTHING, HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.store.tables import BackgroundJob

STORED = ("slot", "retry", "provider", "rate_limit")  # in `waiting_for`; what holds the others back is not
BETWEEN_ATTEMPTS = frozenset({"retry", "provider", "rate_limit"})
HELD = ("paused", "spend", "cap", "turn")
WORDS = (*STORED, *HELD)


def stored_words(words: Sequence[str]) -> list[str]:
    """What the column of such a job may say: the start of the index by which they are found."""
    return [*words] if BETWEEN_ATTEMPTS.issuperset(words) else [*STORED]


def waits_for(words: Sequence[str], holds: Holds) -> ColumnElement[bool]:
    """Whether a job, while this holds jobs back, waits for one of these."""
    is_bulk = col(BackgroundJob.priority) == Priority.BULK.value
    is_published = col(BackgroundJob.seq) > 0
    word = case(
        (_is_paused(holds, is_published), "paused"),
        (is_published, col(BackgroundJob.waiting_for)),
        (and_(is_bulk, literal(HELD_BULK in holds.paused)), "spend"),
        (and_(~is_bulk, literal(HELD_INTERACTIVE in holds.paused)), "spend"),
        (_is_capped(holds), "cap"),
        (_is_held_in_its_lane(holds, is_bulk), "turn"),
        else_=col(BackgroundJob.waiting_for),
    )
    return word.in_([*words])


def _is_paused(holds: Holds, is_published: ColumnElement[bool]) -> ColumnElement[bool]:
    """As `Holds.pauses`."""
    job_type, user_id = col(BackgroundJob.job_type), col(BackgroundJob.user_id)
    unless_published = or_(
        literal(EVERYTHING in holds.resumed),
        job_type.in_([*holds.resumed]),
        user_id.in_([*holds.paused_users]),
        col(BackgroundJob.held_by).is_not(None),
    )
    return or_(
        literal(EVERYTHING in holds.paused),
        job_type.in_([*holds.paused]),
        and_(~is_published, unless_published),
    )


def _is_capped(holds: Holds) -> ColumnElement[bool]:
    if not holds.capped:
        return false()
    return tuple_(col(BackgroundJob.job_type), col(BackgroundJob.user_id)).in_([*holds.capped])


def _is_held_in_its_lane(holds: Holds, is_bulk: ColumnElement[bool]) -> ColumnElement[bool]:
    lanes = [
        and_(col(BackgroundJob.job_type) == job_type, is_bulk if of_bulk else ~is_bulk)
        for job_type, of_bulk in holds.paces
    ]
    return or_(false(), *lanes)

"""The values of filters as addresses have them: texts, checked and read. Each error names its field."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from lodestone.clock import parse_time
from lodestone.errors import InvalidRequest
from lodestone.ids import parse_id

MOST_TEXT = 200  # characters that are searched for
MOST_USD = 1_000_000


def choices(field: str, given: str | None, allowed: list[str]) -> list[str]:
    """The values between the commas; empty if none are given. Raises InvalidRequest for an unknown one."""
    chosen = given.split(",") if given is not None else []
    if not set(chosen) <= set(allowed):
        raise _wrong(field, f"Must be from: {', '.join(allowed)}.")
    return chosen


def id_of(field: str, given: str | None) -> UUID | None:
    """The id; None if none is given. Raises InvalidRequest if it is not an id."""
    id = parse_id(given) if given is not None else None
    if given is not None and id is None:
        raise _wrong(field, "Must be an id (a UUID).")
    return id


def moment_of(field: str, given: str | None) -> datetime | None:
    """The time; None if none is given. Raises InvalidRequest if it is none, or has no offset."""
    if given is None:
        return None
    try:
        return parse_time(given)
    except ValueError:
        raise _wrong(field, "Must be a time with its offset, such as 2026-01-31T09:00:00Z.") from None


def amount_of(field: str, given: str | None) -> Decimal | None:
    """US dollars; None if none are given. Raises InvalidRequest if it is no amount."""
    if given is None:
        return None
    try:
        amount = Decimal(given)
    except InvalidOperation:
        amount = Decimal("nan")
    if not (amount.is_finite() and 0 <= amount <= MOST_USD):
        raise _wrong(field, f"Must be an amount in US dollars, from 0 to {MOST_USD:,}.")
    return amount


def text_of(field: str, given: str | None) -> str | None:
    """The text to search for; None if none is given. Raises InvalidRequest if nothing can contain it."""
    if given is None:
        return None
    if not 0 < len(given.strip()) <= MOST_TEXT or "\x00" in given or not given.isprintable():
        raise _wrong(field, f"Must be 1 to {MOST_TEXT} printable characters.")
    return given.strip()


def flag_of(field: str, given: str | None) -> bool:
    """Whether it is `true`; false if it is not given. Raises InvalidRequest for anything else."""
    if given not in (None, "true", "false"):
        raise _wrong(field, "Must be true or false.")
    return given == "true"


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])

"""Pages of a list ordered by creation, newest first, and a place in it as text for callers."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from lodestone.clock import parse_time
from lodestone.errors import InvalidRequest
from lodestone.ids import parse_id


class Listed(Protocol):
    """A row of such a list."""

    @property
    def id(self) -> UUID:
        """Distinguishes rows created at the same time."""

    @property
    def created_at(self) -> datetime:
        """What the list is ordered by."""


R = TypeVar("R", bound=Listed)


@dataclass(frozen=True)
class Page(Generic[R]):
    """A part of a list; `next_cursor` asks for what follows, None at the end."""

    rows: Sequence[R]
    next_cursor: str | None


def page_of(rows: Sequence[R], limit: int) -> Page[R]:
    """The first `limit` rows; a further row only shows that there are more."""
    shown = rows[:limit]
    return Page(shown, cursor_after(shown[-1]) if len(rows) > limit else None)


def cursor_after(row: Listed) -> str:
    """Asks for what follows the row."""
    return cursor_of(row.created_at, row.id)


def cursor_of(time: datetime, id: UUID) -> str:
    """Asks for what follows this place."""
    return base64.urlsafe_b64encode(f"{time.isoformat()}/{id}".encode()).decode()


def place_of(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The last row's place; None without a cursor. Raises InvalidRequest for an invalid one."""
    if not cursor:
        return None
    try:
        time, _, text = base64.urlsafe_b64decode(cursor.encode()).decode().partition("/")
        id = parse_id(text)
        if id is not None:
            return parse_time(time), id
    except (binascii.Error, ValueError):
        pass
    raise InvalidRequest(
        errors=[{"field": "cursor", "message": "Must be the nextCursor of an earlier page."}]
    )

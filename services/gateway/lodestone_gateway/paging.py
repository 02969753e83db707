"""A place in a list ordered by creation, newest first, as text for callers."""

import base64
import binascii
from datetime import datetime
from typing import Protocol
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


def cursor_after(row: Listed) -> str:
    """Asks for what follows the row."""
    return base64.urlsafe_b64encode(f"{row.created_at.isoformat()}/{row.id}".encode()).decode()


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """The last row's place. Raises InvalidRequest for an invalid cursor."""
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

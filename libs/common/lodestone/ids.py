"""Ids: UUIDv7, which sort by creation time."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A fresh id for a job, an event, a call or a row."""
    return UUID(str(uuid_utils.compat.uuid7()))


def parse_id(text: str) -> UUID | None:
    """The id in `text`, in its usual form with dashes; None if it is not an id."""
    try:
        id = UUID(text)
    except ValueError:
        return None
    return id if str(id) == text.lower() else None

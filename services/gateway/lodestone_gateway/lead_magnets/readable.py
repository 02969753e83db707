"""Which stored parts of a lead magnet have the shape that the pages show; others are skipped and named.

Stored parts may come from another version, or may have been written by hand.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow


def pass_over_unreadable(row: LeadMagnetRow, emails: EmailSequenceRow | None) -> list[str]:
    """The pieces that cannot be shown; removes their parts from the rows, which are only for display."""
    unreadable = []
    for piece in PIECES.values():
        stored = emails if piece.name == EMAILS else row
        for column, shape in piece.shapes.items():
            if stored is not None and not _fits(shape, getattr(stored, column)):
                setattr(stored, column, [] if stored is emails else None)
                unreadable.append(piece.name)
    return unreadable


def _fits(shape: TypeAdapter[Any], stored: Any) -> bool:
    try:
        return stored is None or bool(shape.validate_python(stored) or True)
    except ValidationError:
        return False

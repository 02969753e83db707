"""Which stored parts of a lead magnet have the shape that the pages show; others are skipped and named.

Stored parts may come from another version, or may have been written by hand.
"""

from collections.abc import Mapping
from typing import Any

from lodestone.jobs.content import ExtractedContent
from lodestone.jobs.emails import Email
from lodestone.jobs.polish import PolishedContent
from lodestone.jobs.posts import PostVariation
from pydantic import TypeAdapter, ValidationError

from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow

_SHAPES: Mapping[str, tuple[str, TypeAdapter[Any]]] = {
    "extracted_content": ("extraction", TypeAdapter(ExtractedContent)),
    "polished_content": ("polish", TypeAdapter(PolishedContent)),
    "post_variations": ("posts", TypeAdapter(list[PostVariation])),
}
_EMAILS: TypeAdapter[Any] = TypeAdapter(list[Email])


def pass_over_unreadable(row: LeadMagnetRow, emails: EmailSequenceRow | None) -> list[str]:
    """The pieces that cannot be shown; removes their parts from the rows, which are only for display."""
    unreadable = []
    for column, (piece, shape) in _SHAPES.items():
        if not _fits(shape, getattr(row, column)):
            setattr(row, column, None)
            unreadable.append(piece)
    if emails is not None and not _fits(_EMAILS, emails.emails):
        emails.emails = []
        unreadable.append("emails")
    return unreadable


def _fits(shape: TypeAdapter[Any], stored: Any) -> bool:
    try:
        return stored is None or bool(shape.validate_python(stored) or True)
    except ValidationError:
        return False

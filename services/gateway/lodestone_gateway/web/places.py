"""The places of a lead magnet's page, each with an address: one for each piece, and its settings. Pure."""

from uuid import UUID

from lodestone_gateway.job_types.table import PIECES

DETAILS = "details"  # the title, the link for readers, deleting
WORDS = {**{name: piece.word for name, piece in PIECES.items()}, DETAILS: "settings"}
"""The last part of an address, by place; a piece's place is the job type that makes it."""

BIN = "/library/bin"

EDITS = {**{name: [*piece.edits] for name, piece in PIECES.items()}, DETAILS: [DETAILS]}
"""The forms of a place, each by the last part of the path that receives it."""


def address(lead_magnet_id: UUID, place: str) -> str:
    """Where it is shown; of a place that is not known, the lead magnet's own."""
    return f"/library/{lead_magnet_id}/{WORDS[place]}" if place in WORDS else f"/library/{lead_magnet_id}"

"""What the menu of a piece offers to download."""

from uuid import UUID

from lodestone_gateway.exports.export import OFFERED, Format

_PIECES = {"polish": "page"}  # job types whose piece is called otherwise in an address
_LABELS = {
    Format.PDF: "PDF",
    Format.DOCX: "Word",
    Format.HTML: "HTML, one file",
    Format.MARKDOWN: "Markdown",
    Format.CSV: "CSV, for tables",
}


def files(lead_magnet_id: UUID, job_type: str, is_tool: bool) -> list[tuple[str, str]]:
    """The address and the label of each file of the piece that jobs of this type make."""
    content = "tool" if is_tool else "content"
    piece = {**_PIECES, "extraction": content}.get(job_type, job_type)
    offered = OFFERED.get(piece, ())
    ends = [format for format in _LABELS if format in offered]
    return [(f"/api/lead-magnets/{lead_magnet_id}/exports/{piece}.{end}", _LABELS[end]) for end in ends]

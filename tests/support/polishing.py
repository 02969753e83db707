"""A lead magnet to polish."""

from typing import Any

from lodestone.jobs.polish import PolishWork
from support.samples import LEAD_MAGNET_ID, extracted_content

VIDEO = "https://www.loom.com/share/5f2b"


def polish_work(**content: Any) -> PolishWork:
    """Two sections, the second with a video, and every optional field; `content` replaces content fields."""
    first = extracted_content()["structure"][0]
    item = {
        "headline": "Send two pages and no more",
        "summary": "Three columns, four lines.",
        "detail": f"Watch how it is filled in: {VIDEO}.",
    }
    second = {"sectionName": "The page", "introduction": "One sheet.", "contents": [item], "keyTakeaway": ""}
    body = extracted_content() | {"structure": [first, second]} | content
    return PolishWork.model_validate(
        {
            "leadMagnetId": LEAD_MAGNET_ID,
            "title": "The Two-Page Quote",
            "archetype": "single-system",
            "concept": {"title": "The Two-Page Quote", "painSolved": "Tenders are lost on price"},
            "extractedContent": body,
        }
    )

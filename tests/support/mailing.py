"""A lead magnet to write emails for."""

from typing import Any

from lodestone.jobs.emails import EmailsWork
from support.samples import LEAD_MAGNET_ID


def bare_emails_work(**changes: Any) -> EmailsWork:
    """With the required fields only."""
    body = {"leadMagnetId": LEAD_MAGNET_ID, "title": "The Two-Page Quote", "senderName": "Mara Lind"}
    return EmailsWork.model_validate(body | changes)


def emails_work(**changes: Any) -> EmailsWork:
    """With every optional field."""
    body = {
        "format": "Google Doc",
        "contents": "Scope sheet with five boxes. Two call guides. Margin workbook.",
        "businessDescription": "I help engineering consultancies of 10 to 60 people stop losing on price.",
        "audienceStyle": "professional-polished",
        "bestVideo": {"title": "Filling in the sheet", "url": "https://www.loom.com/share/9"},
        "contentLinks": [{"title": "Margins explained", "url": "https://example.org/margins"}],
        "communityUrl": "https://example.org/community",
        "resourceUrl": "https://example.org/copy",
    }
    return bare_emails_work(**(body | changes))

"""A polished page with a block of each type, and letters that fonts and formats get wrong."""

from typing import Any

LETTERS = "Größe & „Maß“: façade, ñandú, Łódź, “quoted”, l’été → ✓ <b>not bold</b>"


def page(**changes: Any) -> dict[str, Any]:
    """The page as it is stored."""
    blocks: list[dict[str, Any]] = [
        {"type": "paragraph", "content": f"{LETTERS}\nsecond line"},
        {"type": "callout", "content": "Mind the gap.", "style": "warning"},
        {"type": "list", "content": "- one\n- two"},
        {"type": "quote", "content": "I signed it."},
        {"type": "divider", "content": ""},
        {"type": "code", "content": "def price(hours):\n    return hours * 90", "language": "python"},
        {"type": "table", "content": "Rates", "headers": ["Who", "Rate"], "rows": [["Ann", "90 | 95"]]},
        {"type": "accordion", "title": "Why so dear?", "content": "Because it saves a year."},
        {
            "type": "numbered-item",
            "title": "Ask",
            "number": 1,
            "content": "Ask what waiting costs.",
            "detail": "In figures.",
            "category": "Calls",
        },
        {"type": "stat-card", "title": "of quotes won", "content": "40 %", "style": "info"},
        {"type": "embed", "url": "https://youtu.be/abc", "provider": "youtube", "content": "The talk"},
        {"type": "image", "src": "https://example.org/a.png", "alt": "The sheet", "caption": ""},
        {"type": "image", "src": "javascript:alert(1)", "alt": "Not an address", "caption": ""},
        {
            "type": "resource-card",
            "items": [{"title": "The [sheet]", "url": "https://example.org/?a=1&b=2"}],
            "content": "",
        },
        {"type": "of-a-later-release", "content": "Still here."},
    ]
    section = {
        "id": "calls",
        "sectionName": "The calls",
        "introduction": "Two calls.",
        "blocks": blocks,
        "keyTakeaway": "Won before it is written.",
    }
    return {
        "version": 1,
        "polishedAt": "2026-05-04T12:00:00.000Z",
        "title": None,
        "heroSummary": "How a quote is won.",
        "sections": [section],
        "metadata": {"readingTimeMinutes": 1, "wordCount": 50},
        **changes,
    }


SAID = [
    "How a quote is won.",
    "The calls",
    "Two calls.",
    LETTERS,
    "second line",
    "Mind the gap.",
    "one",
    "two",
    "I signed it.",
    "return hours * 90",
    "Rates",
    "Who",
    "90 | 95",
    "Why so dear?",
    "Because it saves a year.",
    "Ask what waiting costs.",
    "In figures.",
    "Calls",
    "40 %",
    "of quotes won",
    "The talk",
    "The sheet",
    "Not an address",
    "The [sheet]",
    "Still here.",
    "Won before it is written.",
]
"""What a reader must find in it, whatever the format."""

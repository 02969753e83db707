"""Blocks of a page: groups, bullets, and addresses that may appear in a frame."""

import pytest
from lodestone_gateway.web.library.blocks import bullets, embed_address, groups


def test_figures_and_numbered_items_beside_each_other_stand_together() -> None:
    types = ["stat-card", "stat-card", "paragraph", "paragraph", "numbered-item", "stat-card", "hologram"]

    found = groups([{"type": type} for type in types])

    assert [(group.type, len(group.blocks)) for group in found] == [
        ("stat-card", 2),
        ("paragraph", 1),
        ("paragraph", 1),
        ("numbered-item", 1),
        ("stat-card", 1),
        ("hologram", 1),
    ]


def test_bullets_lose_their_dashes() -> None:
    assert bullets("- One\n\n-  Two \nThree - four\n- ") == ["One", "Two", "Three - four"]


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        ("https://www.youtube.com/watch?v=abc_-1&t=9", "https://www.youtube-nocookie.com/embed/abc_-1"),
        ("https://youtu.be/abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://vimeo.com/123", "https://player.vimeo.com/video/123"),
        ("https://www.loom.com/share/a1b2", "https://www.loom.com/embed/a1b2"),
        ("https://airtable.com/shrX1/", "https://airtable.com/embed/shrX1"),
    ],
)
def test_the_four_providers_can_be_framed(url: str, framed: str) -> None:
    assert embed_address(url) == framed


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/video",
        "https://youtube.com.example.org/watch?v=abc",
        'https://youtu.be/a"onload=x',
        "https://www.youtube.com/watch?v=a%22b",
        "https://vimeo.com/",
        "javascript:alert(1)",
        "https://[",
        "https://[::1/abc",
    ],
)
def test_nothing_else_is_framed(url: str) -> None:
    assert embed_address(url) is None

"""Counts in a row as a picture."""

import re

from lodestone_gateway.web.console.sparks import HEIGHT, LEAST, ROOM, spark


def bars_of(values: list[int]) -> list[tuple[int, int]]:
    """The place and height of each bar."""
    drawn = re.findall(r'<rect x="(\d+)" y="\d+" width="\d+" height="(\d+)"/>', spark("n", values))
    return [(int(x) // ROOM, int(height)) for x, height in drawn]


def test_the_highest_bar_fills_the_picture_and_one_that_is_not_empty_can_be_seen() -> None:
    assert bars_of([0, 1, 500, 1000]) == [(1, LEAST), (2, HEIGHT // 2), (3, HEIGHT)]


def test_nothing_is_an_empty_picture_with_its_words() -> None:
    assert bars_of([0, 0]) == []
    assert 'aria-label="no &lt;failures&gt;"' in spark("no <failures>", [0, 0])

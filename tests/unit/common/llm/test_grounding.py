"""Web addresses in a text."""

import pytest
from lodestone.llm.grounding import web_addresses


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.org/x?y=1.", ["https://a.org/x?y=1"]),
        ("(https://a.org/b_(c)) and [it](https://b.org/d)", ["https://a.org/b_(c)", "https://b.org/d"]),
        ("https://a.org, again https://a.org!", ["https://a.org"]),
        ('<a href="https://a.org/p">', ["https://a.org/p"]),
        ("no address: http:// or a.org", []),
    ],
)
def test_addresses_are_found_without_what_stands_around_them(text: str, addresses: list[str]) -> None:
    assert web_addresses(text) == addresses

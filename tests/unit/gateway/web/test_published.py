"""Whose turn it is among readers: by network address, of which one reader may have many."""

import pytest
from lodestone_gateway.web.published import line_of


@pytest.mark.parametrize(
    ("one", "other", "is_the_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "", True),
    ],
)
def test_readers_of_one_network_share_a_line(one: str, other: str, is_the_same: bool) -> None:
    assert (line_of(one) == line_of(other)) is is_the_same

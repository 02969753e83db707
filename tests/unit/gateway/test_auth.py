"""Who sent a request: the token in its header, and whether it comes from a page of ours."""

import pytest
from lodestone.errors import Unauthorized
from lodestone_gateway.auth import _bearer, is_own_origin
from starlette.datastructures import Headers


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER   abc "])
def test_a_token_is_sent_as_bearer(header: str) -> None:
    assert _bearer(header) == "abc"


@pytest.mark.parametrize(
    "header", ["", "abc", "Basic abc", "Bearer", "Bearer  ", "Bearerabc", "Tok Bearer abc"]
)
def test_anything_else_is_told_how_to_send_one(header: str) -> None:
    with pytest.raises(Unauthorized, match="Authorization: Bearer <token>"):
        _bearer(header)


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("https://example.org", "example.org", True),
        ("http://example.org", "example.org", True),
        ("http://127.0.0.1:8400", "127.0.0.1:8400", True),
        ("http://[::1]:8400", "[::1]:8400", True),
        ("https://example.org:8443", "example.org", False),
        ("https://example.org.evil.example", "example.org", False),
        ("https://user@example.org", "example.org", False),
        ("ftp://example.org", "example.org", False),
        ("//example.org", "example.org", False),
        ("example.org", "example.org", False),
        ("null", "example.org", False),
        ("", "", False),
        ("https://[", "example.org", False),
        ("https://]", "]", False),
    ],
)
def test_a_page_of_ours_has_the_host_that_it_asks(origin: str, host: str, is_own: bool) -> None:
    assert is_own_origin(Headers({"origin": origin, "host": host})) is is_own


def test_without_an_origin_nothing_is_ours() -> None:
    assert not is_own_origin(Headers({"host": "example.org"}))
    assert not is_own_origin(Headers({}))

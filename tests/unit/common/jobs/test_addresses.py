"""Web addresses: what is one, whose page it leads to, and what may be framed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.jobs.addresses import embed_address, is_web_address, provider_of, split_address


@pytest.mark.parametrize("text", ["https://example.org", "HTTP://example.org/a?b#c", "https://[::1]:8400/"])
def test_an_address_begins_with_http_or_https_and_names_a_host(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "https://",
        "https:///a",
        "https://a b",
        "javascript:alert(1)",
        "ftp://a",
        "https://[a",
    ],
)
def test_nothing_else_is_one(text: str) -> None:
    assert not is_web_address(text)


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("https://www.youtube.com/watch?v=1", "youtube"),
        ("https://youtu.be/1", "youtube"),
        ("https://player.vimeo.com/video/1", "vimeo"),
        ("https://www.loom.com/share/1", "loom"),
        ("https://AIRTABLE.com/embed/1", "airtable"),
        ("https://example.com/youtube.com", None),
        ("https://notyoutube.com/1", None),
        ("https://[bad/1", None),
    ],
)
def test_four_providers_are_known_by_their_hosts(address: str, provider: str | None) -> None:
    assert provider_of(address) == provider


@pytest.mark.parametrize(
    ("url", "framed"),
    [
        ("https://www.youtube.com/watch?v=abc_-1&t=9", "https://www.youtube-nocookie.com/embed/abc_-1"),
        ("https://m.youtube.com/watch?v=abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://youtu.be/abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://vimeo.com/123", "https://player.vimeo.com/video/123"),
        ("https://player.vimeo.com/video/123", "https://player.vimeo.com/video/123"),
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
        "https://help.loom.com/articles/1",
        'https://youtu.be/a"onload=x',
        "https://www.youtube.com/watch?v=a%22b",
        "https://vimeo.com/",
        "https://[bad/1",
        "javascript:alert(1)",
    ],
)
def test_nothing_else_is_framed(url: str) -> None:
    assert embed_address(url) is None


def test_an_address_has_its_parts() -> None:
    parts = split_address("https://example.org:8443/a?b=c#d")

    assert (parts.scheme, parts.netloc, parts.path, parts.query) == ("https", "example.org:8443", "/a", "b=c")


@pytest.mark.parametrize(
    "text", ["", "https://[", "https://[::1/a", "https://]", "//[", "https://exa℀mple.org"]
)
def test_what_is_no_address_has_none(text: str) -> None:
    assert not any(split_address(text))


@settings(max_examples=50)
@given(st.text(st.sampled_from("ahtps:/[]?#@%\\\x00\t .é℀")))
def test_no_text_is_an_error(text: str) -> None:
    split_address(text)

"""Addresses that others wrote: what is none has no parts, and is no error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone_gateway.addresses import split_address


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

"""Where a sign-in continues: on this host, and never anywhere else."""

import pytest
from lodestone_gateway.web.session import place_here

HERE = "example.org"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("/library", "/library"),
        ("/library/1?tab=posts&x=%20", "/library/1?tab=posts&x=%20"),
        ("https://example.org/jobs", "/jobs"),
        ("http://example.org/jobs#now", "/jobs"),
        ("//example.org/jobs", "/jobs"),
    ],
)
def test_it_continues_at_a_path_of_this_host(url: str, place: str) -> None:
    assert place_here(url, HERE) == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "library",
        "https://evil.example/jobs",
        "//evil.example/jobs",
        "https://example.org",
        "https://example.org//evil.example",
        "https://example.org/\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "ftp://example.org/jobs",
        "https://user@example.org/jobs",
        "https://[",
        "https://[::1/jobs",
    ],
)
def test_anything_else_goes_to_the_start(url: str) -> None:
    assert place_here(url, HERE) == "/create"

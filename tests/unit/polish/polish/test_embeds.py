"""Which addresses a page embeds."""

import pytest
from lodestone_polish.polish.embeds import embeds_in, provider_of


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


def test_only_those_of_the_four_are_found_in_a_text() -> None:
    text = "See https://loom.com/share/1, https://example.com and (https://youtu.be/2)."

    assert embeds_in(text) == {"https://loom.com/share/1": "loom", "https://youtu.be/2": "youtube"}

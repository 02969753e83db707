"""Which addresses a page embeds."""

from lodestone_polish.polish.embeds import embeds_in


def test_only_those_of_the_four_are_found_in_a_text() -> None:
    text = "See https://loom.com/share/1, https://example.com and (https://youtu.be/2)."

    assert embeds_in(text) == {"https://loom.com/share/1": "loom", "https://youtu.be/2": "youtube"}

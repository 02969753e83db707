"""A text on a page says its language where that is not the page's."""

import pytest
from lodestone_gateway.web.spoken import said_in

FRENCH = "C'est le chien qui décide quand on commence, et vous attendez avec lui."


@pytest.mark.parametrize(
    ("stored", "attribute"),
    [
        (FRENCH, ' lang="fr"'),
        ({"sectionName": "Avant", "contents": [{"summary": FRENCH}]}, ' lang="fr"'),
        ("It is the dog who decides when you begin.", ""),
        ("", ""),
        (None, ""),
        ("見積書は今日送ってください。", ""),
    ],
)
def test_a_text_says_its_language_if_it_is_not_that_of_the_page(stored: object, attribute: str) -> None:
    assert said_in(stored) == attribute

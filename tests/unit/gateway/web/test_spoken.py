"""A text on a page says its language where that is not the page's."""

import pytest
from lodestone_gateway.web.spoken import opening_of, said_in

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


@pytest.mark.parametrize(
    ("hook_type", "said", "opening"),
    [
        ("price-anchor", FRENCH, "Ancrage de prix"),
        ("time-saved", "Es ist der Hund, der sagt, wann man beginnt.", "Gesparte Zeit"),
        ("confession", "It is the dog who decides when you begin.", "Confession"),
        ("Specific Result", "", "Specific result"),
        ("fear_of_loss", FRENCH, "Fear of loss"),
    ],
)
def test_how_a_post_begins_is_said_in_its_language(hook_type: str, said: str, opening: str) -> None:
    assert opening_of({"hookType": hook_type, "post": said}) == opening

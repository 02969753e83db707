"""Hints beside the questions: the owner's own words, each once, with where they are from."""

from typing import Any

from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.questions import HINTS_OF_A_FIELD, Hint, _hints
from support.stored import stored


def hints(kit: BrandKit, **columns: Any) -> list[Hint]:
    magnet = stored(**columns)
    return _hints(Workspace(magnet.row, None, {}, [], {}, [], []), kit)


def test_without_words_of_the_owner_there_are_none() -> None:
    assert hints(BrandKit()) == []
    assert hints(BrandKit(), concept={"groundedIn": None}) == []


def test_they_begin_with_what_the_idea_is_based_on() -> None:
    kit = BrandKit(results=["22%"], success_example="One week.", urgent_pains=["Größe 🚀"])

    found = hints(kit, concept={"groundedIn": "A call"})

    assert found == [
        Hint("A call", "What this idea is based on"),
        Hint("22%", "Your results"),
        Hint("One week.", "Your success"),
        Hint("Größe 🚀", "Your clients’ pains"),
    ]


def test_the_same_words_are_a_hint_once_from_where_they_come_first() -> None:
    kit = BrandKit(results=["22%", "22%"], processes=["22%"], urgent_pains=["22%"])

    assert hints(kit) == [Hint("22%", "Your results")]


def test_of_each_field_are_a_few() -> None:
    many = [str(number) for number in range(HINTS_OF_A_FIELD + 3)]

    assert [hint.text for hint in hints(BrandKit(results=many))] == many[:HINTS_OF_A_FIELD]

"""Hints beside the questions: the owner's own words, each once, with where they are from."""

from typing import Any

from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.web.library.hints import HINTS_OF_A_FIELD, LONGEST, PASSAGES, Hint, of_kit, of_sources


def hints(kit: BrandKit, **concept: Any) -> list[Hint]:
    return of_kit(concept, kit)


def test_without_words_of_the_owner_there_are_none() -> None:
    assert hints(BrandKit()) == []
    assert hints(BrandKit(), groundedIn=None) == []


def test_they_begin_with_what_the_idea_is_based_on() -> None:
    kit = BrandKit(results=["22%"], success_example="One week.", urgent_pains=["Größe 🚀"])

    found = hints(kit, groundedIn="A call")

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


def test_passages_of_sources_come_first_that_speak_of_what_is_asked() -> None:
    call = "We talked about the weather.\nThe quote had twelve pages, and nobody read the quote.\nBye."
    many = "\n".join(f"Number {n}: a quote of two pages was enough for them." for n in range(9))

    found = of_sources({"Call": call, "Notes": many}, "How many pages has your quote?")

    assert len(found) == PASSAGES
    assert found[0] == Hint("The quote had twelve pages, and nobody read the quote.", "Call")
    assert all(len(hint.text) <= LONGEST for hint in of_sources({"Long": "quote " * 900}, "Which quote?"))
    assert of_sources({"Call": call}, "What is your favourite colour?") == []

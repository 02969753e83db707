"""The language that a text is written in is told by its commonest words, or not at all."""

import pytest
from lodestone.languages import OWN_NAMES, Language, language_of

TEXTS = {
    Language.ENGLISH: "Send the quote today. You can fix the wording tomorrow, and nobody will mind.",
    Language.GERMAN: "Schicken Sie das Angebot heute. An den Worten können Sie morgen noch feilen.",
    Language.FRENCH: "Envoyez le devis aujourd’hui. Vous pourrez revoir les mots demain, c’est assez.",
    Language.SPANISH: "Envíe el presupuesto hoy. Mañana puede corregir las palabras, y no pasa nada.",
    Language.PORTUGUESE: "Envie o orçamento hoje. Amanhã você corrige as palavras, e isso não faz mal.",
}


@pytest.mark.parametrize("language", Language)
def test_a_sentence_or_two_tell_their_language(language: Language) -> None:
    assert language_of(TEXTS[language]) is language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lodestone",
        "€ 1,200 → 14 %",
        "Stuur de offerte vandaag. Morgen kunt u de woorden verbeteren, en niemand vindt dat erg.",
        "Wyślij ofertę dzisiaj. Jutro możesz poprawić słowa i nikomu to nie zaszkodzi.",
        "見積書は今日送ってください。言葉は明日直せます。",
    ],
)
def test_a_text_in_none_of_them_has_no_language(text: str) -> None:
    assert language_of(text) is None


def test_each_language_has_the_name_that_it_calls_itself_by() -> None:
    assert set(OWN_NAMES) == set(Language)
    assert OWN_NAMES[Language.FRENCH] == "Français"
    assert Language.FRENCH.in_english == "French"

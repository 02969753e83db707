"""The languages that texts are made in, and which of them a text is written in. Pure."""

import re
from collections.abc import Iterator
from enum import StrEnum


class Language(StrEnum):
    """A language of our texts, by its code as HTML has it."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    PORTUGUESE = "pt"

    @property
    def in_english(self) -> str:
        """Its name in English, as prompts say it."""
        return self.name.capitalize()


OWN_NAMES: dict[Language, str] = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
    Language.PORTUGUESE: "Português",
}
"""What each language calls itself."""

_LEADING = 1.3  # times as many of its words as of the next language
_LEAST_SHARE = 0.2  # of the words of a text; a text in none of the languages has fewer
_LEAST_WORDS = 3
_READ = 6_000  # characters; the rest of a text says nothing new
_WORD = re.compile(r"[^\W\d_]+")
_COMMON: dict[Language, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        Language.ENGLISH: """
            the and of to is are was a an in we i for with that on how do does what our your
            from by at it they who you this not be have has or as if when which will can one
            their them""",
        Language.GERMAN: """
            der die das den dem des und ist sind war nicht ein eine einen einem einer wir ich
            sie für mit auf von zu zum zur im am wie sich auch bei nach ohne oder wird werden
            haben hat als aus was es dass man noch nur so um ihr ihre ihren ihnen""",
        Language.FRENCH: """
            le la les l un une des du de d et est sont à au aux en dans pour par sur avec que qu
            qui ne pas nous vous je il elle ce cette ces votre vos notre nos plus ou où se son
            sa ses c j n s""",
        Language.SPANISH: """
            el la los las un una unos unas de del y es son en a al para por con que no se lo su
            sus más como qué cuando esta este esto usted te tu nos o pero sin hay si ha""",
        Language.PORTUGUESE: """
            o a os as um uma uns umas de do da dos das e é são em no na nos nas ao à para por
            pelo pela com que não se seu sua seus suas mais como quando este esta isso você eu
            ou mas sem há""",
    }.items()
}


def language_of(text: str) -> Language | None:
    """The language that the commonest words of a text belong to; None when too few tell."""
    words = _WORD.findall(text[:_READ].lower())
    counts = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    first, second, *_ = sorted(counts, key=lambda language: counts[language], reverse=True)
    is_clear = counts[first] >= max(_LEAST_WORDS, _LEAST_SHARE * len(words))
    return first if is_clear and counts[first] >= _LEADING * counts[second] else None


def language_of_all(stored: object) -> Language | None:
    """The language of the texts in a stored JSON value."""
    return language_of("\n".join(_texts(stored)))


def _texts(stored: object) -> Iterator[str]:
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, dict | list):
        for each in stored.values() if isinstance(stored, dict) else stored:
            yield from _texts(each)

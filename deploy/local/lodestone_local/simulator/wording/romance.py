"""How French, Spanish and Portuguese fit words into a sentence: quotations and numbers. Pure.

Their word banks use an owner's words as whole sentences and quotations alone: nothing has to agree with them.
"""

from lodestone.languages import Language

_QUOTES = {
    Language.FRENCH: ("«\u00a0", "\u00a0»", "“”"),
    Language.SPANISH: ("«", "»", "“”"),
    Language.PORTUGUESE: ("«", "»", "“”"),
}
_THOUSANDS = {Language.FRENCH: "\u202f", Language.SPANISH: ".", Language.PORTUGUESE: "."}


class Romance:
    """The forms of a text, by the name that a word bank gives them."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def form(self, text: str, form: str) -> str:
        """The text in this form. Raises ValueError for a form that these languages do not have."""
        match form:
            case "" | "title":
                return text[:1].upper() + text[1:]
            case "said":
                opened, closed, inner = _QUOTES[self._language]
                plain = text.translate(str.maketrans("«»", inner))
                return f"{opened}{plain}{closed}"
        raise ValueError(f"{self._language.in_english} has no form {form}")

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", _THOUSANDS[self._language])

    def kind(self, noun: str, form: str) -> str:
        """What a kind of lead magnet is called, without an article: `noun`."""
        if form != "noun":
            raise ValueError(f"{self._language.in_english} has no form {form}")
        return noun[:1].upper() + noun[1:]

"""How English fits an owner's words into a sentence. Pure."""

import re

from lodestone_local.simulator.wording.banks import words

_ARTICLES = words("en", "articles")
_SMALL_IN_TITLES = words("en", "small_in_titles")
_NO_NAMES = words("en", "no_names")
_HEAD_ENDS = words("en", "head_ends")
_SINGULAR_END = re.compile(r"(?:ss|us|is)$")
_INNER_QUOTES = str.maketrans("“”", "‘’")
_VOWEL_SOUND = re.compile(r"(?:[aeio]|u(?!ni|se|ti|sa))(?!ne-)", re.IGNORECASE)


class English:
    """The forms of a text, by the name that a word bank gives them; `common` are words that are no names."""

    def __init__(self, common: frozenset[str]) -> None:
        self._common = common

    def form(self, text: str, form: str) -> str:
        """The text in this form. Raises ValueError for a form that English does not have."""
        match form:
            case "":
                return _capital(text)
            case "said":
                return f"“{text.translate(_INNER_QUOTES)}”"
            case "inside":
                return self._inside(text)
            case "the":
                return self._the(text)
            case "The":
                return _capital(self._the(text))
            case "it":
                return "them" if is_plural(text) else "it"
            case "title":
                return _title(text)
            case "titled_the":
                return "the " + _title(self._the(text).removeprefix("the "))
        raise ValueError(f"English has no form {form}")

    def number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}"

    def kind(self, noun: str, form: str) -> str:
        """What a kind of lead magnet is called: `noun`, `the` noun, or `a` noun."""
        match form:
            case "the":
                return f"the {noun}"
            case "a":
                return f"{'an' if _VOWEL_SOUND.match(noun) else 'a'} {noun}"
            case "noun":
                return _capital(noun)
        raise ValueError(f"English has no form {form}")

    def _inside(self, text: str) -> str:
        """Without a capital, unless the first word may be a name."""
        first = text.split(" ", 1)[0]
        parts = re.split(r"[-'’]", first)
        if first == "I" or parts[0] == "I" or not (parts[0][1:].islower() or parts[0] == "A"):
            return text
        word = parts[0].lower()
        known = word in _NO_NAMES or not self._common.isdisjoint({word, f"{word}s", word.removesuffix("s")})
        return text[0].lower() + text[1:] if known else text

    def _the(self, text: str) -> str:
        """With the definite article; another article or an owner's name before the noun gives way."""
        first, _, rest = text.partition(" ")
        if first.lower() in _ARTICLES and rest:
            return f"the {self._inside(rest)}"
        return text if first.endswith(("'s", "’s")) else f"the {self._inside(text)}"


def is_plural(text: str) -> bool:
    """Whether a noun phrase is plural: by the last word before its first preposition."""
    words = re.split(r"[,:(]", text)[0].split()
    head = next((words[n - 1] for n, word in enumerate(words) if n and word.lower() in _HEAD_ENDS), words[-1])
    return "and" in words or (head.endswith("s") and not _SINGULAR_END.search(head))


def _title(text: str) -> str:
    words = text.split(" ")
    return " ".join(
        word if n and word.lower() in _SMALL_IN_TITLES else "-".join(map(_capital, word.split("-")))
        for n, word in enumerate(words)
    )


def _capital(text: str) -> str:
    start = next((n for n, letter in enumerate(text) if letter.isalnum()), 0)
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]

"""Placeholders that a writer left to be filled in, in every usual spelling. Pure.

Text in brackets is judged by its words, so that `[1]`, `[sic]` and the text of a Markdown link pass.
`{{first_name}}` is filled in when it is sent. All patterns are bounded, so that a text is read once.
"""

import re
from collections.abc import Iterator

_TAG = r"(?:[abiu]|br|div|em|h[1-6r]|img|li|ol|p|span|strong|table|td|tr|ul)>"
_IN_BRACKETS = (
    re.compile(r"\[([^\[\]\n]{1,200})\](?!\((?:https?://|mailto:|/))"),
    re.compile(r"【([^【】\n]{1,80})】"),
    re.compile(r"«([^«»\n]{1,80})»"),
    re.compile(rf"<(?!{_TAG})([^<>/=\n][^<>=\n]{{0,80}})>"),
    re.compile(r"\(insert ([^()\n]{1,80})\)", re.IGNORECASE),
    # within an address, `%C3%` is an encoded byte
    re.compile(r"(?:(?<![\w/=&?.%:-])|(?=%(?![0-9A-F]{2})))%([A-Za-z_]{2,40})%"),
    re.compile(r"\b__([A-Za-z_]{2,40})__\b"),
)
_IN_BRACES = re.compile(r"(?<!\{)\{([^{}\n]{1,80})\}(?!\})")
_TO_BE_FILLED = re.compile(r"\{\{(?!\s{0,9}first_name\s{0,9}\}\})[^{}\n]{0,80}\}\}|\*\|[^*|\n]{1,80}\|\*")
_WORD = re.compile(r"[^\W\d_]+")
_IDENTIFIER = re.compile(r"[A-Za-z][\w.-]{1,80}")

_ASKING = frozenset(("your", "insert", "placeholder", "todo", "tbd", "xxx"))
_FIELDS = frozenset(
    {
        "address",
        "amount",
        "brand",
        "business",
        "calendar",
        "city",
        "company",
        "date",
        "email",
        "firstname",
        "lastname",
        "link",
        "links",
        "mail",
        "name",
        "number",
        "offer",
        "phone",
        "price",
        "product",
        "resource",
        "sender",
        "signature",
        "surname",
        "title",
        "topic",
        "url",
        "video",
        "website",
    }
)
_BESIDE_A_FIELD = frozenset(("best", "booking", "e", "first", "free", "full", "here", "last", "to"))


def placeholders(text: str) -> list[str]:
    """Each of them once, as it is written, in their order."""
    return list(dict.fromkeys(written for _, written in sorted(_found(text))))


def _found(text: str) -> Iterator[tuple[int, str]]:
    for pattern in _IN_BRACKETS:
        yield from ((match.start(), match[0]) for match in pattern.finditer(text) if _is_open(match[1]))
    for match in _IN_BRACES.finditer(text):
        if _IDENTIFIER.fullmatch(match[1]) or _is_open(match[1]):
            yield match.start(), match[0]
    yield from ((match.start(), match[0]) for match in _TO_BE_FILLED.finditer(text))


def _is_open(content: str) -> bool:
    """Whether the text between the signs asks to be replaced."""
    words = {word.lower() for word in _WORD.findall(content.replace("_", " "))}
    if words & _ASKING or (words & _FIELDS and words <= _FIELDS | _BESIDE_A_FIELD):
        return True
    return content.isupper()

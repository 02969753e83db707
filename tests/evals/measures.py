"""What can be measured in a text: sentences, words, phrases, figures, addresses. Pure."""

import re
from collections.abc import Iterable, Iterator

from lodestone.llm.grounding import web_addresses
from lodestone.wire import JsonObject, WireModel

STOCK_PHRASES = (
    "unlock",
    "unleash",
    "supercharge",
    "skyrocket",
    "game-changer",
    "revolutionary",
    "cutting-edge",
    "next level",
    "effortless",
    "seamless",
    "leverage",
    "empower",
    "elevate",
    "robust",
    "landscape",
    "journey",
    "in today's fast-paced world",
    "here's the thing",
)
"""What every prompt forbids; a word also matches its longer forms."""

_ENDS = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|$)")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|mr|mrs|ms|dr)\.", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def sentences(text: str) -> int:
    """How many sentences a text has; words at the end without a full stop count as one."""
    plain = _ABBREVIATION.sub("x", text).strip()
    ends = list(_ENDS.finditer(plain))
    rest = plain[ends[-1].end() :] if ends else plain
    return len(ends) + bool(re.search(r"\w", rest))


def words(text: str) -> int:
    """How many words a text has."""
    return len(re.findall(r"[\w'’%&@#-]*\w[\w'’%&@#-]*", text))


def emoji(text: str) -> list[str]:
    """The emoji in a text."""
    return _EMOJI.findall(text)


def figures(text: str) -> set[str]:
    """The figures in a text, without thousands separators."""
    return {figure.replace(",", "") for figure in _FIGURE.findall(text)}


def texts_of(value: WireModel | JsonObject) -> str:
    """Every text in a body, one per line."""
    body = value.to_wire() if isinstance(value, WireModel) else value
    return "\n".join(_strings(body))


def pieces_of(value: WireModel) -> list[str]:
    """The texts of each section, email, post or idea: of each object in a list that is in none."""
    waiting: list[object] = [value.to_wire()]
    pieces: list[JsonObject] = []
    while waiting:
        inner = waiting.pop(0)
        if isinstance(inner, dict):
            waiting += inner.values()
        elif isinstance(inner, list):
            pieces += [each for each in inner if isinstance(each, dict)]
    return [texts_of(piece) for piece in pieces]


def stock_phrases(result: str, material: str) -> Iterator[str]:
    """The stock phrases of a text that do not come from its material."""
    said, given = result.casefold().replace("’", "'"), material.casefold()
    for phrase in STOCK_PHRASES:
        if phrase not in given and re.search(rf"\b{re.escape(phrase)}", said):
            yield f"says “{phrase}”"


def invented_addresses(result: str, material: str) -> Iterator[str]:
    """The web addresses in a text that are not in its material."""
    for address in web_addresses(result):
        if address not in web_addresses(material):
            yield f"invents the address {address}"


def invented_figures(result: str, material: str, small: int = 20) -> Iterator[str]:
    """The figures in a text that are not in its material; counts and minutes up to `small` are allowed."""
    for figure in sorted(figures(result) - figures(material)):
        if not figure.isdigit() or int(figure) > small:
            yield f"invents the figure {figure}"


def outside(count: int, low: int, high: int, what: str) -> Iterator[str]:
    """One problem if `count` is below `low` or above `high`, else none."""
    if not low <= count <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        yield f"{what}: {count}, not {wanted}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _all_strings(value.values())
    elif isinstance(value, list):
        yield from _all_strings(value)


def _all_strings(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from _strings(value)

"""Texts that may make a pattern slow, built from the pattern's parts: a beginning, then one part repeated."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from support.steps import Op

MOST_PARTS = 10  # parts of a pattern that are repeated
MOST_CHARS = 6  # characters of a pattern whose pairs are repeated
_OF_CATEGORY = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " \n", "CATEGORY_WORD": "w_"}
EVERY = 3  # one in three combinations of a pair and a beginning is tried
_STRANGER = "\x01"


def attacks(ops: Sequence[Op], length: int) -> Iterator[str]:
    """Attack texts of about this length."""
    for beginning, pump, end in _plans(ops):
        yield beginning + pump * max(length // len(pump), 1) + end


def _plans(ops: Sequence[Op]) -> Iterator[tuple[str, str, str]]:
    parts = list(_flat(ops))[:MOST_PARTS]
    runs = [parts[a:b] for a, b in itertools.combinations(range(len(parts) + 1), 2)]
    chars = list(dict.fromkeys("".join(_chars(ops))))[:MOST_CHARS]
    pairs = [a + b for a in chars for b in chars if a != b]
    pumps = dict.fromkeys([*chars, *(text for run in runs if (text := _sample(run)))])
    beginnings = list(dict.fromkeys([_sample(parts[:count]) for count in range(len(parts))]))
    for pump, beginning in itertools.product(pumps, beginnings):
        yield beginning, pump, _STRANGER
    for at, (pump, beginning) in enumerate(itertools.product(pairs, beginnings)):
        if pump not in pumps and at % EVERY == 0:  # only some of them, to save time
            yield beginning, pump, _STRANGER


def _flat(ops: Sequence[Op]) -> Iterator[Op]:
    """The parts in order, with groups, lookaheads and alternatives unfolded."""
    for op in ops:
        match str(op[0]):
            case "SUBPATTERN":
                yield from _flat(list(op[1][-1]))
            case "ATOMIC_GROUP":
                yield from _flat(list(op[1]))
            case "ASSERT" if op[1][0] > 0:
                yield from _flat(list(op[1][1]))
            case "BRANCH":
                for branch in op[1][1]:
                    yield from _flat(list(branch))
            case name if name.endswith("REPEAT"):
                yield op
                yield from _inner(op)
            case _:
                yield op


def _inner(op: Op) -> Iterator[Op]:
    inner = list(op[1][2])
    if len(inner) > 1 or str(inner[0][0]) in ("SUBPATTERN", "BRANCH"):
        yield from _flat(inner)


def _sample(ops: Sequence[Op]) -> str:
    """A text that these parts match one after another, with each repetition once."""
    return "".join(_sample_of(op) for op in ops)


def _sample_of(op: Op) -> str:
    match str(op[0]):
        case "LITERAL":
            return chr(op[1])
        case "NOT_LITERAL" | "ANY":
            return "n"
        case "IN":
            return next(_members(op[1]), "")
        case "SUBPATTERN":
            return _sample(list(op[1][-1]))
        case "BRANCH":
            return _sample(list(op[1][1][0]))
        case name if name.endswith("REPEAT"):
            least, _, inner = op[1]
            return _sample(list(inner)) * max(int(least), 1)
    return ""


def _chars(ops: Any) -> Iterator[str]:
    """The characters that the pattern mentions, in its order."""
    for op in ops:
        match str(op[0]):
            case "LITERAL" | "NOT_LITERAL":
                yield chr(op[1])
            case "IN":
                yield from _members(op[1])
            case "SUBPATTERN":
                yield from _chars(op[1][-1])
            case "ATOMIC_GROUP":
                yield from _chars(op[1])
            case "BRANCH":
                for branch in op[1][1]:
                    yield from _chars(branch)
            case "ASSERT" | "ASSERT_NOT":
                yield from _chars(op[1][1])
            case name if name.endswith("REPEAT"):
                yield from _chars(op[1][2])


def _members(entries: Sequence[Op]) -> Iterator[str]:
    """Some characters that a character class matches, negated or not."""
    named = "".join(_member(entry) for entry in entries)
    if str(entries[0][0]) != "NEGATE":
        yield from named
        return
    pattern = "".join(map(re.escape, named)) or "x"
    yield from (char for char in " \nn7" if char not in named and re.match(f"[^{pattern}]", char))


def _member(entry: Op) -> str:
    match str(entry[0]):
        case "LITERAL":
            return chr(entry[1])
        case "RANGE":
            return chr(entry[1][0])
        case "CATEGORY":
            name = str(entry[1])
            return " \n-" if "NOT_WORD" in name else _OF_CATEGORY.get(name, "n")
    return ""

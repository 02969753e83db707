"""Counts the steps that a backtracking matcher takes: a measure of work that is the same on every machine."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

_SINGLE = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda char: char.isalnum() or char == "_",
}
Op = tuple[Any, Any]


class TooManySteps(Exception):
    """The limit was reached."""


class Matcher:
    """Runs one pattern step by step, with the semantics of `re`."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        tree: Any = cast(Any, re)._parser.parse(pattern, flags)  # whether mypy knows it depends on its cache
        self.ops: Sequence[Op] = list(tree)
        self._flags: int = tree.state.flags

    def sweep(self, text: str, limit: int) -> tuple[int, list[tuple[int, int]]]:
        """Steps and spans of all matches in a text, as `findall` and `sub` find them. Raises TooManySteps."""
        self._begin(text, limit)
        spans: list[tuple[int, int]] = []
        position = 0
        while position <= len(text):
            end = next(self._sequence(self.ops, position), None)
            if end is not None:
                spans.append((position, end))
            position = end if end is not None and end > position else position + 1
        return self._steps, spans

    def once(self, text: str, limit: int) -> int:
        """Steps of one match at the beginning that must reach the end. Raises TooManySteps."""
        self._begin(text, limit)
        any(end == len(text) for end in self._sequence(self.ops, 0))
        return self._steps

    def _begin(self, text: str, limit: int) -> None:
        self._text = text.lower() if self._flags & re.IGNORECASE else text
        self._limit, self._steps = limit, 0

    def _step(self, steps: int = 1) -> None:
        self._steps += steps
        if self._steps > self._limit:
            raise TooManySteps

    def _sequence(self, ops: Sequence[Op], at: int) -> Iterator[int]:
        if not ops:
            yield at
            return
        for end in self._one(ops[0], at):
            yield from self._sequence(ops[1:], end)

    def _one(self, op: Op, at: int) -> Iterator[int]:
        self._step()
        kind = str(op[0])
        if kind in _SINGLE:
            if at < len(self._text) and self._is(op, self._text[at]):
                yield at + 1
        elif kind == "AT":
            if self._stands(str(op[1]), at):
                yield at
        elif kind.endswith("REPEAT"):
            least, most, inner = op[1]
            yield from self._repeat(kind, (least, int(most)), list(inner), at)
        else:
            yield from self._group(kind, op[1], at)

    def _group(self, kind: str, inner: Any, at: int) -> Iterator[int]:
        match kind:
            case "BRANCH":
                for branch in inner[1]:
                    yield from self._sequence(list(branch), at)
            case "SUBPATTERN":
                yield from self._sequence(list(inner[-1]), at)
            case "ATOMIC_GROUP":
                yield from list(self._sequence(list(inner), at))[:1]
            case "ASSERT" | "ASSERT_NOT":
                start = at if inner[0] > 0 else at - inner[1].getwidth()[0]
                is_there = start >= 0 and next(self._sequence(list(inner[1]), start), None) is not None
                if is_there == (kind == "ASSERT"):
                    yield at
            case _:
                raise NotImplementedError(kind)

    def _repeat(self, kind: str, count: tuple[int, int], ops: Sequence[Op], at: int) -> Iterator[int]:
        is_single = len(ops) == 1 and str(ops[0][0]) in _SINGLE
        if not is_single and kind != "POSSESSIVE_REPEAT":
            yield from self._again(kind, *count, ops, at, 0)
            return
        ends = [at, *self._greedy(ops, count[1], at)][count[0] :]
        if kind == "POSSESSIVE_REPEAT":
            ends = ends[-1:]
        for end in ends if kind == "MIN_REPEAT" else reversed(ends):
            self._step()
            yield end

    def _greedy(self, inner: Sequence[Op], most: int, at: int) -> Iterator[int]:
        for _ in range(min(most, len(self._text) + 1)):
            end = next(self._sequence(inner, at), None)
            if end is None or end == at:
                return
            yield end
            at = end

    def _again(
        self, kind: str, least: int, most: int, inner: Sequence[Op], at: int, count: int
    ) -> Iterator[int]:
        if kind == "MIN_REPEAT" and count >= least:
            yield at
        if count < most:
            for end in self._sequence(inner, at):
                if end > at or count < least:
                    yield from self._again(kind, least, most, inner, end, count + 1)
        if kind == "MAX_REPEAT" and count >= least:
            yield at

    def _is(self, op: Op, char: str) -> bool:
        match str(op[0]):
            case "LITERAL":
                return ord(char) == self._folded(op[1])
            case "NOT_LITERAL":
                return ord(char) != self._folded(op[1])
            case "ANY":
                return char != "\n" or bool(self._flags & re.DOTALL)
            case _:
                negated = str(op[1][0][0]) == "NEGATE"
                return any(self._in(entry, char) for entry in op[1]) != negated

    def _in(self, entry: Op, char: str) -> bool:
        match str(entry[0]):
            case "LITERAL":
                return ord(char) == self._folded(entry[1])
            case "RANGE":
                low, high = entry[1]
                chars = {char, char.upper()} if self._flags & re.IGNORECASE else {char}
                return any(low <= ord(each[0]) <= high for each in chars)
            case "CATEGORY":
                name = str(entry[1])
                return _CATEGORIES[name.replace("NOT_", "")](char) != ("NOT_" in name)
            case _:
                return False

    def _folded(self, code: int) -> int:
        return ord(chr(code).lower()[0]) if self._flags & re.IGNORECASE else code

    def _stands(self, where: str, at: int) -> bool:
        text, multiline = self._text, self._flags & re.MULTILINE
        word = _CATEGORIES["CATEGORY_WORD"]
        match where:
            case "AT_BEGINNING":
                return at == 0 or bool(multiline and text[at - 1] == "\n")
            case "AT_BEGINNING_STRING":
                return at == 0
            case "AT_END":
                return at >= len(text) - text.endswith("\n") or bool(multiline and text[at] == "\n")
            case "AT_END_STRING":
                return at == len(text)
            case _:
                here, before = at < len(text) and word(text[at]), at > 0 and word(text[at - 1])
                return (here != before) == (where == "AT_BOUNDARY")

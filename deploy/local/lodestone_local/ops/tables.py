"""Answers as tables for people: a line for each row, columns as wide as what is in them."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lodestone.wire import JsonObject

from lodestone_local.terminal import harmless

GAP = "  "
WIDEST = 60  # characters of one cell
BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Column:
    """A column: its title, and the cell's text for a row; numbers stand at the right, long texts are cut."""

    title: str
    cell: Callable[[JsonObject], str]
    is_number: bool = False
    is_whole: bool = False  # for texts that are copied from it


def table(rows: Sequence[JsonObject], columns: Sequence[Column]) -> Iterator[str]:
    """The titles, then a line for each row; without rows there is no line."""
    if not rows:
        return
    cells = [[column.title for column in columns]]
    cells += [[_shown(column, row) for column in columns] for row in rows]
    widths = [max(map(len, texts)) for texts in zip(*cells, strict=True)]
    for line in cells:
        placed = zip(line, widths, columns, strict=True)
        yield GAP.join(
            text.rjust(width) if column.is_number else text.ljust(width) for text, width, column in placed
        ).rstrip()


def text_of(*path: str) -> Callable[[JsonObject], str]:
    """The cell of a field, which may be inside others: empty for null, yes or no for a truth value."""

    def cell(row: JsonObject) -> str:
        value: object = row
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "" if value is None else str(value)

    return cell


def time_of(*path: str) -> Callable[[JsonObject], str]:
    """The cell of a time, to the second; UTC, as all times of the API."""
    read = text_of(*path)
    return lambda row: read(row)[:19].replace("T", " ")


def dollars_of(*path: str) -> Callable[[JsonObject], str]:
    """The cell of an amount in US dollars, to a hundredth of a cent."""
    read = text_of(*path)
    return lambda row: f"{float(read(row) or 0):.4f}"


def trend_of(name: str) -> Callable[[JsonObject], str]:
    """The cell of counts over time, the oldest first: a bar for each, as high as it is of the highest."""

    def cell(row: JsonObject) -> str:
        counts: list[int] = row[name]
        highest = max([*counts, 1])
        return "".join(BARS[math.ceil(count / highest * (len(BARS) - 1))] for count in counts)

    return cell


def _shown(column: Column, row: JsonObject) -> str:
    text = harmless(column.cell(row))
    return text if column.is_whole or len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"

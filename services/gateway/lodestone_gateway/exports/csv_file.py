"""Rows → CSV (RFC 4180), which no spreadsheet takes for formulas. Pure."""

import csv
import io
from collections.abc import Sequence

MARK = "\ufeff"  # says UTF-8 to spreadsheets, which otherwise guess
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Every cell is quoted; one that a spreadsheet might calculate begins with an apostrophe."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([map(_harmless, row) for row in rows])
    return (MARK + file.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" \n").startswith(BEGINS_A_FORMULA) else cell

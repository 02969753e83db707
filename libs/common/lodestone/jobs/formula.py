"""The formula of a calculator: input ids, numbers, + - * / and parentheses, nothing else.

Pages work it out in a script, so what passes here must be an expression there too.
"""

import re
from collections.abc import Collection

MAX_FORMULA = 500  # characters

_TOKEN = re.compile(
    r"""[ \t]*(?:
        (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)
      | (?P<id>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>[+-])
      | (?P<factor>[*/])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)


def check_formula(formula: str, ids: Collection[str]) -> None:
    """Raises ValueError, saying where, unless `formula` is an expression over `ids`."""
    if len(formula) > MAX_FORMULA:
        raise ValueError(f"the formula is longer than {MAX_FORMULA} characters")
    wants_value, depth, last = True, 0, ""
    for kind, text, position in _tokens(formula):
        if kind == "id" and text not in ids:
            raise ValueError(f"the formula uses {text!r}, which is not the id of an input")
        if kind not in _expected(wants_value, depth, last):
            raise ValueError(f"the formula breaks at character {position + 1}, {text or 'the end'!r}")
        depth += (kind == "open") - (kind == "close")
        wants_value = kind in ("sign", "factor", "open")
        last = kind


def _tokens(formula: str) -> list[tuple[str, str, int]]:
    """Kind, text and position of each token, including the end; a newline is not a space here."""
    tokens: list[tuple[str, str, int]] = []
    position = 0
    while not tokens or tokens[-1][0] != "end":
        match = _TOKEN.match(formula, position)
        if match is None or match.lastgroup is None:
            raise ValueError(f"the formula has something other than arithmetic at character {position + 1}")
        kind = match.lastgroup
        tokens.append((kind, match.group(kind), match.start(kind)))
        position = match.end()
    return tokens


def _expected(wants_value: bool, depth: int, last: str) -> set[str]:
    if not wants_value:
        return {"sign", "factor", "close" if depth else "end"}
    values = {"number", "id", "open"}
    # a second sign in a row would be read as an increment by a script
    return values if last == "sign" else values | {"sign"}

"""What a PromQL expression asks for: metrics with the labels it matches, and labels it groups by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[A-Za-z_:][\w:]*|\S')
GROUPS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"} | GROUPS
AGGREGATIONS = {"sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile", "stddev", "group"}


@dataclass
class Asked:
    """Of one expression."""

    labels: dict[str, set[str]] = field(default_factory=dict)  # matched, by metric
    groups: set[str] = field(default_factory=set)


def asked(expression: str) -> Asked:
    """Reads an expression; strings and ranges count for nothing."""
    found, tokens = Asked(), TOKEN.findall(expression)
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token in GROUPS and after == "(":
            found.groups |= set(_names(tokens, place + 2, ")"))
        elif _is_metric(tokens, place, after):
            found.labels.setdefault(token, set()).update(
                _names(tokens, place + 2, "}") if after == "{" else ()
            )
    return found


def _is_metric(tokens: list[str], place: int, after: str) -> bool:
    token = tokens[place]
    is_name = re.fullmatch(r"[A-Za-z_:][\w:]*", token) is not None
    is_inside = _depth(tokens[:place], "{", "}") > 0 or _is_grouped(tokens, place)
    return is_name and not is_inside and after != "(" and token not in WORDS | AGGREGATIONS


def _is_grouped(tokens: list[str], place: int) -> bool:
    """Whether it is in the brackets after a word like `by`."""
    for back in range(place - 1, 0, -1):
        if tokens[back] == "(":
            return tokens[back - 1] in GROUPS
        if tokens[back] != "," and not tokens[back][0].isalpha():
            return False
    return False


def _depth(tokens: list[str], opens: str, closes: str) -> int:
    return tokens.count(opens) - tokens.count(closes)


def _names(tokens: list[str], begin: int, end: str) -> Iterator[str]:
    for token in tokens[begin:]:
        if token == end:
            return
        if re.fullmatch(r"[A-Za-z_]\w*", token):
            yield token

"""The part of Helm's templates that our chart uses, since no Helm can be had where the tests run.

It knows values, `toJson`, `quote`, `sha256sum`, comments, and `if` with or without `not`, and no more.
"""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from support.manifests import ROOT, Manifest

CHART = ROOT / "deploy" / "chart"
ACTION = re.compile(r"(\s*)\{\{(-?) (.*?)\}\}", re.DOTALL)


def values_of(*files: str, **others: Any) -> dict[str, Any]:
    """The chart's values with those of other files, and others, over them."""
    found: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
    for more in (*(yaml.safe_load((CHART / file).read_text()) for file in files), others):
        _merge(found, more)
    return found


def template(values: dict[str, Any]) -> list[Manifest]:
    """All objects of the chart with these values. Raises ValueError for what is not understood."""
    texts = [expand(file.read_text(), values) for file in sorted((CHART / "templates").glob("*.yaml"))]
    return [each for text in texts for each in yaml.load_all(text, Loader=yaml.CSafeLoader) if each]


def expand(text: str, values: dict[str, Any]) -> str:
    """A template with its actions carried out."""
    written, kept, end = list[str](), [True], 0
    for action in ACTION.finditer(text):
        space, trims, what = action[1], bool(action[2]), action[3].strip()
        if kept[-1]:
            written += [text[end : action.start()], "" if trims else space]
        end = action.end()
        if what.startswith("if "):
            kept.append(kept[-1] and _holds(what.removeprefix("if "), values))
        elif what == "end":
            kept.pop()
        elif not what.startswith("/*") and kept[-1]:
            written.append(_value(what, values))
    return "".join((*written, text[end:]))


def _holds(condition: str, values: dict[str, Any]) -> bool:
    wanted = not condition.startswith("not ")
    return bool(_found(condition.removeprefix("not "), values)) is wanted


def _value(expression: str, values: dict[str, Any]) -> str:
    if expression == '"{{"':
        return "{{"
    name, *functions = expression.split(" | ")
    value = _found(name, values)
    for function in functions:
        value = FUNCTIONS[function](value)
    return str(value)


FUNCTIONS: dict[str, Callable[[Any], str]] = {
    "toJson": json.dumps,
    "quote": lambda value: json.dumps(str(value)),
    "sha256sum": lambda value: hashlib.sha256(value.encode()).hexdigest(),
}


def _found(name: str, values: dict[str, Any]) -> Any:
    root, *path = name.split(".")[1:]
    if root != "Values":
        raise ValueError(f"The chart uses {name}, which this part of Helm does not know.")
    place: Any = values
    for step in path:
        place = place.get(step)
    return place


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def files() -> dict[str, str]:
    """The committed templates by their names."""
    return {file.name: file.read_text() for file in Path(CHART / "templates").iterdir()}

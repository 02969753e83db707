"""The texts in a stored object, each by the path of its field without places in lists. Pure.

The third option of the second figure of a calculator is a text of `inputs.options.label`; a form sends all
texts of a path in the order of the object.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lodestone.errors import Conflict

MOST = 1_000  # texts of an object that a form offers


@dataclass(frozen=True)
class LeafText:
    """A text that is not empty."""

    name: str  # the path of its field
    label: str
    text: str


def leaf_texts(value: Any, labels: Mapping[str, str]) -> list[LeafText]:
    """Its texts in order, of the paths that have a label; one in a list is numbered."""
    found: list[LeafText] = []

    def note(name: str, places: Sequence[int], text: str) -> str:
        label = " ".join([labels[name], ".".join(map(str, places))]).strip()
        found.append(LeafText(name, label, text))
        return text

    _mapped(value, labels, note)
    return found[:MOST]


def texts_by_name(value: Any, labels: Mapping[str, str]) -> dict[str, list[str]]:
    """The same as the fields of a form."""
    fields: dict[str, list[str]] = {}
    for leaf in leaf_texts(value, labels):
        fields.setdefault(leaf.name, []).append(leaf.text)
    return fields


def with_texts(value: Any, labels: Mapping[str, str], fields: Mapping[str, Sequence[str]]) -> Any:
    """The object with the texts that were sent; one of a path that was not sent stays.

    Raises Conflict where another number of texts was sent than there are.
    """
    counts = Counter(leaf.name for leaf in leaf_texts(value, labels))
    sent = {name: fields[name] for name in counts if name in fields}
    if any(len(texts) != counts[name] for name, texts in sent.items()):
        raise Conflict
    left: dict[str, Iterator[str]] = {name: iter(texts) for name, texts in sent.items()}
    return _mapped(
        value, labels, lambda name, _, text: next(left[name], text).strip() if name in left else text
    )


def _mapped(
    value: Any,
    names: Mapping[str, str],
    change: Callable[[str, Sequence[int], str], str],
    name: str = "",
    places: tuple[int, ...] = (),
) -> Any:
    if isinstance(value, dict):
        return {
            key: _mapped(part, names, change, f"{name}.{key}".lstrip("."), places)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [
            _mapped(part, names, change, name, (*places, place)) for place, part in enumerate(value, start=1)
        ]
    return change(name, places, value) if isinstance(value, str) and value and name in names else value

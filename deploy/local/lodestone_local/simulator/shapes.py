"""Lists whose items belong together: an order that was asked for, ranges without holes, inputs of a formula.

Known by the properties of the items, never by the job. A shape gives each item some of its values; the
rest is written as for any schema.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from lodestone_local.simulator.phrases import Phrases, table
from lodestone_local.simulator.schema import Schema, fits, resolve

Given = dict[str, Any]

NOT_APPLICABLE = object()
"""A value that says: this property has no meaning here; leave it empty."""


@dataclass
class Shapes:
    """The shapes of one reply; later lists may depend on earlier ones."""

    phrases: Phrases
    root: Schema
    inputs: list[str] = field(default_factory=list)  # ids of the calculator's inputs
    scores: tuple[int, int] = (0, 24)  # lowest and highest sum of an assessment

    def of_list(self, name: str, item: Schema, count: int, salt: str) -> list[Given]:
        """What each item of the list is given, and so how many there are; empty when no shape is known."""
        properties: Schema = item.get("properties", {})
        if asked := self._asked_for(name, properties):
            return asked
        known = _KNOWN_ITEMS.get(name, ())
        for needed, shape in (*known, *_ANY_ITEMS):
            if needed <= properties.keys():
                return shape(self, properties, count, salt)
        return []

    def formula(self) -> str:
        """Arithmetic over the inputs that were written: amounts times shares of a hundred, less the cost."""
        terms = [f"{id} / 100" if id in ("lossRate", "recoverableShare") else id for id in self.inputs]
        product = " * ".join(term for term in terms if term != "yearlyCost")
        return f"{product} - yearlyCost" if "yearlyCost" in terms and product else product or "1"

    def _asked_for(self, name: str, properties: Schema) -> list[Given]:
        orders = [(each, self.phrases.facts.order(_label(each))) for each in properties]
        for each, values in orders:
            allowed = [value for value in map(_number_or_text, values) if self._fits(value, properties[each])]
            texts = [value for value in values if self._fits(value, properties[each])]
            if found := allowed if len(allowed) >= len(texts) else texts:
                return [{each: value} for value in found]
        names = self.phrases.facts.order("Sections" if name == "structure" else _label(name, plural=False))
        return _sections_given(names)

    def _fits(self, value: Any, schema: Schema) -> bool:
        return fits(value, schema, self.root)


def _by_enum(name: str) -> "Shape":
    def shape(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
        values = [value for value in _enum(properties[name], shapes.root) if value is not None]
        return [{name: value} for value in values[:count]]

    return shape


def _hooks(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    kinds = _enum(properties["hookType"], shapes.root) or list(table("posts", "hooks"))
    start = shapes.phrases.facts.number("hooks") % len(kinds)
    return [{"hookType": kind} for kind in islice(cycle(kinds), start, start + min(count, len(kinds)))]


def _days(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    return [{"day": day} for day in range(count)]


def _sections(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    names = shapes.phrases.group("phrases", "sections", "names", salt)
    return _sections_given(list(islice(cycle(names), count)))


def _sections_given(names: list[str]) -> list[Given]:
    """Names and ids of sections; an entry that looks like an id becomes both."""
    given: list[Given] = []
    for place, name in enumerate(names, 1):
        is_id = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is not None
        id = name if is_id else slug(name) or f"section-{place}"
        if any(entry["id"] == id for entry in given):
            id = f"{id}-{place}"
        given.append({"id": id, "sectionName": name.replace("-", " ").capitalize() if is_id else name})
    return given


def _inputs(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    bank = table("phrases", "input")
    shapes.inputs = list(bank)[:count]
    return [_input(shapes, id, salt) for id in shapes.inputs]


def _input(shapes: Shapes, id: str, salt: str) -> Given:
    spec = table("phrases", "input")[id]
    low, high, step, usual = spec["figures"]
    return {
        "id": id,
        "label": shapes.phrases.fill(spec["label"], salt),
        "type": "slider" if spec["unit"] == "%" else "number",
        "min": low,
        "max": high,
        "step": step,
        "defaultValue": usual,
        "unit": spec["unit"],
        "options": NOT_APPLICABLE,
    }


def _interpretations(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    colours = table("phrases", "colours")["order"]
    borders = [0, *(20_000 * 6**n for n in range(count - 1)), 20_000 * 6 ** (count + 1)]
    levels = [*("low", *["middle"] * (count - 2), "high")][:count]
    given: list[Given] = []
    for place, level in enumerate(levels):
        low, high = borders[place], borders[place + 1]
        label = shapes.phrases.one("phrases", "calculator", level, salt)
        text = shapes.phrases.one("phrases", "calculator", "meaning", f"{salt}/{place}", low=low, high=high)
        colour = colours[min(place, len(colours) - 1)]
        given.append(
            {"range": [low, high], "label": label, "description": text, "colour": colour, "color": colour}
        )
    return given


def _questions(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    scales = [place % 4 == 3 for place in range(count)]
    shapes.scores = (sum(scales), sum(5 if scale else 3 for scale in scales))
    return [_question(place, scale) for place, scale in enumerate(scales, 1)]


def _question(number: int, is_scale: bool) -> Given:
    if is_scale:
        return {"id": f"q{number}", "type": "scale", "options": NOT_APPLICABLE, "scaleMin": 1, "scaleMax": 5}
    scale = dict.fromkeys(("scaleMin", "scaleMax", "scaleLabels"), NOT_APPLICABLE)
    return {"id": f"q{number}", "type": "single_choice", **scale}


def _options(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    labels = shapes.phrases.group("phrases", "assessment", "options", salt)
    return [{"label": label, "value": value} for value, label in enumerate(labels[:count])]


def _score_ranges(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    low, high = shapes.scores
    labels = shapes.phrases.group("phrases", "assessment", "levels", salt)
    count = max(1, min(count, len(labels), high - low))
    starts = [low + (high + 1 - low) * place // count for place in range(count)] + [high + 1]
    return [
        {
            "min": starts[place],
            "max": starts[place + 1] - 1,
            "label": labels[place],
            "description": shapes.phrases.one("phrases", "assessment", "meaning", f"{salt}/{place}"),
        }
        for place in range(count)
    ]


_BLOCK_FIELDS = {
    "callout": {"style"},
    "code": {"language"},
    "table": {"headers", "rows"},
    "accordion": {"title"},
    "numbered-item": {"title", "number", "detail", "category"},
    "stat-card": {"title", "style"},
    "embed": {"url", "provider"},
    "image": {"src", "alt", "caption"},
    "resource-card": {"items"},
    "resource-grid": {"items"},
}
_USUAL_BLOCKS = ("paragraph", "numbered-item", "numbered-item", "stat-card", "callout", "quote", "list")


def _blocks(shapes: Shapes, properties: Schema, count: int, salt: str) -> list[Given]:
    allowed = _enum(properties["type"], shapes.root) or list(_USUAL_BLOCKS)
    usual = [kind for kind in _USUAL_BLOCKS if kind in allowed] or allowed
    turn = shapes.phrases.facts.number("blocks", salt)
    kinds = [*usual[:3], *(usual[3:][(turn + n) % len(usual[3:])] for n in range(count) if usual[3:])]
    numbered = 0
    given: list[Given] = []
    for place, kind in enumerate(islice(cycle(kinds), count)):
        numbered += kind == "numbered-item"
        given.append(_block(shapes, kind, numbered, f"{salt}/{place}"))
    return given


def _block(shapes: Shapes, kind: str, number: int, salt: str) -> Given:
    used = _BLOCK_FIELDS.get(kind, set())
    unused = set().union(*_BLOCK_FIELDS.values()) - used
    given = {"type": kind, **dict.fromkeys(sorted(unused), NOT_APPLICABLE)}
    if kind == "numbered-item":
        given["number"] = number
    if kind == "stat-card":
        given["content"] = shapes.phrases.facts.figure(salt)
    if kind == "list":
        texts = [shapes.phrases.named("keyTakeaway", f"{salt}/{line}") for line in range(3)]
        given["content"] = "\n".join(f"- {text}" for text in texts)
    return given


Shape = Callable[[Shapes, Schema, int, str], list[Given]]

# properties that the items must have, and the shape of such a list
_KNOWN_ITEMS: dict[str, tuple[tuple[set[str], Shape], ...]] = {
    "inputs": (({"id", "label"}, _inputs),),
    "questions": (({"id", "type"}, _questions),),
    "options": (({"label", "value"}, _options),),
    "sections": (({"sectionName"}, _sections),),
    "structure": (({"sectionName"}, _sections),),
}
_ANY_ITEMS: tuple[tuple[set[str], Shape], ...] = (
    ({"archetype"}, _by_enum("archetype")),
    ({"hookType"}, _hooks),
    ({"day", "subject"}, _days),
    ({"range", "label"}, _interpretations),
    ({"min", "max", "label"}, _score_ranges),
    ({"type", "content"}, _blocks),
)


def slug(text: str) -> str:
    """The text as an id: lower-case letters, digits and dashes; empty when it has none of them."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:60].rstrip("-")


def _enum(schema: Schema, root: Schema) -> list[Any]:
    resolved = resolve(schema, root)
    found: list[Any] = resolved.get("enum") or ([resolved["const"]] if "const" in resolved else [])
    return found


def _label(property: str, plural: bool = True) -> str:
    words = re.sub(r"(?<=[a-z])([A-Z])", r" \1", property).lower().replace("_", " ")
    return f"{words}s" if plural else words


def _number_or_text(value: str) -> int | str:
    return int(value) if value.isdecimal() and len(value) < 10 else value

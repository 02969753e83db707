"""Lists whose items belong together: an order that was asked for, ranges without holes, inputs of a formula.

Known by the properties of the items, never by the job. A shape gives each item some of its values; the
rest is written as for any schema.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from lodestone.jobs.slugs import slug_of

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.schema import Schema, fits, resolve
from lodestone_local.simulator.wording import extraction, interactive, polish
from lodestone_local.simulator.wording.phrases import Phrases

Given = dict[str, Any]

NOT_APPLICABLE = object()
"""A value that says: this property has no meaning here; leave it empty."""


@dataclass
class Shapes:
    """The shapes of one reply; later lists may depend on earlier ones."""

    phrases: Phrases
    root: Schema
    inputs: list[interactive.Input] = field(default_factory=list)  # of the calculator
    scores: tuple[int, int] = (0, 24)  # lowest and highest sum of an assessment

    def of_list(self, place: Place, item: Schema, count: int) -> list[Given]:
        """What each item of the list is given, and so how many there are; empty when no shape is known."""
        properties: Schema = item.get("properties", {})
        if asked := self._asked_for(place.name, properties):
            return asked
        known = _KNOWN_ITEMS.get(place.name, ())
        for needed, shape in (*known, *_ANY_ITEMS):
            if needed <= properties.keys():
                return shape(self, properties, count, place)
        return []

    def formula(self) -> str:
        """Arithmetic over the inputs that were written: amounts times shares of a hundred, less the cost."""
        product = " * ".join(each.term for each in self.inputs if each.id != "yearlyCost")
        if product and not any(each.id == "monthsAhead" for each in self.inputs):
            product += " * 12"
        has_cost = any(each.id == "yearlyCost" for each in self.inputs)
        return f"{product} - yearlyCost" if has_cost and product else product or "1"

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
    def shape(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
        values = [value for value in _enum(properties[name], shapes.root) if value is not None]
        return [{name: value} for value in values[:count]]

    return shape


def _hooks(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    kinds = _enum(properties["hookType"], shapes.root) or list(shapes.phrases.table("posts", "hooks"))
    start = shapes.phrases.facts.number("hooks") % len(kinds)
    return [{"hookType": kind} for kind in islice(cycle(kinds), start, start + min(count, len(kinds)))]


def _days(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    return [{"day": day} for day in range(count)]


def _sections(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    if "covers" in properties:
        return [{"sectionName": name, "covers": covers} for name, covers in extraction.plan(shapes.phrases)]
    names = shapes.phrases.table("polish", "texts")["sectionName"]
    return _sections_given(list(islice(cycle(names), count)))


def _sections_given(names: list[str]) -> list[Given]:
    """Names and ids of sections; an entry that looks like an id becomes both."""
    given: list[Given] = []
    for place, name in enumerate(names, 1):
        is_id = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is not None
        id = name if is_id else slug_of(name) or f"section-{place}"
        if any(entry["id"] == id for entry in given):
            id = f"{id}-{place}"
        given.append({"id": id, "sectionName": name.replace("-", " ").capitalize() if is_id else name})
    return given


def _inputs(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    shapes.inputs = interactive.inputs(shapes.phrases, count)
    return [_input(each) for each in shapes.inputs]


def _input(asked: interactive.Input) -> Given:
    return {
        "id": asked.id,
        "label": asked.label,
        "type": "slider" if asked.unit == "%" else "number",
        "min": asked.low,
        "max": asked.high,
        "step": asked.step,
        "defaultValue": asked.usual,
        "unit": asked.unit,
        "options": NOT_APPLICABLE,
        "placeholder": NOT_APPLICABLE,
    }


def _interpretations(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    borders = [0, *(20_000 * 6**n for n in range(count - 1)), 20_000 * 6 ** (count + 1)]
    levels = [*("low", *["middle"] * (count - 2), "high")][:count]
    given: list[Given] = []
    for number, level in enumerate(levels):
        low, high = borders[number], borders[number + 1]
        ends = {"low": shapes.phrases.grammar.number(low), "high": shapes.phrases.grammar.number(high)}
        label = shapes.phrases.one("interactive", "calculator", level, place.path)
        text = shapes.phrases.one("interactive", "calculator", f"{level}_meaning", place.path, **ends)
        colour = _COLOURS[min(number, len(_COLOURS) - 1)]
        given.append(
            {"range": [low, high], "label": label, "description": text, "colour": colour, "color": colour}
        )
    return given


def _questions(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    ours = [interactive.is_ours(shapes.phrases, f"q{number + 1}") for number in range(count)]
    scales = [number % 4 == 3 and ours[number] for number in range(count)]
    shapes.scores = (sum(scales), sum(5 if scale else 3 for scale in scales))
    return [_question(place, scale) for place, scale in enumerate(scales, 1)]


def _question(number: int, is_scale: bool) -> Given:
    if is_scale:
        return {"id": f"q{number}", "type": "scale", "options": NOT_APPLICABLE, "scaleMin": 1, "scaleMax": 5}
    scale = dict.fromkeys(("scaleMin", "scaleMax", "scaleLabels"), NOT_APPLICABLE)
    return {"id": f"q{number}", "type": "single_choice", **scale}


def _options(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    labels = interactive.options(shapes.phrases, place.key)
    return [{"label": label, "value": value} for value, label in enumerate(labels[:count])]


def _score_ranges(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    low, high = shapes.scores
    levels = interactive.levels(shapes.phrases)
    count = max(1, min(max(count, len(levels)), len(levels), high - low))
    starts = [low + (high + 1 - low) * number // count for number in range(count)] + [high + 1]
    return [
        {"min": starts[number], "max": starts[number + 1] - 1, "label": label, "description": meaning}
        for number, (label, meaning) in enumerate(levels[:count])
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
_COLOURS = ("green", "yellow", "red")
_USUAL_BLOCKS = ("paragraph", "numbered-item", "numbered-item", "stat-card", "callout", "quote", "list")


def _blocks(shapes: Shapes, properties: Schema, count: int, place: Place) -> list[Given]:
    allowed = _enum(properties["type"], shapes.root) or list(_USUAL_BLOCKS)
    own = [block for block in polish.blocks(shapes.phrases, place.key) if block["type"] in allowed]
    if own:
        numbers = {id(block): number for number, block in enumerate(filter(_is_numbered, own), 1)}
        return [_block(block, numbers.get(id(block), 0)) for block in own]
    usual = [kind for kind in _USUAL_BLOCKS if kind in allowed] or allowed
    turn = shapes.phrases.facts.number("blocks", place.path)
    kinds = [*usual[:3], *(usual[3:][(turn + n) % len(usual[3:])] for n in range(count) if usual[3:])]
    numbered = 0
    given: list[Given] = []
    for kind in islice(cycle(kinds), count):
        numbered += kind == "numbered-item"
        given.append(_block({"type": kind}, numbered))
    return given


def _is_numbered(block: Given) -> bool:
    return bool(block["type"] == "numbered-item")


def _block(block: Given, number: int) -> Given:
    used = _BLOCK_FIELDS.get(block["type"], set())
    unused = set().union(*_BLOCK_FIELDS.values()) - used
    given = {**dict.fromkeys(sorted(unused), NOT_APPLICABLE), **block}
    if block["type"] == "numbered-item":
        given["number"] = number
    return given


Shape = Callable[[Shapes, Schema, int, Place], list[Given]]

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


def _enum(schema: Schema, root: Schema) -> list[Any]:
    resolved = resolve(schema, root)
    found: list[Any] = resolved.get("enum") or ([resolved["const"]] if "const" in resolved else [])
    return found


def _label(property: str, plural: bool = True) -> str:
    words = re.sub(r"(?<=[a-z])([A-Z])", r" \1", property).lower().replace("_", " ")
    return f"{words}s" if plural else words


def _number_or_text(value: str) -> int | str:
    return int(value) if value.isdecimal() and len(value) < 10 else value

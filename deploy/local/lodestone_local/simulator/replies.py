"""A plausible reply for any JSON schema: valid for the schema, fitting the prompt, the same each time."""

import re
from dataclasses import replace
from typing import Any

from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, Archetype
from lodestone.jobs.slugs import slug_of

from lodestone_local.simulator.facts import Facts
from lodestone_local.simulator.place import Place
from lodestone_local.simulator.request import Prompt
from lodestone_local.simulator.scalars import FORMATS, number_within, text_within
from lodestone_local.simulator.schema import Limits, Schema, alternatives, fits, limits, resolve, type_of
from lodestone_local.simulator.shapes import NOT_APPLICABLE, Given, Shapes
from lodestone_local.simulator.texts import text_for
from lodestone_local.simulator.wording.briefer import briefer, count_words, wants_shorter, words_of_present
from lodestone_local.simulator.wording.phrases import Phrases

_DEEPEST = 10  # nested objects; below it only what is required is written

_USUAL_COUNTS = {
    "concepts": 10,
    "inputs": 4,
    "questions": 10,
    "options": 4,
    "suggestedPrompts": 4,
    "bundlePotential": 2,
    "blocks": 5,
    "emails": 5,
    "structure": 5,
    "sections": 6,
    "commonMistakes": 4,
}
_USUAL_VALUES = {"method": "sum", "required": True, "resultFormat": "currency"}

_BEST_FIRST = (
    "hookStrength",
    "problemResonance",
    "toneMatch",
)  # a good reply has one of the first two

_SHORTER = 0.9  # of the present words, at most
_SHARES = (0.8, 0.6, 0.4, 0.2, 0.1)  # of a text's words, one after the other until the part is shorter
_KEPT_NAMES = ("sectionName",)

_SAID_COUNT = re.compile(
    r"^(?:exactly )?(\d{1,2})(?:\s*(?:-|–|to|or)\s*(\d{1,2}))?\b(?! (?:words|lines|sentences|characters))",
    re.IGNORECASE,
)


def write_reply(schema: Schema | None, prompt: Prompt) -> Any:
    """The reply as a JSON value; plain text when no schema is asked for."""
    facts = Facts(prompt)
    phrases = Phrases(facts)
    if schema is None:
        return " ".join(phrases.all("common", "plain", "sentences", "plain"))
    if phrases.present and wants_shorter(facts.text_in("wish")):
        return _shorter_reply(schema, facts, phrases)
    return _Writer(schema, facts, phrases).value(schema, Place())


def _shorter_reply(schema: Schema, facts: Facts, phrases: Phrases) -> Any:
    """The first that is shorter than the present text; the last one, if none is."""
    most, reply = words_of_present(phrases.present) * _SHORTER, None
    for share in _SHARES:
        reply = _Writer(schema, facts, phrases, share).value(schema, Place())
        if count_words(reply) <= most:
            break
    return reply


class _Writer:
    def __init__(self, root: Schema, facts: Facts, phrases: Phrases, share: float = 1) -> None:
        self._root = root
        self._facts = facts
        self._phrases = phrases
        self._shapes = Shapes(phrases, root)
        self._share = share  # of the words that a text may keep

    def value(self, schema: Schema, place: Place, given: Given | None = None) -> Any:
        """A value for this schema; among alternatives, the one that accepts what is given."""
        variant = self._choose(alternatives(resolve(schema, self._root), self._root), place, given)
        if "const" in variant:
            return variant["const"]
        if isinstance(variant.get("enum"), list) and variant["enum"]:
            return self._one_of(variant["enum"], place)
        match type_of(variant):
            case "object":
                return self._object(variant, place, given or {})
            case "array":
                return self._array(variant, place)
            case "integer" | "number":
                return self._number(variant, place)
            case "boolean":
                return self._facts.number(place.path) % 4 != 0
            case "null":
                return None
            case _:
                return self._text(variant, place)

    def _one_of(self, enum: list[Any], place: Place) -> Any:
        values = [value for value in enum if value is not None] or enum
        likely = values[:2] if place.name in _BEST_FIRST else values
        return likely[self._facts.number(place.path) % len(likely)]

    def _choose(self, variants: list[Schema], place: Place, given: Given | None) -> Schema:
        wanted = variants
        if given:
            wanted = [each for each in variants if self._takes(each, given)] or wanted
        if place.depth > _DEEPEST:
            return min(wanted, key=lambda each: ("object", "array").count(type_of(each)))
        some = [
            each for each in wanted if type_of(each) != "null" or "enum" in each or "const" in each
        ] or wanted
        return some[0] if given else some[self._facts.number("variant", place.path) % len(some)]

    def _takes(self, variant: Schema, given: Given) -> bool:
        kind = variant.get("properties", {}).get("type")
        return kind is None or "type" not in given or fits(given["type"], kind, self._root)

    def _object(self, schema: Schema, place: Place, given: Given) -> dict[str, Any]:
        required = schema.get("required", [])
        properties = {**schema.get("properties", {})} | {
            name: {} for name in required if name not in schema.get("properties", {})
        }
        written: dict[str, Any] = {}
        for number, (name, inner) in enumerate(properties.items()):
            if name not in required and (place.depth > _DEEPEST or given.get(name) is NOT_APPLICABLE):
                continue
            path = f"{place.path}/{name}"
            at = replace(place, name=name, path=path, number=number, depth=place.depth + 1)
            written[name] = self._property(inner, at, given, written)
            if name == "conceptIndex":
                place = replace(place, key=str(written[name]))
        if "formula" in written and self._shapes.inputs:
            written["formula"] = self._shapes.formula()
        return written

    def _property(self, schema: Schema, at: Place, given: Given, written: dict[str, Any]) -> Any:
        resolved = resolve(schema, self._root)
        wanted = given.get(at.name)
        if wanted is NOT_APPLICABLE:
            return self._empty(resolved, at)
        if wanted is None:
            wanted = self._usual(at, written)
        if isinstance(wanted, str) and type_of(resolved) == "string":
            wanted = self._within(resolved, at, wanted)
        if wanted is not None and fits(wanted, resolved, self._root):
            return wanted
        as_text = str(wanted) if isinstance(wanted, int) else None
        return as_text if as_text and fits(as_text, resolved, self._root) else self.value(resolved, at)

    def _usual(self, at: Place, written: dict[str, Any]) -> Any:
        """What this property always contains, even if its schema would allow more."""
        archetype = written.get("archetype")
        if at.name == "archetypeName" and archetype in set(Archetype):
            return ARCHETYPE_NAMES[Archetype(archetype)]
        if at.name == "conceptIndex":
            # siblings of the pick's parent stand at different numbers, three apart without a repeat
            return (self._facts.number("picks") + 3 * _order_of(at.path)) % 10
        return _USUAL_VALUES.get(at.name)

    def _empty(self, schema: Schema, at: Place) -> Any:
        empty: tuple[Any, ...] = (None, "", [], 0, False)
        for nothing in empty:
            if fits(nothing, schema, self._root):
                return nothing
        return self.value(schema, at)

    def _array(self, schema: Schema, place: Place) -> list[Any]:
        if isinstance(schema.get("prefixItems"), list):
            parts = enumerate(schema["prefixItems"])
            return [self.value(part, self._entry(place, number, {})) for number, part in parts]
        item = resolve(schema.get("items", {}), self._root)
        bounds = limits(schema)
        count = self._count(schema, bounds, place)
        if place.name == "components" and place.depth:
            return self._components(item, count)
        if isinstance(item.get("enum"), list) and bounds.get("uniqueItems"):
            return [value for n, value in enumerate(item["enum"]) if value not in item["enum"][:n]][:count]
        given = self._given(item, count, bounds, place)
        entries = [self.value(item, self._entry(place, n, each), each) for n, each in enumerate(given)]
        return _distinct(entries) if bounds.get("uniqueItems") else entries

    def _given(self, item: Schema, count: int, bounds: Limits, place: Place) -> list[Given]:
        """What each entry is given, one for each entry; only stated limits restrict an order."""
        variants = alternatives(item, self._root)
        merged = _all_properties(variants, self._root)
        given = self._shapes.of_list(place, merged, count) or [{} for _ in range(count)]
        least, most = bounds.get("minItems", hints=False) or 0, bounds.get("maxItems", hints=False)
        given += [{} for _ in range(int(least) - len(given))]
        return given if most is None else given[: int(most)]

    def _entry(self, place: Place, number: int, given: Given) -> Place:
        keys = [given[name] for name in ("archetype", "hookType", "day", "id") if name in given]
        key = str(keys[0]) if keys else place.key
        path = f"{place.path}[{keys[0] if keys else number}]"
        return replace(place, path=path, number=number, key=key, depth=place.depth + 1)

    def _count(self, schema: Schema, bounds: Limits, place: Place) -> int:
        """How many entries: a usual number, within the limits, or else within what the description says."""
        low, high = bounds.get("minItems"), bounds.get("maxItems")
        said = _SAID_COUNT.search(str(schema.get("description", "")))
        if said and high is None and not low:
            low, high = int(said[1]), int(said[2] or said[1])
        usual = 0 if place.depth > _DEEPEST else _USUAL_COUNTS.get(place.name, 3)
        count = max(usual, int(low or 0))
        return count if high is None else min(count, int(high))

    def _components(self, item: Schema, count: int) -> list[Any]:
        start = self._facts.number("components")
        picks = [(start + 3 * n) % 10 for n in range(count)]
        return picks if fits(0, item, self._root) else [str(pick) for pick in picks]

    def _number(self, schema: Schema, place: Place) -> int | float:
        whole = type_of(schema) == "integer"
        return number_within(limits(schema), whole, self._facts.number(place.path), place.name)

    def _text(self, schema: Schema, place: Place) -> str:
        format = schema.get("format")
        if format in FORMATS:
            return FORMATS[format]
        if format == "uri" or place.name in ("url", "src"):
            return self._facts.urls[0] if self._facts.urls else f"https://example.com/{slug_of(place.path)}"
        return self._within(schema, place, text_for(self._phrases, place))

    def _within(self, schema: Schema, place: Place, text: str) -> str:
        """The text in so many words as it may have, within the limits of its schema."""
        if self._share < 1 and place.name not in _KEPT_NAMES:
            text = briefer(text, self._share, self._facts.line("CTA word") or "\0")
        return text_within(limits(schema), text)


def _distinct(entries: list[Any]) -> list[Any]:
    return [entry for place, entry in enumerate(entries) if entry not in entries[:place]]


def _all_properties(variants: list[Schema], root: Schema) -> Schema:
    """The properties of all variants together; where one has several constants, they become an enum."""
    merged: Schema = {}
    for variant in variants:
        for name, schema in variant.get("properties", {}).items():
            inner = resolve(schema, root)
            if name in merged and "const" in inner:
                merged[name] = {
                    "enum": [*merged[name].get("enum", [merged[name].get("const")]), inner["const"]]
                }
            else:
                merged.setdefault(name, inner)
    return {"properties": merged}


def _order_of(path: str) -> int:
    """A number for each parent of a pick: the known picks in their order."""
    picks = ("shipThisWeek", "highestEngagement", "bestAuthorityBuilder")
    return next((number for number, name in enumerate(picks) if name in path), 3)

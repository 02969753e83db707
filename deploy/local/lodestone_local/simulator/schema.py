"""Reading a JSON schema: references, alternatives, and limits, even those that only a description states.

The official client moves limits that the provider does not enforce into the description, as `{minItems: 3}`.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

Schema = dict[str, Any]

_LIMIT = re.compile(r"\b(min|max|exclusive|multiple)(\w+): (-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
_PATTERN_BEGINS = "pattern: "
_BEHIND_PATTERN = re.compile(r", (?:minLength|maxLength|format|examples): |\}$")


@dataclass(frozen=True)
class Limits:
    """The limits of one schema: those it states, and those its description hints at."""

    stated: Schema
    hinted: Schema

    def get(self, name: str, hints: bool = True) -> Any:
        """The limit, or None."""
        found = self.stated.get(name)
        return self.hinted.get(name) if found is None and hints else found


def limits(schema: Schema) -> Limits:
    """The limits of this schema."""
    description = str(schema.get("description", ""))
    hint = description[max(description.rfind("\n\n{"), -1) + 1 :].strip() if "{" in description else ""
    hinted: Schema = {}
    if hint.startswith("{") and hint.endswith("}"):
        hinted = {start + rest: float(value) for start, rest, value in _LIMIT.findall(hint)}
        _, _, pattern = hint.partition(_PATTERN_BEGINS)
        if pattern:
            hinted["pattern"] = _BEHIND_PATTERN.split(pattern, maxsplit=1)[0]
    return Limits(schema, hinted)


def resolve(schema: Any, root: Schema) -> Schema:
    """The schema with its own reference followed and its `allOf` merged; alternatives stay."""
    found: Schema = schema if isinstance(schema, dict) else {}
    seen: set[str] = set()
    while (reference := str(found.get("$ref", ""))) and reference not in seen:
        seen.add(reference)
        beside = {key: value for key, value in found.items() if key != "$ref"}
        found = {**_target(reference, root), **beside}
    parts = found.get("allOf")
    if not isinstance(parts, list):
        return found
    merged = {key: value for key, value in found.items() if key != "allOf"}
    for part in parts:
        merged = _merged(merged, resolve(part, root))
    return merged


def alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """The schemas of which one must be met: this one, or those of its `anyOf`, `oneOf` or types."""
    for word in ("anyOf", "oneOf"):
        if isinstance(variants := schema.get(word), list) and variants:
            beside = {key: value for key, value in schema.items() if key not in (word, "title", "default")}
            found = [resolve(variant, root) for variant in variants]
            return [inner for each in found for inner in alternatives(_merged(beside, each), root)]
    types = schema.get("type")
    if isinstance(types, list) and "enum" not in schema and "const" not in schema:
        return [{**schema, "type": type_} for type_ in types]
    return [schema]


def type_of(schema: Schema) -> str:
    """The schema's type, guessed from its other keywords when it names none."""
    if isinstance(type_ := schema.get("type"), str):
        return type_
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def fits(value: Any, schema: Schema, root: Schema) -> bool:
    """True when a value is allowed here; does not look inside a list or object."""
    return any(_fits_one(value, variant) for variant in alternatives(resolve(schema, root), root))


def matches(pattern: str, text: str) -> bool:
    """True when the text matches; an invalid pattern matches nothing.

    The caller writes the pattern, so pydantic's engine runs it: its time is linear for any pattern.
    """
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python(text)
    except SchemaError:
        return False


def _fits_one(value: Any, schema: Schema) -> bool:
    if "const" in schema:
        return bool(value == schema["const"])
    if isinstance(schema.get("enum"), list):
        return value in schema["enum"]
    kinds = {str: "string", bool: "boolean", list: "array", dict: "object", type(None): "null"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = isinstance(value, int)
        return type_of(schema) in (("integer", "number") if whole else ("number",)) and _in_range(
            value, schema
        )
    if type_of(schema) != kinds.get(type(value)):
        return False
    if isinstance(value, str):
        return matches(str(schema.get("pattern", "")), value) and _has_length(len(value), schema, "Length")
    return not isinstance(value, list) or _has_length(len(value), schema, "Items")


def _in_range(value: float, schema: Schema) -> bool:
    step = schema.get("multipleOf")
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"])
        and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
        and (not step or value % step == 0)
    )


def _has_length(length: int, schema: Schema, of: str) -> bool:
    return bool(schema.get(f"min{of}", 0) <= length <= schema.get(f"max{of}", length))


def _merged(one: Schema, other: Schema) -> Schema:
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = [*one["required"], *other["required"]]
    return merged


def _target(reference: str, root: Schema) -> Schema:
    if not reference.startswith("#"):
        return {}
    found: Any = root
    for part in reference.lstrip("#/").split("/") if reference != "#" else []:
        found = found.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}

"""The JSON schemas of an operation's arguments and answer, from the gateway's own OpenAPI document."""

from collections.abc import Iterator, Sequence
from typing import Any

from lodestone.wire import JsonObject
from pydantic.alias_generators import to_camel

METHODS = ("get", "post", "put")
COMPONENT, DEFINITION = "#/components/schemas/", "#/$defs/"


class ApiDocument:
    """What a gateway says of its operations."""

    def __init__(self, document: JsonObject) -> None:
        paths: JsonObject = document.get("paths", {})
        self._operations: dict[str, JsonObject] = {
            operation["operationId"]: operation
            for path in paths.values()
            for method, operation in path.items()
            if method in METHODS
        }
        self._schemas: JsonObject = document.get("components", {}).get("schemas", {})

    def has(self, operation: str) -> bool:
        """Whether this gateway has such an operation."""
        return operation in self._operations

    def arguments_of(self, operation: str) -> JsonObject:
        """The schema of an object with the operation's parameters and the fields of its body."""
        described = self._operations[operation]
        properties, required = {}, []
        for each in described.get("parameters", []):
            name = to_camel(each["name"])
            properties[name] = {**each["schema"], **_description(each)}
            if each.get("required"):
                required.append(name)
        if body := _json(described.get("requestBody", {})):
            shape = self._resolved(body)
            properties |= shape.get("properties", {})
            required += shape.get("required", [])
        arguments = {"properties": properties, "required": required, "additionalProperties": False}
        return self._complete({"type": "object", **arguments})

    def answer_of(self, operation: str, fields: Sequence[str] = ()) -> JsonObject:
        """The schema of what the operation answers when it succeeds; with `fields`, of these only."""
        answers = self._operations[operation]["responses"]
        first = next(answer for status, answer in sorted(answers.items()) if status.startswith("2"))
        schema = self._resolved(_json(first))
        if fields:
            properties = {name: each for name, each in schema["properties"].items() if name in fields}
            required = [name for name in schema.get("required", []) if name in fields]
            schema = {**schema, "properties": properties, "required": required}
        return self._complete(schema)

    def _resolved(self, schema: JsonObject) -> JsonObject:
        found: JsonObject = (
            self._schemas[schema["$ref"].removeprefix(COMPONENT)] if "$ref" in schema else schema
        )
        return found

    def _complete(self, schema: JsonObject) -> JsonObject:
        """The schema with the definitions that it refers to, directly or through others."""
        needed, found = list(_references(schema)), dict[str, Any]()
        while needed:
            name = needed.pop()
            if name not in found:
                found[name] = self._schemas[name]
                needed += _references(found[name])
        whole: JsonObject = _at_definitions({**schema, **({"$defs": found} if found else {})})
        return whole


def _json(content: JsonObject) -> JsonObject:
    schema: JsonObject = content.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _description(parameter: JsonObject) -> JsonObject:
    return {"description": parameter["description"]} if "description" in parameter else {}


def _references(value: Any) -> Iterator[str]:
    """The names of the components that a schema mentions."""
    if isinstance(value, dict):
        if isinstance(name := value.get("$ref"), str):
            yield name.removeprefix(COMPONENT)
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _at_definitions(value: Any) -> Any:
    """The same schema with its references where JSON Schema expects them, and without derived titles."""
    if isinstance(value, dict):
        return {
            key: each.replace(COMPONENT, DEFINITION) if key == "$ref" else _at_definitions(each)
            for key, each in value.items()
            if not (key == "title" and isinstance(each, str))
        }
    return [_at_definitions(each) for each in value] if isinstance(value, list) else value

"""Which changes break a published document."""

import copy
from typing import Any

import pytest
from lodestone_gateway.compatibility import breaking_changes, only_told

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "old words",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "title": {"type": "string"},
    },
}


def changed(**properties: Any) -> dict[str, Any]:
    after = copy.deepcopy(SCHEMA)
    after["properties"].update(properties)
    return after


def test_a_document_does_not_break_itself() -> None:
    assert breaking_changes(SCHEMA, SCHEMA, "event") == []


def test_words_may_change() -> None:
    assert breaking_changes(SCHEMA, {**SCHEMA, "description": "new words"}, "event") == []


def test_an_optional_field_may_come() -> None:
    assert breaking_changes(SCHEMA, changed(extra={"type": "integer"}), "event") == []


def test_an_enum_may_grow() -> None:
    assert breaking_changes(SCHEMA, changed(kind={"type": "string", "enum": ["a", "b", "c"]}), "event") == []


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({**SCHEMA, "required": ["id", "kind"]}, "event.kind is required now"),
        ({**SCHEMA, "required": []}, "event.required lost 'id'"),
        (changed(id={"type": "integer", "format": "uuid"}), "event.properties.id.type was 'string'"),
        (changed(kind={"type": "string", "enum": ["a"]}), "event.properties.kind.enum lost 'b'"),
        (changed(kind={"type": "string", "enum": ["a", "b"], "maxLength": 3}), "maxLength is new"),
        (changed(note={"anyOf": [{"type": "string"}]}), "event.properties.note.anyOf lost"),
    ],
)
def test_what_breaks_a_reader_is_told(after: dict[str, Any], told: str) -> None:
    assert any(told in change for change in breaking_changes(SCHEMA, after, "event"))


@pytest.mark.parametrize("field", list(SCHEMA["properties"]))
def test_no_field_may_go(field: str) -> None:
    after = copy.deepcopy(SCHEMA)
    del after["properties"][field]

    assert breaking_changes(SCHEMA, after, "event") == [f"event.properties.{field} is gone"]


def test_what_is_only_told_may_be_bounded_and_what_is_taken_may_not() -> None:
    def document(**bounds: int) -> dict[str, Any]:
        def of(name: str) -> dict[str, Any]:
            figure = {"anyOf": [{"type": "integer", **bounds}, {"type": "null"}]}
            return {name: {"type": "object", "properties": {"figure": figure, "part": REF.get(name, {})}}}

        body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Asked"}}}}
        return {
            "paths": {"/": {"post": {"requestBody": body, "responses": {}}}},
            "components": {"schemas": {**of("Asked"), **of("Inside"), **of("Told")}},
        }

    before = document()
    told = only_told(before, "openapi")

    assert told == ["openapi.components.schemas.Told"]
    changes = breaking_changes(before, document(minimum=0, maximum=9), "openapi", told)
    assert {name for change in changes for name in ("Asked", "Inside", "Told") if f".{name}." in change} == {
        "Asked",
        "Inside",
    }


@pytest.mark.parametrize(("most", "breaks"), [(6, False), (4, True)])
def test_an_object_may_admit_more_properties_and_never_fewer(most: int, breaks: bool) -> None:
    before, after = {"type": "object", "maxProperties": 5}, {"type": "object", "maxProperties": most}

    assert bool(breaking_changes(before, after, "caps")) is breaks


REF = {"Asked": {"$ref": "#/components/schemas/Inside"}}

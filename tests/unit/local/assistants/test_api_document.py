"""A tool's schemas say what the gateway's document says of its operation."""

import json
from pathlib import Path

import jsonschema
import pytest
from lodestone.wire import JsonObject
from lodestone_local.assistants.api_document import ApiDocument
from lodestone_local.assistants.tools import TOOLS, Tool

PUBLISHED: JsonObject = json.loads((Path(__file__).parents[4] / "docs/api/openapi.json").read_text())
DOCUMENT = ApiDocument(PUBLISHED)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_each_tool_has_whole_schemas_of_a_published_operation(tool: Tool) -> None:
    arguments, answer = DOCUMENT.arguments_of(tool.operation), DOCUMENT.answer_of(tool.operation, tool.shows)

    for schema in (arguments, answer):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert "#/components" not in json.dumps(schema)
        named = {name.removeprefix("#/$defs/") for name in _references(schema)}
        assert named == schema.get("$defs", {}).keys()
    assert set(tool.shows) <= answer["properties"].keys()


def _references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


def test_the_arguments_of_a_list_are_its_filters() -> None:
    arguments = DOCUMENT.arguments_of("list_all_jobs")

    jsonschema.validate({"status": "failed", "limit": 100}, arguments)
    with pytest.raises(jsonschema.ValidationError, match="greater than the maximum"):
        jsonschema.validate({"limit": 101}, arguments)
    with pytest.raises(jsonschema.ValidationError, match="unexpected"):
        jsonschema.validate({"state": "failed"}, arguments)


def test_a_path_s_parameter_is_required() -> None:
    with pytest.raises(jsonschema.ValidationError, match="'jobId' is a required property"):
        jsonschema.validate({}, DOCUMENT.arguments_of("inspect_job"))

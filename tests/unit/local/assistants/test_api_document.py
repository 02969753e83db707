"""A tool's schemas say what the gateway's document says of its operation."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
from lodestone.wire import JsonObject
from lodestone_local.assistants.api_document import ApiDocument
from lodestone_local.assistants.tools import TOOLS, Tool

PUBLISHED: JsonObject = json.loads((Path(__file__).parents[4] / "docs/api/openapi.json").read_text())
DOCUMENT = ApiDocument(PUBLISHED)
ASKED = {"action": "cancel", "filter": {"jobType": "posts"}}


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


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_each_tool_passes_on_all_that_its_operation_takes(tool: Tool) -> None:
    assert tool.arguments(DOCUMENT) == DOCUMENT.arguments_of(tool.operation)


def test_what_only_a_newer_gateway_takes_is_not_offered() -> None:
    newer = deepcopy(PUBLISHED)
    newer["components"]["schemas"]["BulkRequest"]["properties"]["notBefore"] = {"type": "string"}
    prepare = next(tool for tool in TOOLS if tool.name == "prepare_bulk_action")

    assert "notBefore" in ApiDocument(newer).arguments_of(prepare.operation)["properties"]
    with pytest.raises(jsonschema.ValidationError, match="unexpected"):
        jsonschema.validate({**ASKED, "notBefore": "x"}, prepare.arguments(ApiDocument(newer)))


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

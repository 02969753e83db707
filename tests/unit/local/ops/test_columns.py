"""Each column shows a field that the gateway answers: one that it does not would be empty for ever."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lodestone.wire import JsonObject
from lodestone_local.ops import columns
from lodestone_local.ops.tables import Column

PUBLISHED: JsonObject = json.loads((Path(__file__).parents[4] / "docs/api/openapi.json").read_text())
SCHEMAS = PUBLISHED["components"]["schemas"]
SAMPLES = {"integer": 1, "number": 1, "boolean": True, "string": "1", "object": {"a": 1}}


def filled(schema: JsonObject) -> Any:
    """A value of the schema without any null and with nothing empty."""
    if "$ref" in schema:
        return filled(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return filled(next(each for each in schema["anyOf"] if each.get("type") != "null"))
    if "properties" in schema:
        return {name: filled(each) for name, each in schema["properties"].items()}
    if schema.get("type") == "array":
        return [filled(schema["items"])]
    return SAMPLES[schema.get("type", "string")]


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        (columns.JOBS, "OperatorJob"),
        (columns.DEAD_LETTERS, "DeadLetter"),
        (columns.GROUPS, "DeadLetterGroup"),
        (columns.PAUSES, "Pause"),
        (columns.USAGE, "TypeFigures"),
        (columns.USERS, "ListedUser"),
        (columns.DAYS, "DayOfUsage"),
        (columns.AUDIT, "AuditEntry"),
        (columns.BULK_ACTIONS, "BulkAction"),
        (columns.OUTCOMES, "JobOutcome"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_column_shows_a_field_of_the_answer(shown: Sequence[Column], name: str) -> None:
    row = filled(SCHEMAS[name])

    assert [column.title for column in shown if not column.cell(row).strip()] == []

"""The committed contracts match the code, and no change breaks their readers."""

import json
import shutil
from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES
from lodestone.shapes import TYPED_EVENTS
from lodestone.wire import JsonObject
from lodestone_gateway.contracts import as_text, documents, write_contracts

PUBLISHED = Path(__file__).parents[3] / "docs" / "api"


@pytest.fixture(scope="module")
def built() -> dict[str, JsonObject]:
    """The documents of the code, by path."""
    return documents()


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy of the committed ones, which a test may change."""
    return shutil.copytree(PUBLISHED, tmp_path / "api")


def test_committed_contracts_are_up_to_date(built: dict[str, JsonObject]) -> None:
    committed = {
        path.relative_to(PUBLISHED).as_posix(): path.read_text() for path in PUBLISHED.rglob("*.json")
    }

    assert committed == {path: as_text(document) for path, document in built.items()}, (
        "run `make contracts` and commit docs/api"
    )


def test_change_that_breaks_a_reader_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write_contracts(tmp_path)
    completed = tmp_path / "schemas" / "completed.json"
    richer = json.loads(completed.read_text())
    richer["properties"]["confidence"] = {"type": "number"}
    completed.write_text(as_text(richer))

    with pytest.raises(Misconfigured, match=r"completed.json.properties.confidence is gone"):
        write_contracts(tmp_path)

    assert json.loads(completed.read_text()) == richer


def test_event_that_disappears_is_refused(published: Path) -> None:
    (published / "schemas" / "paused.json").write_text("{}")

    with pytest.raises(Misconfigured, match=r"schemas/paused.json is gone"):
        write_contracts(published)


@pytest.mark.parametrize("file", ["schemas/completed.ideation.json", "openapi.json", "asyncapi.json"])
def test_a_result_that_loses_a_field_is_refused(published: Path, file: str) -> None:
    richer = json.loads((published / file).read_text())
    shapes = richer.get("$defs") or richer["components"]["schemas"]
    shapes["IdeationResult"]["properties"]["mood"] = {"type": "string"}
    (published / file).write_text(as_text(richer))

    with pytest.raises(Misconfigured, match=r"IdeationResult.properties.mood is gone"):
        write_contracts(published)


def test_every_event_is_a_channel_of_all_types_and_where_they_differ_of_each(
    built: dict[str, JsonObject],
) -> None:
    document = built["asyncapi.json"]

    addresses = {name: channel["address"] for name, channel in document["channels"].items()}
    of_all = {f"job.{event}": f"job.{event}.{{jobType}}.{{jobId}}" for event in EVENTS}
    typed = {f"job.{event}.{kind}" for event in TYPED_EVENTS for kind in JOB_TYPES}
    assert addresses == of_all | {name: f"{name}.{{jobId}}" for name in typed}
    assert set(document["channels"]["job.completed"]["parameters"]) == {"jobType", "jobId"}
    assert set(document["channels"]["job.completed.polish"]["parameters"]) == {"jobId"}
    for message in document["components"]["messages"].values():
        assert {"ce-id", "ce-type", "ce-time"} <= set(message["headers"]["required"])


def test_the_document_of_events_says_where_who_how_long_and_how_often(built: dict[str, JsonObject]) -> None:
    document = built["asyncapi.json"]

    server = document["servers"]["bus"]
    assert server["protocol"] == "nats"
    assert document["components"]["securitySchemes"]["user"]["type"] == "userPassword"
    assert server["x-stream"]["maxAgeSeconds"] == 30 * 24 * 3600
    for word in ("Retention", "Replay", "Dedupe by `ce-id`"):
        assert word.lower() in document["info"]["description"].lower()
    assert all(operation["security"] for operation in document["operations"].values())


def test_every_operation_says_who_may_ask_and_what_it_does(built: dict[str, JsonObject]) -> None:
    document = built["openapi.json"]

    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            assert bool(operation["security"]) == path.startswith("/api/")

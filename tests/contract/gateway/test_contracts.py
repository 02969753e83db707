"""The committed contracts are what the code says, and no change breaks those who rely on them."""

import json
from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone_gateway.contracts import as_text, documents, write_contracts

PUBLISHED = Path(__file__).parents[3] / "docs" / "api"


def test_committed_contracts_are_up_to_date() -> None:
    committed = {
        path.relative_to(PUBLISHED).as_posix(): path.read_text() for path in PUBLISHED.rglob("*.json")
    }

    assert committed == {path: as_text(document) for path, document in documents().items()}, (
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


def test_event_that_disappears_is_refused(tmp_path: Path) -> None:
    write_contracts(tmp_path)
    (tmp_path / "schemas" / "paused.json").write_text("{}")

    with pytest.raises(Misconfigured, match=r"schemas/paused.json is gone"):
        write_contracts(tmp_path)


def test_every_event_is_a_channel_with_the_cloudevents_headers() -> None:
    document = documents()["asyncapi.json"]

    for name, channel in document["channels"].items():
        assert channel["address"] == f"{name}.{{jobType}}.{{jobId}}"
        assert set(channel["parameters"]) == {"jobType", "jobId"}
    for message in document["components"]["messages"].values():
        assert {"ce-id", "ce-type", "ce-time"} <= set(message["headers"]["required"])

"""Log lines: one JSON object each, with what is known of the job, from our code and from libraries alike."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from lodestone.telemetry import configure_logging
from lodestone.tracing import span

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_of_ours_and_one_of_a_library_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", "INFO")

    with structlog.contextvars.bound_contextvars(job_id="j-1"), span("work", traceparent=PARENT):
        structlog.get_logger("lodestone.test").info("ended", attempt=1)
        logging.getLogger("library").info("ended")

    ours, theirs = lines(capsys)
    told = {"event": "ended", "level": "info", "job_id": "j-1", "trace_id": PARENT[3:35]}
    assert ours.pop("timestamp")[:11] == theirs.pop("timestamp")[:11]
    assert ours == told | {"logger": "lodestone.test", "attempt": 1}
    assert theirs == told | {"logger": "library"}


@pytest.mark.parametrize(
    ("level", "seen"), [("DEBUG", ["a", "b", "c"]), ("INFO", ["b", "c"]), ("?", ["b", "c"])]
)
def test_lines_below_the_level_are_not_written(
    capsys: pytest.CaptureFixture[str], level: str, seen: list[str]
) -> None:
    configure_logging("json", level)
    log = structlog.get_logger("lodestone.test")

    log.debug("a")
    log.info("b")
    logging.getLogger("library").debug("a")
    try:
        raise ValueError
    except ValueError:
        log.exception("c")

    told = lines(capsys)
    assert [line["event"] for line in told if line["logger"] != "library"] == seen
    assert [line["event"] for line in told if line["logger"] == "library"] == (
        ["a"] if level == "DEBUG" else []
    )
    assert "ValueError" in told[-1]["exception"]


def test_text_for_people_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("text", "INFO")

    structlog.get_logger("lodestone.test").warning("ended", attempt=1)

    assert capsys.readouterr().err.split()[1:] == ["[warning", "]", "ended", "[lodestone.test]", "attempt=1"]

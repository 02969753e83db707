"""An event as history and streams show it."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from lodestone_gateway.store.queries import ShownEvent

HEAD = {"seq": 2, "event": "job.progress", "time": "2026-05-04T00:00:00.000Z"}


def shown(body: str) -> ShownEvent:
    time = datetime(2026, 5, 4, tzinfo=UTC)
    return ShownEvent(7, UUID(int=1), UUID(int=2), 2, "progress", time, body, None)


@pytest.mark.parametrize(
    "body", ["{}", '{"attempt": 1}', '{"attempt": 1, "item": {"text": "\\"{ü\\u2028\\n}"}, "done": 1.50}']
)
def test_its_body_follows_its_number_name_and_time(body: str) -> None:
    assert json.loads(shown(body).json) == HEAD | json.loads(body)


def test_a_frame_is_one_line_of_data_however_the_text_breaks() -> None:
    frame = shown('{"text": "one\\ntwo"}').frame(5).decode()

    assert frame.startswith('event: job.progress\ndata: {"seq":2,')
    assert frame.endswith('"text": "one\\ntwo"}\nid: 5\n\n')
    assert len(frame.splitlines()) == 4

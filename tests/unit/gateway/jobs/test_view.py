"""A job as its owner sees it: what it waits for, its tag, and nothing of it left out."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from lodestone.errors import ErrorCode
from lodestone.ids import new_id
from lodestone_gateway.jobs.view import Job, JobSummary, entity_tag, waiting_for
from lodestone_gateway.store.holds import Holds, Pace, estimated_start
from lodestone_gateway.store.operations_tables import HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.store.tables import BackgroundJob
from pydantic import ValidationError
from sqlalchemy import inspect
from support.stored import NOON, job

OWNER = new_id()
NOBODY = Holds()
PAUSED = Holds.of(["ideation"], [])
OTHERS = Holds.of([], [("ideation", False, 9, 0.5), ("emails", True, 9, 0.5)])
BULK, ALL = Holds.of([HELD_BULK], []), Holds.of([HELD_BULK, HELD_INTERACTIVE], OTHERS.paces.values())
OWN = Holds.of([], OTHERS.paces.values(), [("ideation", OWNER), ("emails", OWNER)])
SOMEBODYS = Holds.of([], [], [("ideation", UUID(int=7))])
EVERYTHING = Holds.of(["ideation", HELD_BULK, HELD_INTERACTIVE], [])
ITEMS = [
    {"itemKey": "a", "itemIndex": 0, "item": {"title": "A"}},
    {"itemKey": "b", "itemIndex": 1, "item": {"title": "B"}},
]


@pytest.mark.parametrize(
    ("columns", "holds", "waits"),
    [
        ({"waiting_for": "slot"}, NOBODY, "slot"),
        ({"waiting_for": "slot"}, PAUSED, "paused"),
        ({"waiting_for": "provider"}, PAUSED, "paused"),
        ({"waiting_for": "slot"}, Holds.of(["emails"], []), "slot"),
        ({"waiting_for": "slot"}, OTHERS, "turn"),
        ({"waiting_for": "slot", "seq": 1}, OTHERS, "slot"),
        ({"waiting_for": "slot", "priority": "bulk"}, OTHERS, "slot"),
        ({"waiting_for": "slot", "priority": "bulk", "job_type": "emails"}, OTHERS, "turn"),
        ({"waiting_for": "retry", "status": "processing", "seq": 4}, OTHERS, "retry"),
        ({"waiting_for": None, "status": "cancelled"}, OTHERS, None),
        ({"waiting_for": "slot"}, replace(OTHERS, paused=frozenset(["ideation"])), "paused"),
        ({"waiting_for": "retry", "seq": 3}, Holds.of(["(everything)"], []), "paused"),
        ({"waiting_for": "slot"}, Holds.of([], [], paused_users=[OWNER]), "paused"),
        ({"waiting_for": "slot", "seq": 1}, Holds.of([], [], paused_users=[OWNER]), "slot"),
        ({"waiting_for": "slot"}, Holds.of([], [], paused_users=[UUID(int=7)]), "slot"),
        ({"waiting_for": "slot"}, Holds.of([], [], resumed=["ideation"]), "paused"),
        ({"waiting_for": "slot"}, Holds.of([], [], resumed=["(everything)"]), "paused"),
        ({"waiting_for": "slot", "seq": 1}, Holds.of([], [], resumed=["ideation"]), "slot"),
        ({"waiting_for": None, "status": "processing"}, Holds.of([], [], paused_users=[OWNER]), None),
        ({"waiting_for": "slot"}, OWN, "cap"),
        ({"waiting_for": "slot", "seq": 1}, OWN, "slot"),
        ({"waiting_for": "slot", "job_type": "posts"}, OWN, "slot"),
        ({"waiting_for": "slot"}, SOMEBODYS, "slot"),
        ({"waiting_for": None, "status": "cancelled"}, OWN, None),
        ({"waiting_for": "slot"}, replace(OWN, paused=frozenset(["ideation"])), "paused"),
        ({"waiting_for": "slot"}, replace(OWN, paused=frozenset([HELD_INTERACTIVE])), "spend"),
        ({"waiting_for": "slot", "seq": 0}, BULK, "slot"),
        ({"waiting_for": "slot", "seq": 0, "priority": "bulk"}, BULK, "spend"),
        ({"waiting_for": "slot", "seq": 0}, ALL, "spend"),
        ({"waiting_for": "slot", "seq": 0}, EVERYTHING, "paused"),
        ({"waiting_for": "slot", "seq": 1}, ALL, "slot"),
        ({"waiting_for": "retry", "seq": 3, "status": "processing"}, ALL, "retry"),
        ({"waiting_for": None, "seq": 2, "status": "processing"}, ALL, None),
        ({"waiting_for": None, "status": "processing"}, PAUSED, None),
        ({"waiting_for": None, "status": "completed"}, PAUSED, None),
    ],
)
def test_a_hold_is_told_to_what_it_keeps_from_starting(
    columns: dict[str, Any], holds: Holds, waits: str | None
) -> None:
    row = job(user_id=OWNER, **columns)

    assert waiting_for(row, holds) == waits
    assert JobSummary.of(row, holds).waiting_for == waits


@pytest.mark.parametrize(
    ("columns", "holds", "tag"),
    [
        ({"seq": 0}, NOBODY, '"0"'),
        ({"seq": 14}, NOBODY, '"14"'),
        ({"seq": 14, "late_calls": 1}, NOBODY, '"14.1"'),
        ({"seq": 14, "late_calls": 12}, NOBODY, '"14.12"'),
        ({"seq": 2, "waiting_for": "retry"}, PAUSED, '"2p"'),
        ({"seq": 2, "waiting_for": None}, PAUSED, '"2"'),
        ({"seq": 0, "waiting_for": "slot"}, OTHERS, '"0t"'),
        ({"seq": 0, "waiting_for": "slot"}, OWN, '"0c"'),
        ({"seq": 1, "waiting_for": "slot"}, OTHERS, '"1"'),
        ({"seq": 0, "waiting_for": "slot"}, ALL, '"0s"'),
        ({"seq": 0, "waiting_for": "slot"}, EVERYTHING, '"0p"'),
        ({"seq": 14, "late_calls": 1, "erased_at": True}, PAUSED, '"14.1e"'),
    ],
)
def test_the_tag_changes_with_everything_that_is_shown(
    columns: dict[str, Any], holds: Holds, tag: str
) -> None:
    row = job(user_id=OWNER, **{"waiting_for": None} | columns)
    if row.erased_at:
        row.erased_at = row.created_at

    assert entity_tag(row, holds) == tag


@pytest.mark.parametrize(
    ("turn", "per_second", "seconds"), [(20, 0.5, 22), (9, 0.5, 0), (4, 0.5, 0), (20, 0.0, None)]
)
def test_it_starts_when_its_lane_has_come_to_its_turn(
    turn: int, per_second: float, seconds: float | None
) -> None:
    start = estimated_start(turn, Pace("ideation", False, 9, per_second), NOON)

    assert (start and (start - NOON).total_seconds()) == seconds


def test_a_job_is_shown_with_its_items_without_their_places() -> None:
    row = job(
        status="failed",
        error="It did not work.",
        error_code="AI_ERROR",
        items=ITEMS,
        progress_done=2,
        progress_total=10,
        progress_message="Two",
        input_tokens=2**40,
        cost_usd=Decimal("0.1000"),
        wasted_usd=Decimal("1e-7"),
    )

    shown = Job.of(row, NOBODY)
    wire = shown.to_wire()

    assert shown.error_code is ErrorCode.AI_ERROR
    assert wire["items"] == [{"title": "A"}, {"title": "B"}]
    assert wire["progress"] == {"done": 2, "total": 10, "message": "Two"}
    assert wire["usage"]["inputTokens"] == 2**40
    assert (wire["usage"]["costUsd"], wire["usage"]["wastedUsd"]) == ("0.1000", "0.0000001")
    assert wire["createdAt"] == "2026-05-04T12:00:00.000Z"


def test_a_job_in_a_list_has_no_texts() -> None:
    wire = JobSummary.of(job(items=ITEMS, result={"secret": 1}), NOBODY).to_wire()

    assert not wire.keys() & {"input", "result", "items"}


def test_every_column_is_shown_or_left_out_on_purpose() -> None:
    shown = {*Job.model_fields, *Job.model_fields["usage"].annotation.model_fields}  # type: ignore[union-attr]
    kept_back = {
        "user_id",
        "trigger_task_id",
        "progress_done",
        "progress_total",
        "progress_message",
        "late_calls",
        "idempotency_key",
        "idempotency_hash",
        "held_by",  # of operators
    }

    assert {column.key for column in inspect(BackgroundJob).columns} - shown == kept_back


def test_a_row_of_a_later_version_is_an_error_and_no_half_a_job() -> None:
    with pytest.raises(ValidationError):
        Job.of(job(status="hibernating"), NOBODY)

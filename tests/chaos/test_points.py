"""Processes that die between two of their effects: the job ends as if nothing had happened."""

from itertools import product
from pathlib import Path

import pytest
from chaos.history import Limits
from chaos.points import (
    AROUND,
    FOR_ANY_TYPE,
    WORKER,
    Crossing,
    Point,
    all_rounds,
    environment,
    process_of,
    report,
)
from lodestone.jobs import JOB_TYPES
from support.house import House

ROUNDS = (
    [
        Point("worker", "after completed {type}"),  # the end is written, its delivery not answered
        Point("relay", "after requested {type}"),  # in the stream, not marked
        Point("projector", "after commit completed {type}"),  # in the tables, nobody woken
    ],
    [
        Point("gateway", "after wake_relay"),  # accepted, not answered
        Point("relay", "before requested {type}"),  # noted as tried, not in the stream
    ],
)


@pytest.mark.timeout(400)
async def test_a_crash_between_two_effects_changes_nothing(tmp_path: Path) -> None:
    env = environment(tmp_path / "moments")
    with House(tmp_path, "--processes", env=env) as house:
        crossing = Crossing(house, tmp_path / "moments", tmp_path / "history.jsonl", Limits(slack=20.0))
        run = await crossing.cross({"posts": points} for points in ROUNDS)

    assert report(crossing, run) == {"points": 5, "jobs": len(ROUNDS), "violations": []}


def test_every_point_is_crossed_once_by_every_job_type() -> None:
    crossed = [(point, kind) for each in all_rounds() for kind, points in each.items() for point in points]

    assert len(crossed) == len(set(crossed)) == len(JOB_TYPES) * len(WORKER + AROUND) + len(FOR_ANY_TYPE)
    assert set(product(WORKER + AROUND, JOB_TYPES)) <= set(crossed)
    assert {point for point, _ in crossed} == {*WORKER, *AROUND, *FOR_ANY_TYPE}


def test_no_process_has_two_points_in_the_same_round() -> None:
    for each in all_rounds():
        processes = [process_of(point, kind) for kind, points in each.items() for point in points]
        assert len(processes) == len(set(processes))

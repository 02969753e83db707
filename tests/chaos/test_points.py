"""The list of crash points is complete."""

from itertools import product

from chaos.points import AROUND, FOR_ANY_TYPE, WORKER, all_rounds, process_of
from lodestone.jobs import JOB_TYPES


def test_every_point_is_crossed_once_by_every_job_type() -> None:
    crossed = [(point, kind) for each in all_rounds() for kind, points in each.items() for point in points]

    assert len(crossed) == len(set(crossed)) == len(JOB_TYPES) * len(WORKER + AROUND) + len(FOR_ANY_TYPE)
    assert set(product(WORKER + AROUND, JOB_TYPES)) <= set(crossed)
    assert {point for point, _ in crossed} == {*WORKER, *AROUND, *FOR_ANY_TYPE}


def test_no_process_has_two_points_in_the_same_round() -> None:
    for each in all_rounds():
        processes = [process_of(point, kind) for kind, points in each.items() for point in points]
        assert len(processes) == len(set(processes))

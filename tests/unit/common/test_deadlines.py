"""The time limits are one ordered chain."""

from dataclasses import replace

import pytest
from lodestone.deadlines import (
    ACK_WAIT_SECONDS,
    ASK_TIMEOUT_SECONDS,
    ASK_WINDOW_SECONDS,
    DEADLINE_SLACK_SECONDS,
    HAND_BACK_SECONDS,
    IN_PROGRESS_SECONDS,
    TimeLimits,
    check_worker,
)
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES

LIMITS = TimeLimits(deadline=600, attempt=270, call=240, provider_idle=60)


@pytest.mark.parametrize("name", JOB_TYPES)
def test_limits_of_every_job_type_are_in_order(name: str) -> None:
    JOB_TYPES[name].limits.check(name)


@pytest.mark.parametrize(
    "broken", [{"provider_idle": 240}, {"call": 270}, {"attempt": 600}, {"deadline": 720}]
)
def test_a_limit_that_is_not_below_the_next_one_is_told(broken: dict[str, float]) -> None:
    with pytest.raises(Misconfigured, match="time limits of posts are out of order"):
        replace(LIMITS, **broken).check("posts")


def test_a_killed_worker_is_replaced_within_fifteen_seconds() -> None:
    assert ACK_WAIT_SECONDS + ASK_WINDOW_SECONDS + ASK_TIMEOUT_SECONDS < 15


def test_a_delivery_survives_two_extensions_that_were_lost() -> None:
    assert 3 * IN_PROGRESS_SECONDS < ACK_WAIT_SECONDS


def test_an_overdue_job_ends_within_thirty_seconds_of_its_deadline() -> None:
    assert DEADLINE_SLACK_SECONDS < 30


def test_a_drain_must_end_before_the_platform_kills() -> None:
    check_worker(20, 30)

    with pytest.raises(Misconfigured, match="LODESTONE_DRAIN_SECONDS"):
        check_worker(30 - HAND_BACK_SECONDS, 30)

"""How soon a process that died is restarted."""

from collections import deque

from lodestone_local.processes import BACK_OFF_SECONDS, RESTART_SECONDS, restart_pause


def test_a_process_that_died_once_is_restarted_at_once() -> None:
    assert restart_pause(deque([100.0]), 100.0) == RESTART_SECONDS


def test_five_deaths_within_ten_seconds_slow_the_restarts_down() -> None:
    assert restart_pause(deque([91.0, 93.0, 95.0, 97.0, 99.0]), 99.0) == BACK_OFF_SECONDS


def test_deaths_that_are_longer_ago_do_not_count() -> None:
    assert restart_pause(deque([80.0, 85.0, 88.0, 95.0, 99.0]), 99.0) == RESTART_SECONDS


def test_a_restart_never_waits_longer_than_the_promised_two_seconds() -> None:
    assert max(RESTART_SECONDS, BACK_OFF_SECONDS) <= 2.0

"""`lodestone up --processes`: each part may be killed, and comes back at the same address."""

import os
import signal

import pytest
from lodestone_local.doctor import examine
from support.running_system import RunningSystem
from support.waiting import eventually_sync

PARTS = ("nats", "postgres", "simulator", "gateway", "relay", "projector", "ideation")


def test_the_ready_file_names_every_part_and_its_process(processes: RunningSystem) -> None:
    assert set(PARTS) <= set(processes.told["processes"])
    assert all(isinstance(pid, int) for pid in processes.told["processes"].values())


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_is_started_again_within_two_seconds(processes: RunningSystem, name: str) -> None:
    before = processes.told

    killed = processes.kill(name)

    processes.wait_for_restart(name, killed, within=2.5)
    after = processes.refresh()
    assert {key: after[key] for key in ("gateway", "nats", "natsMonitoring", "postgres", "simulator")} == {
        key: before[key] for key in ("gateway", "nats", "natsMonitoring", "postgres", "simulator")
    }
    eventually_sync(processes.is_whole, within=40, told="all parts are ready")


@pytest.mark.parametrize(
    ("part", "subject"), [("nats", "NATS"), ("postgres", "Postgres"), ("ideation", "ideation")]
)
def test_the_doctor_names_a_part_that_is_paused_and_what_to_do(
    processes: RunningSystem, part: str, subject: str
) -> None:
    paused = processes.kill(part, signal.SIGSTOP)
    try:
        found = {finding.subject: finding for finding in examine(processes.data_dir, 0)}
    finally:
        os.kill(paused, signal.SIGCONT)

    assert not found[subject].is_fine
    assert f"it is paused (process {paused}). `kill -CONT {paused}` resumes it" in found[subject].told
    assert found["NATS" if part == "postgres" else "Postgres"].told == "embedded, works"


def test_the_simulator_keeps_its_ledger_when_the_gateway_dies(processes: RunningSystem) -> None:
    processes.http.post(
        f"{processes.simulator}/v1/messages",
        headers={"x-api-key": "any"},
        json={"model": "claude-haiku-5-5", "max_tokens": 10, "messages": [{"role": "user", "content": "Hi"}]},
    ).raise_for_status()

    killed = processes.kill("gateway")
    processes.wait_for_restart("gateway", killed)

    assert len(processes.calls()) == 1
    eventually_sync(processes.is_whole, within=40, told="all parts are ready")


def test_a_part_that_dies_again_and_again_is_still_restarted(processes: RunningSystem) -> None:
    for _ in range(6):
        killed = processes.kill("relay")
        processes.wait_for_restart("relay", killed, within=4)

    eventually_sync(processes.is_whole, within=40, told="all parts are ready")


def test_a_stop_of_all_processes_leaves_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    system = RunningSystem(tmp_path_factory.mktemp("stopped"), "--processes").start()

    status = system.stop()

    assert status == 0
    assert system.left_over() == []

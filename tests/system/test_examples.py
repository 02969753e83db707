"""The lessons in docs/examples do what they say on a running system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.running_system import RunningSystem
from support.samples import INPUTS

EXAMPLES = INPUTS.parent
INPUT = str(INPUTS / "ideation-fitness-coach.json")


def start(system: RunningSystem, lesson: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    env = {**os.environ, "LODESTONE_EXAMPLE_READY": str(system.ready_file), **variables}
    command = [sys.executable, str(EXAMPLES / lesson), *arguments]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def add_subscriber(system: RunningSystem, name: str) -> str:
    """Adds a subscriber to the running server; returns its URL."""
    command = [str(Path(sys.executable).with_name("lodestone")), "subscriber", "add", name]
    subprocess.run([*command, "--events", "completed", "--data-dir", str(system.data_dir)], check=True)
    password = (system.data_dir / "nats" / f"subscriber-{name}.password").read_text()
    return f"nats://subscriber-{name}:{password}@{system.told['nats'].rpartition('@')[2]}"


def finish(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output


def test_submit_and_wait_shows_progress_and_ten_titles(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.5)

    output = finish(start(system, "01_submit_and_wait.py", INPUT))

    assert "completed: 10 of 10" in output
    assert output.count("\n- ") == 10


def test_stream_shows_each_event_once_in_order(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.5)

    lines = finish(start(system, "02_stream.py", INPUT)).splitlines()

    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1].split()[1] == "job.completed"


def test_subscriber_hears_of_a_finished_job(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.2)
    url = add_subscriber(system, "newsletter")
    subscriber = start(system, "03_subscribe.py", "1", LODESTONE_EXAMPLE_NATS=url)

    system.wait(system.submit("ideation", {"businessDescription": "Bread", "businessType": "freelancer"}))

    assert finish(subscriber).startswith("ideation ")


def test_the_whole_way_ends_with_five_emails(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.02, duration_seconds=0.3)

    output = finish(
        start(system, "04_from_business_to_emails.py", str(INPUTS / "ideation-saas-founder.json"))
    )

    for job_type in ("ideation", "extraction", "polish", "posts", "emails"):
        assert f"{job_type}: done for $" in output
    assert "3 posts" in output
    assert [f"day {day}: " in output for day in range(5)] == [True] * 5


@pytest.mark.parametrize("lesson", sorted(path.name for path in EXAMPLES.glob("0*.py")))
def test_every_lesson_is_in_the_list(lesson: str) -> None:
    assert lesson in (EXAMPLES / "README.md").read_text()

"""The other commands: the example, a job from a file, and errors."""

import re
import socket
import subprocess
from pathlib import Path

from lodestone.jobs.lead_magnet import ARCHETYPES
from support.lead_magnets import OWN_IDEA
from support.running_system import COMMAND, RunningSystem
from support.samples import INPUTS, example_input

ITEM_LINE = re.compile(r"^ *\d+\.\d s +\d+/\d+ ", re.MULTILINE)
CONCEPT_LINE = re.compile(r"^ *\d+\.\d s +(\d+)/10 +([a-z-]+) +\S.*$", re.MULTILINE)


def lodestone(*arguments: str, within: float = 120) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=within, check=False)


def test_the_example_shows_ten_concepts_as_they_come_and_ends(tmp_path: Path) -> None:
    shown = lodestone("demo", "--once", "--port", "0", "--data-dir", str(tmp_path / "data"))

    concepts = CONCEPT_LINE.findall(shown.stdout)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert [int(number) for number, _ in concepts] == list(range(1, 11))
    assert sorted(archetype for _, archetype in concepts) == sorted(ARCHETYPES)
    assert re.search(r"[\d,]+ tokens in, [\d,]+ out, \$\d+\.\d+", shown.stdout)


def test_a_submitted_file_is_watched_to_its_end(system: RunningSystem) -> None:
    file = INPUTS / "ideation-fitness-coach.json"

    shown = lodestone(
        "submit", str(file), "--type", "ideation", "--watch", "--data-dir", str(system.data_dir)
    )

    job_id = shown.stdout.splitlines()[0]
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert system.job(job_id)["status"] == "completed"
    assert len(CONCEPT_LINE.findall(shown.stdout)) == 10


def test_every_job_type_can_be_submitted_and_watched(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    told = ("--watch", "--data-dir", str(system.data_dir))
    lead_magnet = system.request("POST", "/api/lead-magnets", json=OWN_IDEA).json()["id"]
    files = {"extraction": ("extraction-single-system", 0), "polish": (None, 2), "posts": ("posts", 3)}
    for job_type, (name, items) in {**files, "emails": (None, 5)}.items():
        file = [str(INPUTS / f"{name}.json")] if name else []

        shown = lodestone("submit", *file, "--type", job_type, "--lead-magnet", lead_magnet, *told)

        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert len(ITEM_LINE.findall(shown.stdout)) >= items
        assert system.job(shown.stdout.splitlines()[0])["leadMagnetId"] == lead_magnet


def test_a_job_that_fails_is_told_in_words_and_by_the_exit_status(system: RunningSystem) -> None:
    file = INPUTS / "ideation-fitness-coach.json"
    system.fault({"kind": "refusal"}, times=100)

    shown = lodestone(
        "submit", str(file), "--type", "ideation", "--watch", "--data-dir", str(system.data_dir)
    )

    assert shown.returncode == 1
    assert "failed: The AI declined" in shown.stdout


def test_a_wrong_input_is_told_field_by_field(system: RunningSystem, tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text("{}")

    refused = lodestone(
        "submit", str(tmp_path / "wrong.json"), "--type", "ideation", "--data-dir", str(system.data_dir)
    )

    assert refused.returncode == 1
    assert "input.businessType" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_job_for_a_system_that_is_not_there_says_how_to_start_it(tmp_path: Path) -> None:
    file = INPUTS / "posts.json"

    refused = lodestone("submit", str(file), "--type", "posts", "--data-dir", str(tmp_path))

    assert refused.returncode == 1
    assert "Start one with `lodestone up`" in refused.stderr


def test_the_doctor_says_what_to_do_about_a_used_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = lodestone("doctor", "--port", port, "--data-dir", str(tmp_path / "data"))

    assert found.returncode == 1
    assert f"TO DO  port      Port {port} is in use" in found.stdout
    assert "ok     NATS      embedded, 2." in found.stdout


def test_a_token_is_signed_while_the_system_is_down(system: RunningSystem, tmp_path: Path) -> None:
    (tmp_path / "jwt-secret").write_text((system.data_dir / "jwt-secret").read_text())

    made = lodestone("token", "--user", system.told["users"]["demo"], "--data-dir", str(tmp_path))

    token = made.stdout.splitlines()[-1]
    answer = system.http.get(f"{system.gateway}/api/jobs", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_operators_commands_find_the_local_system_and_its_token(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    job_id = system.submit("ideation", example_input("ideation-fitness-coach"))
    system.wait(job_id)

    shown = lodestone("ops", "why", job_id, "--data-dir", str(system.data_dir))
    nowhere = lodestone("ops", "jobs", "--data-dir", str(system.data_dir / "none"))

    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"ideation {job_id}" in shown.stdout
    assert "1. completed: " in shown.stdout
    assert nowhere.returncode == 1
    assert "No system is ready" in nowhere.stderr

"""`lodestone up`: what a user sees who starts, uses and stops the system."""

import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lodestone_local.data_folder import DataFolder
from lodestone_local.doctor import examine
from lodestone_local.postgres_server import answers
from support.backends import PostgresServer
from support.bus_users import open_server
from support.running_system import COMMAND, RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

USER = "0192aaaa-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def own_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system that the tests of this file start and stop themselves; it keeps its data."""
    system = RunningSystem(tmp_path_factory.mktemp("own"))
    yield system
    system.end_all()


@pytest.fixture
def started(own_system: RunningSystem) -> RunningSystem:
    """That system, running: still from the previous test, or started again."""
    if not own_system.is_running:
        own_system.ready_file.unlink(missing_ok=True)
        own_system.start()
    own_system.reset_simulator()
    return own_system


def lodestone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_ready_file_tells_everything_and_is_for_its_owner_only(system: RunningSystem) -> None:
    told = system.refresh()

    assert set(told) >= {"gateway", "nats", "natsMonitoring", "postgres", "simulator", "health"}
    assert set(told["tokens"]) == {"demo", "second", "operator"}
    assert set(told["users"]) == {"demo", "second"}
    assert told["processes"] == {}
    assert stat.S_IMODE(system.ready_file.stat().st_mode) == 0o600
    assert (system.data_dir / "ready.json").read_text() == system.ready_file.read_text()


def test_nothing_that_it_writes_is_for_anybody_but_its_owner(system: RunningSystem) -> None:
    database = system.data_dir / "postgres"
    sockets = Path(parse_qs(urlsplit(system.told["postgres"]).query)["host"][0])
    written = [system.data_dir, system.ready_file, system.ready_file.parent, sockets]
    for folder, folders, files in os.walk(system.data_dir):
        written += [Path(folder, name) for name in (*folders, *files)]
        folders[:] = [name for name in folders if Path(folder, name) != database]  # the server's own

    open_to_others = {str(path): oct(mode) for path in written if (mode := path.stat().st_mode) & 0o077}

    assert {"passwords.json", "nats.conf", "jwt-secret", "ready.json"} <= {path.name for path in written}
    assert open_to_others == {}


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    for name in ("logs", "run"):
        (tmp_path / name).mkdir(mode=0o755)

    DataFolder(tmp_path).close()

    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("logs", "run")} == {0o700}


def test_every_process_tells_its_health(system: RunningSystem) -> None:
    for name, url in system.told["health"].items():
        assert system.http.get(f"{url}/readyz").status_code == 200, name
        assert "python_info" in system.http.get(f"{url}/metrics").text, name


def test_the_local_users_have_their_plans(system: RunningSystem) -> None:
    plans = {
        user: system.request("GET", "/api/usage", user=user).json()["plan"] for user in ("demo", "second")
    }

    assert plans == {"demo": "unlimited", "second": "free"}


def test_a_token_made_beside_the_running_system_is_accepted(system: RunningSystem) -> None:
    made = lodestone("token", "--user", USER, "--data-dir", str(system.data_dir))

    token = made.stdout.splitlines()[-1]
    answer = system.http.get(f"{system.gateway}/api/jobs", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["items"] == []


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(system: RunningSystem) -> None:
    second = lodestone("up", "--port", "0", "--data-dir", str(system.data_dir))

    assert second.returncode == 1
    assert f"Lodestone is already running on {system.data_dir} ({system.gateway})" in second.stderr
    assert "Traceback" not in second.stderr
    assert system.http.get(f"{system.gateway}/healthz").status_code == 200


def test_a_used_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = lodestone("up", "--port", str(port), "--data-dir", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} is in use. Stop what uses it, or choose another with --port.\n"


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    refused = lodestone("up", "--port", "0", "--data-dir", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert "cannot hold the data" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_broken_postgres_data_ends_the_start_with_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "data" / "postgres"
    broken.mkdir(parents=True)
    (broken / "PG_VERSION").write_text("18\n")

    refused = lodestone("up", "--port", "0", "--data-dir", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert str(broken) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_no_simulator_without_a_key_is_a_misuse(tmp_path: Path) -> None:
    refused = lodestone("up", "--no-simulator", "--data-dir", str(tmp_path / "data"))

    assert refused.returncode == 2
    assert "ANTHROPIC_API_KEY" in refused.stderr


def test_a_backend_that_is_named_and_does_not_answer_is_told(tmp_path: Path) -> None:
    system = RunningSystem(tmp_path, env={"LODESTONE_NATS_URL": "nats://127.0.0.1:1"})

    status = system.launch().wait(60)

    assert status == 1
    assert "LODESTONE_NATS_URL cannot be used" in system.output
    assert "Traceback" not in system.output


def test_a_part_that_cannot_start_ends_the_start_with_its_own_words_and_its_log(tmp_path: Path) -> None:
    system = RunningSystem(tmp_path, env={"LODESTONE_RATE_LIMIT": "often"})

    status = system.launch().wait(60)

    assert status == 1
    assert "LODESTONE_RATE_LIMIT" in system.output
    assert str(system.data_dir / "logs") in system.output
    assert "Traceback" not in system.output
    assert system.left_over() == []


def test_sigterm_ends_everything_and_the_next_start_finds_all_as_it_was(started: RunningSystem) -> None:
    nats, job_id = started.told["nats"], started.submit("posts", example_input("posts"))
    children = started.left_over()

    status = started.stop()

    assert len(children) > 3
    assert status == 0
    assert started.left_over() == []
    assert not started.ready_file.exists()
    assert not (started.data_dir / "ready.json").exists()
    started.start()
    assert started.told["nats"] == nats
    assert started.job(job_id)["id"] == job_id


def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    new_system = RunningSystem(tmp_path)
    process = new_system.launch()
    eventually_sync((new_system.data_dir / "logs" / "postgres.log").exists, within=30)

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    assert new_system.left_over() == []


def test_a_killed_launcher_leaves_nothing_and_the_next_start_works(started: RunningSystem) -> None:
    os.kill(started.launcher, signal.SIGKILL)

    eventually_sync(lambda: not started.left_over(), within=10, told="nothing is left")
    started.ready_file.unlink()
    started.start()
    assert started.http.get(f"{started.gateway}/healthz").status_code == 200


def test_a_running_job_does_not_hold_the_stop_beyond_thirty_seconds(started: RunningSystem) -> None:
    _begin_a_long_job(started)

    begun = time.monotonic()
    status = started.stop()

    assert status == 0
    assert time.monotonic() - begun < 30
    assert started.left_over() == []


def test_a_second_signal_ends_at_once_and_leaves_nothing(started: RunningSystem) -> None:
    _begin_a_long_job(started)
    process = started.process
    process.terminate()
    begun = time.monotonic()

    def signalled_again() -> bool:
        process.terminate()
        return process.poll() is not None

    eventually_sync(signalled_again, within=5)
    assert time.monotonic() - begun < 5
    eventually_sync(lambda: not started.left_over(), within=5, told="nothing is left")


def _begin_a_long_job(system: RunningSystem) -> None:
    system.pace(duration_seconds=100)
    job_id = system.submit("ideation", example_input("ideation-fitness-coach"))
    eventually_sync(lambda: system.job(job_id)["status"] == "processing", within=20)


def test_the_bus_has_one_processor(system: RunningSystem) -> None:
    told = system.http.get(f"{system.told['natsMonitoring']}/varz").json()

    assert told["gomaxprocs"] == 1


def test_given_backends_are_used_and_left_alone(tmp_path: Path, own_postgres: PostgresServer) -> None:
    with open_server(tmp_path) as nats:
        given = {"LODESTONE_NATS_URL": nats, "LODESTONE_DATABASE_URL": own_postgres.url}

        with RunningSystem(tmp_path / "system", env=given) as system:
            told = system.told
            found = {finding.subject: finding.told for finding in examine(system.data_dir, 0)}
            system.pace(duration_seconds=0.1)
            job = system.wait(system.submit("posts", example_input("posts")))

        assert is_open(nats)
    assert job["status"] == "completed"
    assert (told["nats"], told["natsMonitoring"]) == (nats, None)
    assert found["NATS"].startswith("external, 2.")
    assert found["Postgres"].startswith("external, 18.")
    assert told["postgres"] == own_postgres.url
    assert not (system.data_dir / "postgres").exists()
    assert answers(own_postgres.url)


def is_open(url: str) -> bool:
    host, _, port = url.removeprefix("nats://").partition(":")
    with socket.create_connection((host, int(port)), timeout=2) as connection:
        return connection.recv(4) == b"INFO"

"""deploy/compose.yaml gives each process what it reads, and no more; only this machine is served."""

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import yaml
from image.__main__ import PROCESSES
from lodestone.deadlines import check_worker
from lodestone.settings import Settings, models, read_settings
from lodestone.settings_page import described
from lodestone_local.doctor import examine_settings
from lodestone_local.nats_server import find_server
from support.image_tools import tool

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "compose.yaml"
COMPOSED = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
OURS = [*PROCESSES, "migrate"]
WORKERS = {"ideation", "extraction", "polish", "content"}
OF_DATABASE = {"gateway", "relay", "projector", "migrate"}
OF_ALL = {"LODESTONE_SECRETS_FOLDER"}
DURATION = re.compile(r"(\d+)s")


def model_of(name: str) -> type[Settings]:
    """The settings that the process of this service reads."""
    return models()["worker" if name in WORKERS else name]


def read_by(name: str) -> set[str]:
    """The variables that the process reads."""
    return {variable for setting in described(model_of(name)) for variable in setting.names} | OF_ALL


def files_of(name: str) -> dict[str, str]:
    """The file that the service gets for each secret, by the path or name it has there."""
    given = [{"source": each} if isinstance(each, str) else each for each in SERVICES[name]["secrets"]]
    return {each.get("target", each["source"]): each["source"] for each in given}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a person has after the first command."""
    deploy = tmp_path_factory.mktemp("compose") / "deploy"
    for file in ("docker/make_secrets.py", "docker/nats.conf", "nats/accounts.conf"):
        (deploy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "deploy" / file, deploy / file)
    _make_secrets(deploy, {"ANTHROPIC_API_KEY": "sk-test"})
    return deploy / "secrets"


def _make_secrets(deploy: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, deploy / "docker" / "make_secrets.py"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_a_compose_file() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)


def test_each_process_runs_by_its_command_and_migration_comes_first() -> None:
    assert {name: SERVICES[name]["command"] for name in PROCESSES} == PROCESSES
    assert set(SERVICES) == {*OURS, "postgres", "nats"}
    for name in PROCESSES:
        waits = SERVICES[name]["depends_on"]
        backends = {"nats"} | ({"postgres"} if name in OF_DATABASE else set())
        assert waits == {"migrate": {"condition": "service_completed_successfully"}} | {
            backend: {"condition": "service_healthy"} for backend in backends
        }


@pytest.mark.parametrize("name", OURS)
def test_a_process_is_given_what_it_reads_and_no_secret_of_others(name: str) -> None:
    given = {*SERVICES[name]["environment"], *files_of(name)}
    secret = {*files_of(name)}

    assert given <= read_by(name)
    assert not secret & set(SERVICES[name]["environment"])
    assert ("ANTHROPIC_API_KEY" in secret) == (name in WORKERS)
    assert ("LODESTONE_JWT_SECRET" in secret) == (name == "gateway")
    assert ("LODESTONE_DATABASE_URL" in secret) == (name in OF_DATABASE)
    assert ("database" in SERVICES[name]["networks"]) == (name in OF_DATABASE)


@pytest.mark.parametrize("name", OURS)
def test_a_process_starts_with_the_secrets_that_are_made(
    name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for target, source in files_of(name).items():
        shutil.copy(secrets / source, tmp_path / target)
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("LODESTONE_SECRETS_FOLDER", str(tmp_path))

    found = read_settings(model_of(name))

    user = {"migrate": "operator"}.get(name, name)
    assert urlsplit(getattr(found, "nats_url", "")).username == user
    assert urlsplit(getattr(found, "nats_url", "")).netloc.endswith("@nats:4222")
    if name in OF_DATABASE:
        login = {"migrate": "lodestone_owner"}.get(name, f"lodestone_{name}")
        assert urlsplit(getattr(found, "database_url", "")).username == login


def test_the_doctor_finds_nothing_wrong(secrets: Path) -> None:
    file = Path(shutil.copy(FILE, secrets.parent))

    assert [each.told for each in examine_settings([file], None) if not each.is_fine] == []


def test_every_secret_is_made_used_and_readable_by_containers_alone(secrets: Path) -> None:
    declared = {name: Path(each["file"]).name for name, each in COMPOSED["secrets"].items()}
    used = {
        source for name, each in SERVICES.items() if "secrets" in each for source in files_of(name).values()
    }

    assert used == set(declared) == set(declared.values())
    assert {path.name for path in secrets.iterdir()} == {*declared, "token"}
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o444}


def test_making_them_again_keeps_them_and_without_a_key_none_are_made(secrets: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir() if path.name != "token"}

    assert _make_secrets(secrets.parent, {}).returncode == 0
    assert {path.name: path.read_text() for path in secrets.iterdir() if path.name != "token"} == before
    shutil.copytree(secrets.parent / "docker", tmp_path / "docker")
    refused = _make_secrets(tmp_path, {})
    assert refused.returncode == 1
    assert refused.stderr.startswith("Set ANTHROPIC_API_KEY: ")
    assert not (tmp_path / "secrets").exists()


def test_the_token_is_one_that_the_gateway_takes(secrets: Path) -> None:
    settings = SERVICES["gateway"]["environment"]

    claims = jwt.decode(
        (secrets / "token").read_text(),
        (secrets / "jwt_secret").read_text(),
        algorithms=["HS256"],
        audience=settings["LODESTONE_JWT_AUDIENCE"],
        issuer=settings["LODESTONE_JWT_ISSUER"],
    )

    assert claims["sub"]


def test_only_this_machine_is_served_and_probes_ask_where_processes_answer() -> None:
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert published == {
        "gateway": [f"127.0.0.1:8400:{SERVICES['gateway']['environment']['LODESTONE_PORT']}"]
    }
    for name in PROCESSES:
        port = SERVICES[name]["environment"]["LODESTONE_HEALTH_PORT"]
        assert f"http://127.0.0.1:{port}/readyz" in SERVICES[name]["healthcheck"]["test"][-1]


def test_processes_have_no_rights_and_end_within_their_grace() -> None:
    for name in OURS:
        service = SERVICES[name]
        assert service["user"] == "65532:65532"
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
    for name in WORKERS:
        settings, grace = (
            SERVICES[name]["environment"],
            DURATION.fullmatch(SERVICES[name]["stop_grace_period"]),
        )
        assert grace is not None
        assert grace[1] == settings["LODESTONE_GRACE_SECONDS"]
        check_worker(float(settings["LODESTONE_DRAIN_SECONDS"]), float(grace[1]))


def test_the_backends_are_official_images_by_digest() -> None:
    images = {name: SERVICES[name]["image"] for name in ("postgres", "nats")}

    assert re.fullmatch(r"docker\.io/library/postgres:18\.\d+-\S+@sha256:[0-9a-f]{64}", images["postgres"])
    assert re.fullmatch(r"docker\.io/library/nats:2\.\d+\.\d+-\S+@sha256:[0-9a-f]{64}", images["nats"])


def test_the_bus_starts_with_the_committed_users_and_syncs_always(secrets: Path, tmp_path: Path) -> None:
    [(target, source)] = files_of("nats").items()
    shutil.copy(secrets / source, tmp_path / Path(target).name)
    shutil.copy(secrets.parent / "docker" / "nats.conf", tmp_path)

    checked = subprocess.run(
        [find_server(), "-t", "-c", tmp_path / "nats.conf"], capture_output=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
    assert "sync_interval: always" in (tmp_path / "nats.conf").read_text()

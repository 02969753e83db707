"""`lodestone doctor --config` names each wrong value of a file of settings, and says what to do."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from lodestone.errors import Misconfigured
from lodestone_local import cli
from lodestone_local.doctor import examine_settings
from support.lodestone_command import Shell

SECRET = "only-for-this-test-" * 3
BUS, DATABASE = "tls://{}:hidden@nats:4222", "postgresql://lodestone_{}:hidden@postgres/lodestone"
OF_GATEWAY = {
    "LODESTONE_NATS_URL": BUS.format("gateway"),
    "LODESTONE_DATABASE_URL": DATABASE.format("gateway"),
    "LODESTONE_HOST": "0.0.0.0",  # noqa: S104 - a container's
    "LODESTONE_JWT_SECRET": SECRET,
    "LODESTONE_JWT_AUDIENCE": "lodestone",
    "LODESTONE_JWT_ISSUER": "https://login.example.com",
}
OF_PROJECTOR = {
    "LODESTONE_NATS_URL": BUS.format("projector"),
    "LODESTONE_NATS_URLS": json.dumps({"reconciler": BUS.format("reconciler")}),
    "LODESTONE_DATABASE_URL": DATABASE.format("projector"),
    "LODESTONE_DATABASE_URLS": json.dumps({"reconciler": DATABASE.format("reconciler")}),
}
OF_POLISH = {"LODESTONE_NATS_URL": BUS.format("polish-2"), "ANTHROPIC_API_KEY": "sk-hidden"}
COMMANDS = {
    "gateway": ["lodestone-gateway", "serve"],
    "projector": ["/app/bin/lodestone-gateway", "project"],
    "polish": ["lodestone-worker", "polish"],
}
RIGHT = {"gateway": OF_GATEWAY, "projector": OF_PROJECTOR, "polish": OF_POLISH}
WRONG: list[tuple[str, dict[str, str | None], str]] = [
    ("polish", {"LODESTONE_SLOT": "8"}, r"Nothing reads LODESTONE_SLOT\. Did you mean LODESTONE_SLOTS\?"),
    (
        "gateway",
        {"LODESTONE_COFFEE": "1"},
        r"Nothing reads LODESTONE_COFFEE\. Correct the name, or remove it",
    ),
    ("polish", {"LODESTONE_SLOTS": "many"}, r"LODESTONE_SLOTS: .*valid integer"),
    (
        "polish",
        {"LODESTONE_DRAIN_SECONDS": "40"},
        r"LODESTONE_DRAIN_SECONDS \(40\) and 5 s more must be below",
    ),
    ("polish", {"LODESTONE_GRACE_SECONDS": "90"}, r"LODESTONE_GRACE_SECONDS is 90, but \w+ leaves it 30 s"),
    ("polish", {"ANTHROPIC_API_KEY": None}, r"LODESTONE_ANTHROPIC_API_KEY: Field required"),
    ("polish", {"LODESTONE_SIMULATOR": "true"}, r"LODESTONE_SIMULATOR is only for `lodestone up`"),
    (
        "polish",
        {"LODESTONE_DATABASE_URL": DATABASE.format("polish")},
        r"LODESTONE_DATABASE_URL is a secret that po",
    ),
    (
        "projector",
        {"ANTHROPIC_API_KEY": "sk-hidden"},
        r"ANTHROPIC_API_KEY is a secret that projector does not re",
    ),
    (
        "polish",
        {"LODESTONE_NATS_URL": BUS.format("ideation")},
        r"signs in as ideation, but .* polish are polish's",
    ),
    (
        "projector",
        {"LODESTONE_NATS_URLS": None},
        r"LODESTONE_NATS_URLS names no reconciler: projector also acts",
    ),
    ("projector", {"LODESTONE_DATABASE_URLS": None}, r"LODESTONE_DATABASE_URLS names no reconciler"),
    (
        "gateway",
        {"LODESTONE_DATABASE_URL": DATABASE.format("relay")},
        r"as lodestone_relay, but gateway is lode",
    ),
    ("gateway", {"LODESTONE_JWT_SECRET": "short"}, r"LODESTONE_JWT_SECRET must have at least 32 bytes"),
    ("gateway", {"LODESTONE_JWT_SECRET": None}, r"set either LODESTONE_JWT_SECRET .* or LODESTONE_JWKS_URL"),
    ("gateway", {"LODESTONE_JWKS_URL": "https://login.example.com/keys"}, r"set either LODESTONE_JWT_SECRET"),
    ("gateway", {"LODESTONE_JWT_ISSUER": None}, r"set LODESTONE_JWT_AUDIENCE and LODESTONE_JWT_ISSUER"),
    ("gateway", {"LODESTONE_HOST": None}, r"LODESTONE_HOST is a loopback address: nobody outside reaches"),
    ("gateway", {"LODESTONE_HEALTH_PORT": None}, r"LODESTONE_HEALTH_PORT is not set: probes and metrics"),
    ("gateway", {"LODESTONE_HEALTH_PORT": "9401"}, r"probed at port 9400, but LODESTONE_HEALTH_PORT is 9401"),
    (
        "polish",
        {"LODESTONE_NATS_CA": "/ca.pem", "LODESTONE_NATS_URL": "nats://polish:hidden@nats"},
        r"LODESTONE_NATS_CA is set, but LODESTONE_NATS_URL may connect unencrypted",
    ),
]
Write = Callable[[Path, dict[str, dict[str, str]]], Path]


def as_compose(folder: Path, processes: dict[str, dict[str, str]]) -> Path:
    """A compose file with the secrets beside it."""
    services, secrets = {}, {}
    for name, env in processes.items():
        mounted = [each for each in env if each.endswith(("_URL", "_URLS", "_SECRET", "_API_KEY"))]
        for each in mounted:
            (folder / f"{name}.{each}").write_text(env[each] + "\n")
            secrets[f"{name}.{each}"] = {"file": f"{name}.{each}"}
        plain = {each: value for each, value in env.items() if each not in mounted}
        services[name] = {
            "command": COMMANDS[name],
            "environment": plain | {"LODESTONE_SECRETS_FOLDER": "/run/secrets"},
            "secrets": [{"source": f"{name}.{each}", "target": each} for each in mounted],
            "stop_grace_period": "30s",
            "healthcheck": {"test": ["CMD", "curl", "http://127.0.0.1:9400/readyz"]},
        }
    return _written(folder / "compose.yaml", [{"services": services, "secrets": secrets}])


def as_manifests(folder: Path, processes: dict[str, dict[str, str]]) -> Path:
    """Deployments with their secrets beside them, some values by reference."""
    documents: list[dict[str, Any]] = []
    for name, env in processes.items():
        secret = {each: env[each] for each in env if each.endswith(("_SECRET", "_API_KEY"))}
        plain = {each: value for each, value in env.items() if each not in secret}
        by_reference = [
            {"name": each, "valueFrom": {"secretKeyRef": {"name": name, "key": each}}} for each in secret
        ]
        container = {
            "command": COMMANDS[name][:1],
            "args": COMMANDS[name][1:],
            "env": [{"name": each, "value": value} for each, value in plain.items()] + by_reference,
            "ports": [{"name": "health", "containerPort": 9400}],
            "readinessProbe": {"httpGet": {"path": "/readyz", "port": "health"}},
            "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        }
        pod = {"terminationGracePeriodSeconds": 35, "containers": [container]}
        documents += [
            {"kind": "Secret", "metadata": {"name": name}, "stringData": secret},
            {"kind": "Deployment", "metadata": {"name": name}, "spec": {"template": {"spec": pod}}},
        ]
    return _written(folder / "all.yaml", documents)


def _written(file: Path, documents: list[dict[str, Any]]) -> Path:
    file.write_text(yaml.safe_dump_all(documents))
    return file


def told(*files: Path, process: str | None = None) -> dict[str, str]:
    """What is to be done, by the process that it is about."""
    found = examine_settings(files, process)
    return {each.subject.rpartition(" ")[2]: each.told for each in found if not each.is_fine}


def configured(name: str = "", change: dict[str, str | None] | None = None) -> dict[str, dict[str, str]]:
    """The processes as they should be, except for these variables of one."""
    processes = copy.deepcopy(RIGHT)
    for env in processes.values():
        env["LODESTONE_HEALTH_PORT"] = "9400"
    for variable, value in (change or {}).items():
        processes[name].pop(variable, None)
        if value is not None:
            processes[name][variable] = value
    return processes


@pytest.mark.parametrize("write", [as_compose, as_manifests])
def test_nothing_is_wrong_with_a_right_file(write: Write, tmp_path: Path) -> None:
    file = write(tmp_path, configured())

    assert {each.told for each in examine_settings([file], None)} == {f"{name} would start" for name in RIGHT}


@pytest.mark.parametrize("write", [as_compose, as_manifests])
@pytest.mark.parametrize(("name", "change", "sentence"), WRONG)
def test_a_wrong_value_is_named_for_its_process_alone(
    write: Write, name: str, change: dict[str, str | None], sentence: str, tmp_path: Path
) -> None:
    found = told(write(tmp_path, configured(name, change)))

    assert set(found) == {name}
    assert re.search(sentence, found[name])
    assert "hidden" not in found[name]


def test_what_processes_must_share_may_not_differ(tmp_path: Path) -> None:
    file = as_compose(tmp_path, configured("polish", {"LODESTONE_PUBLIC_URL": "https://jobs.example.com"}))

    assert told(file) == {
        "together": "LODESTONE_PUBLIC_URL differs, but the gateway is at one address."
        " gateway, projector: unset; polish: https://jobs.example.com."
    }


def test_migration_and_projector_make_streams_on_as_many_servers(tmp_path: Path) -> None:
    migrate = {
        "LODESTONE_NATS_URL": BUS.format("operator"),
        "LODESTONE_DATABASE_URL": DATABASE.format("owner"),
    }
    (tmp_path / "migrate.env").write_text("\n".join(f"{name}={value}" for name, value in migrate.items()))
    three = configured("projector", {"LODESTONE_STREAM_REPLICAS": "3"})

    assert told(as_compose(tmp_path, three), tmp_path / "migrate.env") == {
        "together": "LODESTONE_STREAM_REPLICAS differs, but a lost stream has to be made again as it was."
        " projector: 3; migrate: unset."
    }


def test_a_secret_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    file = as_compose(tmp_path, configured())
    (tmp_path / "polish.ANTHROPIC_API_KEY").unlink()
    manifests = as_manifests(tmp_path, configured())
    documents = list(yaml.safe_load_all(manifests.read_text()))
    del documents[0]["stringData"]["LODESTONE_JWT_SECRET"]
    _written(manifests, documents)

    assert told(file) == {
        "polish": f"{tmp_path}/polish.ANTHROPIC_API_KEY cannot be read: No such file or directory."
    }
    assert told(manifests) == {"gateway": "Secret gateway has no key LODESTONE_JWT_SECRET."}


def test_a_secret_that_is_kept_elsewhere_is_taken_to_be_right(tmp_path: Path) -> None:
    manifests = as_manifests(tmp_path, configured())
    others = [each for each in yaml.safe_load_all(manifests.read_text()) if each["kind"] != "Secret"]
    for each in others:
        container = each["spec"]["template"]["spec"]["containers"][0]
        container["env"] = [one for one in container["env"] if "valueFrom" not in one]
        container["envFrom"] = [{"secretRef": {"name": "kept-elsewhere"}}]

    assert told(_written(manifests, others)) == {}


async def test_a_file_of_variables_is_that_of_the_process_it_is_named_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(monkeypatch, capsys, tmp_path)
    lines = [f"export {name}='{value}'" for name, value in OF_POLISH.items()]
    (tmp_path / "polish.env").write_text("\n".join(["# of the service", *lines, ""]))
    fine = await shell.run("doctor", "--config", "polish.env", program=cli.main)
    other = await shell.run("doctor", "--config", "polish.env", "--process", "relay", program=cli.main)

    assert (fine.status, fine.out) == (0, "ok     polish.env polish would start\n")
    assert other.status == 1
    assert "signs in as polish-2, but the rights of relay are relay's" in other.out


async def test_without_a_file_it_is_the_environment_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(monkeypatch, capsys, tmp_path)
    shell.export(**OF_POLISH, LODESTONE_DRAIN_SECONDS="30")

    found = await shell.run("doctor", "--process", "polish", program=cli.main)

    assert found.status == 1
    assert "LODESTONE_DRAIN_SECONDS (30) and 5 s more must be below LODESTONE_GRACE_SECONDS (30)" in found.out


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("none.yaml", None, "cannot be read: No such file"),
        ("a.yaml", "a: [", "is not YAML"),
        ("a.yaml", "kind: Service\nmetadata: {name: a}", "starts no process of ours"),
        ("a.yaml", "services: {a: [lodestone-worker]}", "is neither a compose file nor a manifest"),
        ("relay.env", "LODESTONE_SLOTS 8", "relay.env:1 is not NAME=value"),
    ],
)
def test_a_file_that_is_none_is_told(name: str, text: str | None, sentence: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)

    with pytest.raises(Misconfigured, match=sentence):
        list(examine_settings([tmp_path / name], None))

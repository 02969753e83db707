"""The image holds every process and nothing else, from a base that cannot change."""

import re
import tomllib
from importlib.metadata import entry_points
from itertools import chain
from pathlib import Path

from image.__main__ import PROCESSES
from support.image_tools import tool

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "docker" / "Dockerfile"
MEMBERS = {
    folder.relative_to(ROOT).as_posix()
    for pattern in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    for folder in ROOT.glob(pattern)
    if (folder / "pyproject.toml").exists()
}
ON_ONE_MACHINE = "deploy/local"


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, with their arguments on one line; first what comes before any stage."""
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = [[]]
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, " ".join(arguments.split())))
    return found


BEFORE, BUILDER, FINAL = stages()


def of(stage: list[tuple[str, str]], name: str) -> list[str]:
    """The arguments of all such instructions."""
    return [arguments for each, arguments in stage if each == name]


def test_the_checker_of_dockerfiles_finds_nothing() -> None:
    tool("hadolint", FILE)


def test_both_stages_begin_from_one_base_that_is_pinned_by_digest() -> None:
    [base] = of(BEFORE, "ARG")

    assert re.fullmatch(r"PYTHON=docker\.io/library/python:3\.11-\S+@sha256:[0-9a-f]{64}", base)
    assert of(BUILDER, "FROM") == ["${PYTHON} AS builder"]
    assert of(FINAL, "FROM") == ["${PYTHON}"]


def test_a_process_is_nobody_gets_signals_itself_and_needs_no_shell() -> None:
    assert of(FINAL, "USER") == ["65532:65532"]
    assert of(FINAL, "STOPSIGNAL") == ["SIGTERM"]
    assert of(FINAL, "ENTRYPOINT") == []
    assert of(FINAL, "CMD") == ['["lodestone-gateway"]']
    assert of(FINAL, "RUN") == [], "what runs in the final stage leaves traces that nobody needs"
    assert of(FINAL, "COPY") == ["--from=builder /app /app"], (
        "it belongs to root: the processes cannot change it"
    )


def test_the_builder_knows_each_member_and_builds_all_but_what_is_for_one_machine() -> None:
    copied = list(chain.from_iterable(line.split()[:-1] for line in of(BUILDER, "COPY")))
    known = {each.removesuffix("/pyproject.toml") for each in copied if each.endswith("/pyproject.toml")}

    assert known == MEMBERS
    assert {each for each in copied if each in MEMBERS} == MEMBERS - {ON_ONE_MACHINE}
    names = {
        tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]["name"]
        for member in MEMBERS - {ON_ONE_MACHINE, "libs/common"}  # which all of them need
    }
    synced = [line for line in of(BUILDER, "RUN") if "uv sync" in line]
    assert [set(re.findall(r"--package (\S+)", line)) for line in synced] == [names, names]
    assert all("--locked --no-dev" in line for line in synced)


def test_nothing_gets_near_the_image_but_what_is_copied() -> None:
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    copied = chain.from_iterable(line.split()[:-1] for line in of(BUILDER, "COPY"))

    assert "*" in rules
    assert not [each for each in copied if not any(each.startswith(folder) for folder in allowed)]
    assert not [each for each in allowed if not (ROOT / each).exists()]


def test_what_fetches_the_rest_is_pinned_by_hash() -> None:
    pinned = (ROOT / "deploy" / "docker" / "uv.txt").read_text()

    assert re.search(r"^uv==\d+\.\d+\.\d+ ", pinned, re.MULTILINE)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", pinned)) == 2
    assert "--require-hashes" in of(BUILDER, "RUN")[0]


def test_make_image_starts_each_process() -> None:
    assert set(PROCESSES) == {entry.name for entry in entry_points(group="lodestone.apps")}

"""Commands in the documents work as written with nothing but what `make install` installs."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.__main__ import USAGE
from lodestone_local.cli import app
from typer.main import get_command

ROOT = Path(__file__).parents[2]
INSTALLED = ".venv/bin/"
SKIPPED = ("node_modules", "decisions", "tests")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = ("", "sh", "bash", "console")
INLINE = re.compile(r"`((?:uv|make|\.venv/bin/\S+)(?: [^`\n]*)?)`")
ASSIGNMENT = re.compile(r"^[A-Z_]+=\S*$")
OURS = ("uv", "make", "lodestone")
A_FILE = re.compile(r"^(?:docs|tests)/[\w/.-]+$")


def documents() -> list[Path]:
    """Every document from which a reader may copy a command."""
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED]
        found += [Path(folder, name).relative_to(ROOT) for name in files if name.endswith(".md")]
    return sorted(set(found) - {Path("CHANGELOG.md")})


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command that is one of ours."""
    fenced = [block for language, block in FENCED.findall(text) if language in SHELLS]
    for block in (*fenced, *INLINE.findall(text)):
        lines = block.replace("\\\n", " ").replace("$(", "\n").replace(")", "\n").splitlines()
        for line in lines:
            for part in re.split(r"&&|\|\|?|;", re.sub(r"(^|\s)#.*", "", line)):
                words = _words(part)
                if words and (words[0] in OURS or words[0].startswith(INSTALLED)):
                    yield words


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    while words and (ASSIGNMENT.match(words[0]) or words[0] in ("export", "exec")):
        words.pop(0)
    return words


@pytest.mark.parametrize("document", documents(), ids=str)
def test_a_document_s_commands_exist(document: Path) -> None:
    problems = [
        f"{' '.join(words)}: {problem}"
        for words in commands((ROOT / document).read_text())
        for problem in _problems(words)
    ]

    assert problems == []


def test_readme_shows_the_commands_of_a_newcomer() -> None:
    shown = {tuple(words[:2]) for words in commands((ROOT / "README.md").read_text())}

    assert {("make", "run"), ("make", "test")} <= shown
    assert {(f"{INSTALLED}lodestone", name) for name in ("up", "submit", "token", "doctor")} <= shown


def _problems(words: list[str]) -> Iterator[str]:
    program, *rest = words
    if program in ("uv", "lodestone"):
        yield f"a newcomer has no {program} on the PATH; write {INSTALLED}…"
    elif program == "make":
        yield from (f"no target {name}" for name in _targets(rest) if name not in _known_targets())
    else:
        name = program.removeprefix(INSTALLED)
        if not Path(sys.executable).with_name(name).exists():
            yield "it is not installed"
        yield from _problems_of(name, rest)
    yield from (f"no file {word}" for word in rest if A_FILE.match(word) and not (ROOT / word).exists())


def _problems_of(name: str, words: list[str]) -> Iterator[str]:
    if name == "lodestone" and words and words[0] != "…":
        yield from _problems_of_lodestone(words)
    if name == "lodestone-gateway" and words[0] not in re.split(r"[\s|]+", USAGE):
        yield f"no command {words[0]}"
    if name == "lodestone-worker" and words[0] not in {job.service for job in JOB_TYPES.values()}:
        yield f"no service {words[0]}"


def _problems_of_lodestone(words: list[str]) -> Iterator[str]:
    command: Any = get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            break
        if word not in command.commands:
            yield f"no command {word}"
            return
        command = command.commands[word]
    if command.context_settings.get("ignore_unknown_options"):
        return  # these pass it to a command of the gateway, which has its own tests
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    given = (word.split("=")[0] for word in words if word.startswith("--"))
    yield from (f"no option {name}" for name in given if name not in known)


def _targets(words: list[str]) -> list[str]:
    return [word for word in words if re.fullmatch(r"[a-z-]+", word)]


def _known_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

"""Code that the documents name exists: each file, and each function in the walk of one job."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("libs", "services", "deploy", "docs", "tests")
CODE = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if ".venv" not in path.parts]
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
NAMED = re.compile(r"`([\w./<>-]+\.py)`")
STEP = re.compile(r"\*\*`([\w./<>-]+\.py)`: `([\w.]+)`\*\*")
STEPS = re.compile(r"^\d+\. \*\*(?!JetStream).*", re.MULTILINE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_called(name: str) -> list[Path]:
    """The files whose path ends in this; `<type>` stands for any folder."""
    pattern = re.compile("/" + re.sub(r"<\w+>", "[^/]+", re.escape(name)) + "$")
    return [path for path in CODE if pattern.search(path.as_posix())]


def has(path: Path, function: str) -> bool:
    """Whether the file defines the function or class; a method follows its class."""
    nodes = [
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function | ast.ClassDef)
    ]
    owner, _, name = function.rpartition(".")
    if owner:
        nodes = [
            each for node in nodes if node.name == owner for each in node.body if isinstance(each, Function)
        ]
    return any(node.name == name for node in nodes)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_file_that_a_document_names_exists(document: Path) -> None:
    assert [name for name in NAMED.findall(document.read_text()) if not files_called(name)] == []


def test_each_step_of_the_walk_of_one_job_names_a_function_that_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    lines = STEPS.findall(text)

    assert len(lines) >= 9
    assert [line for line in lines if not STEP.search(line)] == []
    for file, function in STEP.findall(text):
        files = files_called(file)
        assert files, file
        assert all(has(path, function) for path in files), f"{file}: {function}"

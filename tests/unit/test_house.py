"""Rules of this code base that a linter cannot express."""

import ast
import hashlib
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from lodestone.jobs import JOB_TYPES, check_registry

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("libs", "services", "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and ".venv" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SUBJECTS = ROOT / "libs" / "common" / "lodestone" / "subjects.py"
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a file that are no docstrings."""
    tree = ast.parse(path.read_text())
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def folder_of(job_type: str) -> Path:
    service = JOB_TYPES[job_type].service
    return ROOT / "services" / service / f"lodestone_{service}" / job_type


SHIPPED = [name for name in JOB_TYPES if folder_of(name).exists()]


def test_the_registry_is_in_order() -> None:
    check_registry()


def test_ideation_ships() -> None:
    assert "ideation" in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_job_folder_that_exists_is_complete(name: str) -> None:
    kind, folder = JOB_TYPES[name], folder_of(name)
    module = importlib.import_module(f"lodestone_{kind.service}.{name}.job")

    found = inspect.get_annotations(module.run, eval_str=True)

    assert found["work"] is kind.work, f"{name_of(folder / 'job.py')}: run takes {kind.work.__name__}"
    assert found["return"] is kind.result, f"{name_of(folder / 'job.py')}: run gives {kind.result.__name__}"
    assert list(folder.glob("*.v1.md*")), f"{name_of(folder)} has no prompt files"
    assert (ROOT / "tests" / "unit" / kind.service / name).is_dir(), (
        f"tests/unit/{kind.service}/{name} is missing"
    )
    assert len(module.PROMPT.identity().sha256) == hashlib.sha256().digest_size * 2


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short(path: Path) -> None:
    long = [f.name for f in functions(path) if (f.end_lineno or f.lineno) - f.lineno >= MAX_FUNCTION_LINES]

    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_subject_is_spelt_outside_its_file(path: Path) -> None:
    if path == SUBJECTS:
        return
    spelt = [(line, text) for line, text in texts(path) if text.startswith(("$JS.", "worker.*"))]

    assert not spelt


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_no_test_sleeps(path: Path) -> None:
    if path.name == "waiting.py":
        return
    naps = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "asyncio.sleep", "sleep")
        if not (node.args and ast.unparse(node.args[0]) == "0")
    ]

    assert not naps, "wait for a condition with support.waiting"

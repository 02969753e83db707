"""Rules of this code base that no linter can express."""

import ast
import hashlib
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lodestone import errors
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES, check_registry

ROOT = Path(__file__).parents[2]
THIS = Path(__file__)
SOURCES = sorted(
    path
    for folder in ("libs", "services", "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and ".venv" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SUBJECTS = ROOT / "libs" / "common" / "lodestone" / "subjects.py"
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 60
EVENT = "|".join(re.escape(event) for event in ("*", "{}", *EVENTS))
SUBJECT = re.compile(rf"\$JS\.|job\.>|job\.({EVENT})\.\S|worker\.(\*|{{}})\.")
WRITTEN = {
    ".py",
    ".md",
    ".sql",
    ".ts",
    ".tsx",
    ".js",
    ".css",
    ".html",
    ".json",
    ".toml",
    ".yaml",
    ".yml",
    ".conf",
}
CITATION = re.compile(
    r"\b(?:contract|protocol|design|domain|facts?)(?:\.md)?[,:;]?\s+(?:#\s*)?"
    r"(?:(?:section|promise|invariant|rule)s?\s+\d|\d+(?:\.\d+)*\b|[A-G](?:\.\d+|\)))"
    r"|\((?:the )?design\)|\b(?:contract|design|domain)\.md|\bissue #?\d|\bshared/[a-z]+\.md"
)
ROOMS_WITH_SQL = {  # the modules that decide what to write: no route, page or hub
    *("account", "brand_kit.py", "job_types", "jobs", "lead_magnets", "operating"),
    *("outbox", "projector", "reconciler", "sources"),
}
SQL = re.compile(r"sql(alchemy|model)\.(?!ext\.asyncio\.|exc\b|pool\.)")
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s")  # at the start of a text
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The string constants of a file except docstrings; an f-string's values are replaced by `{}`."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def subjects_in(source: str) -> list[tuple[int, str]]:
    """The subjects that a file spells out: `job.completed` is an event's type, a subject has more parts."""
    return [(line, text) for line, text in texts(source) if SUBJECT.match(text)]


def naps_in(source: str) -> list[int]:
    """The lines that let time pass; `sleep(0)` only lets other tasks run."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "asyncio.sleep", "sleep")
        if not (node.args and ast.unparse(node.args[0]) == "0")
    ]


def folder_of(job_type: str) -> Path:
    service = JOB_TYPES[job_type].service
    return ROOT / "services" / service / f"lodestone_{service}" / job_type


SHIPPED = [name for name in JOB_TYPES if folder_of(name).exists()]


def test_the_registry_is_in_order() -> None:
    check_registry()


def test_every_job_type_has_its_folder() -> None:
    missing = [name_of(folder_of(name)) for name in JOB_TYPES if name not in SHIPPED]

    assert not missing, f"write {missing[0]}/job.py"


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


def test_files_are_small() -> None:
    long = [name_of(path) for path in SOURCES if len(path.read_text().splitlines()) > MAX_FILE_LINES]

    assert not long


def test_functions_are_short() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in (*SOURCES, *TESTS)
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= MAX_FUNCTION_LINES
    ]

    assert not long


def sql_in(source: str) -> list[str]:
    """The SQL constructs that a file imports, and its statements that write as text.

    Engines, sessions and errors do not count.
    """
    nodes = list(ast.walk(ast.parse(source)))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    found = [f"{node.module}.{alias.name}" for node in imports for alias in node.names]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    written = [text for text in texts if isinstance(text, str) and WRITES.match(text)]
    return [name for name in found if SQL.match(name)] + written


def test_only_the_store_and_the_rooms_that_decide_hold_sql() -> None:
    gateway = ROOT / "services" / "gateway" / "lodestone_gateway"
    within = [path for path in SOURCES if path.is_relative_to(gateway)]
    spoken = {path.relative_to(gateway).parts[0] for path in within if sql_in(path.read_text())}

    assert spoken == {*ROOMS_WITH_SQL, "store"}


@pytest.mark.parametrize(
    "code", ["from sqlalchemy import text", "from sqlmodel import col", "S = 'UPDATE jobs SET id = 1'"]
)
def test_sql_in_a_route_would_be_seen(code: str) -> None:
    assert sql_in(code)
    assert not sql_in("from sqlalchemy.ext.asyncio import AsyncEngine")


def test_no_subject_is_spelt_outside_its_file() -> None:
    spelt = {name_of(path): found for path in SOURCES if (found := subjects_in(path.read_text()))}

    assert list(spelt) == [name_of(SUBJECTS)], spelt


@pytest.mark.parametrize(
    "code",
    [
        "'job.requested.ideation.*'",
        "'job.*.ideation.1'",
        "'job.>'",
        "f'job.{event}.{type}.{id}'",
        "f'worker.{id}.has'",
        "'$JS.API.STREAM.INFO.JOBS'",
    ],
)
def test_a_subject_that_is_spelt_elsewhere_would_be_seen(code: str) -> None:
    assert subjects_in(f"subject = {code}")


@pytest.mark.parametrize(
    "code", ["'job.completed'", "f'job.{name}'", "'job. and the rest'", "f'job.{name} of {size} bytes'"]
)
def test_the_type_of_an_event_is_no_subject(code: str) -> None:
    assert not subjects_in(f"kind = {code}")


def test_no_test_sleeps() -> None:
    naps = [
        f"{name_of(path)}:{line}"
        for path in TESTS
        if path.name != "waiting.py"
        for line in naps_in(path.read_text())
    ]

    assert not naps, "wait for a condition with support.waiting"


@pytest.mark.parametrize("code", ["time.sleep(1)", "await asyncio.sleep(0.1)", "sleep(pause)"])
def test_a_sleep_in_a_test_would_be_seen(code: str) -> None:
    assert naps_in(code)
    assert not naps_in("await asyncio.sleep(0)")


def errors_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each class of a file with its base."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            yield from ((node.name, ast.unparse(base).rpartition(".")[2]) for base in node.bases)


def drawn(text: str) -> set[tuple[str, str]]:
    """The lines of a drawn tree, as pairs of child and parent."""
    pairs, parents = set(), dict[int, str]()
    for found in re.finditer(r"^    ([│├└─ ]*)(\w+)(?=  |$)", text, re.MULTILINE):
        depth = len(found.group(1)) // 4
        parents[depth] = found.group(2)
        pairs.add((found.group(2), parents.get(depth - 1, "")))
    return pairs


def test_the_drawing_of_errors_shows_all_of_them_where_they_are() -> None:
    classes = [pair for path in SOURCES for pair in errors_of(path)]
    known = {"Exception"}
    while new := {child for child, parent in classes if parent in known} - known:
        known |= new
    found = {(child, parent) for child, parent in classes if parent in known}

    assert drawn(errors.__doc__ or "") - {("LodestoneError", ""), ("Exception", "")} == found - {
        ("LodestoneError", "Exception")
    }


def writings() -> list[Path]:
    """Everything that people wrote here or read here; third-party files are not ours to word."""
    folders = [ROOT / name for name in ("libs", "services", "deploy", "tests", "docs")]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in WRITTEN]
    passed = {"node_modules", ".venv", "vendor", "dist"}
    return [path for path in (*found, *ROOT.glob("*.md")) if not passed & set(path.parts) and path != THIS]


def citations_in(text: str) -> list[str]:
    """The phrases that send a reader to a document outside this repository."""
    return [" ".join(found.group().split()) for found in CITATION.finditer(text)]


def test_a_rule_is_said_and_not_cited() -> None:
    cited = {name_of(path): found for path in writings() if (found := citations_in(path.read_text()))}

    assert not cited, "say the rule itself, or link to a page in docs/"


@pytest.mark.parametrize(
    "text",
    [
        "its own events (contract, F.95)",
        "the closed set of contract B.57",
        "the fold (contract, A)",
        "before a takeover (protocol, section 2)",
        "before a takeover (protocol,\n    # section 2)",
        "the six kinds of business (domain, 1.1)",
        "no job is stuck (design, promise 2)",
        "see design.md",
        "as issue #12 says",
    ],
)
def test_a_citation_of_what_is_not_here_would_be_seen(text: str) -> None:
    assert citations_in(text)


@pytest.mark.parametrize(
    "text",
    ["docs/protocol.md has the tables", "the contract file of a job type", "class Handler(Protocol[A, B])"],
)
def test_a_page_of_ours_may_be_named(text: str) -> None:
    assert not citations_in(text)

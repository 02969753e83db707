"""All regular expressions of the product, collected from its sources, so that new ones are included."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

ANCHORED = frozenset({"match", "fullmatch"})
FUNCTIONS = frozenset(
    {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
)
FILLED_IN = "word"  # stands for what an f-string fills in
_JS_LITERAL = re.compile(r"(?<=[(,=:\s!])/(?![*/ ])((?:\\.|\[[^\]\n]*\]|[^/\n\\\[])+)/([gimsuy]*)")


@dataclass(frozen=True)
class Found:
    """A pattern: its place, its text, and whether it is tried at a single position only."""

    where: str
    pattern: str | None  # None: computed, so its text is unknown
    flags: int = 0
    is_anchored: bool = False


def python_patterns() -> list[Found]:
    """The patterns of Python's `re`."""
    roots = [ROOT / "libs/common/lodestone", ROOT / "deploy/local/lodestone_local"]
    roots += ROOT.glob("services/*/lodestone_*")
    return [found for root in roots for path in sorted(root.rglob("*.py")) for found in _in_module(path)]


def script_patterns() -> list[Found]:
    """The patterns of our own scripts, in the pages and in the client."""
    pages, client = (
        ROOT / "services/gateway/lodestone_gateway/web/static",
        ROOT / "services/gateway/client/src",
    )
    paths = [
        path for path in [*pages.glob("*.js"), *client.glob("*.ts")] if not path.name.endswith(".min.js")
    ]
    return [
        Found(f"{path.relative_to(ROOT)}: {match[0]}", match[1], re.IGNORECASE if "i" in match[2] else 0)
        for path in sorted(paths)
        for match in _JS_LITERAL.finditer(path.read_text())
    ]


def _in_module(path: Path) -> Iterator[Found]:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "re":
            raise AssertionError(f"{path}: import re itself, so that its patterns can be found")
        if isinstance(node, ast.Call) and (function := _function_of_re(node)):
            methods = _methods(tree, node) if function == "compile" else {function}
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            is_anchored = bool(methods) and methods <= ANCHORED
            yield Found(where, _text(node.args[0]), _flags(node), is_anchored)


def _function_of_re(call: ast.Call) -> str | None:
    match call.func:
        case ast.Attribute(ast.Name("re"), name) if name in FUNCTIONS:
            return name
    return None


def _methods(tree: ast.Module, compiled: ast.Call) -> set[str]:
    """The methods of a compiled pattern that its module calls; empty if the pattern has no name there."""
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and node.value is compiled
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    methods = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
    }
    loads = [use for use in uses if isinstance(use.ctx, ast.Load)]
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.value in loads]
    return methods if len(asked) == len(loads) else methods | {"passed on"}


def _text(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.Constant(bytes() as raw):
            return raw.decode("latin-1")
        case ast.JoinedStr(values):
            return "".join(
                str(value.value) if isinstance(value, ast.Constant) else FILLED_IN for value in values
            )
    return None


def _flags(call: ast.Call) -> int:
    names = [node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)]
    flags = 0
    for name in names:
        if name.isupper():
            flags |= getattr(re, name)
    return flags

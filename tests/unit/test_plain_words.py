"""Texts that people read use plain words: one spelling of "email", and no bent words."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("libs", "services", "deploy")
NOT_OURS = {"node_modules", ".venv", ".venv-node", "dist"}
PROMPT = re.compile(r"\.v\d+\.md(\.j2)?$")  # released prompts are never edited
BENT = {
    "e-mail": "email",
    "anew": "again, or a verb with re-",
    "mend": "fix, correct or repair",
    "but for": "except",
    "stands beside": "is with, or comes with",
    "stands in the": "is in the",
}
WORDS = re.compile(rf"\b(?:{'|'.join(map(re.escape, BENT))})(?:s|ed|ing)?\b", re.IGNORECASE)


def files(*patterns: str, below: tuple[str, ...]) -> Iterator[Path]:
    for folder in below:
        for pattern in patterns:
            for path in sorted((ROOT / folder).rglob(pattern)):
                if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts) and not PROMPT.search(path.name):
                    yield path


def notes(source: str) -> Iterator[str]:
    """The comments and docstrings of Python code."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value


def errors(source: str) -> Iterator[str]:
    """The texts of what Python code raises."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def shown() -> Iterator[tuple[Path, str]]:
    """What people read: documents, pages, scripts, errors, comments, docstrings, and tests."""
    documents = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *files("*.md", below=PRODUCT))
    for path in (*documents, *files("*.html", "*.js", "*.ts", "*.tsx", below=PRODUCT)):
        if not path.name.endswith(".min.js"):
            yield path, path.read_text()
    for path in files("*.py", below=PRODUCT):
        source = path.read_text()
        yield path, "\n".join((*errors(source), *notes(source)))
    for path in files("*.py", below=("tests",)):
        if path != Path(__file__):  # it spells the bent words
            yield path, path.read_text()


def bent_in(text: str) -> list[str]:
    return [found[0].lower() for found in WORDS.finditer(text)]


def test_what_people_read_is_in_plain_words() -> None:
    bent = {str(path.relative_to(ROOT)): found for path, text in shown() if (found := bent_in(text))}

    assert bent == {}, f"say it in plain words: {BENT}"


@pytest.mark.parametrize("text", ["Five e-mails", "it is made ANEW", "Mend the network", "all but for one"])
def test_a_bent_word_would_be_seen(text: str) -> None:
    assert bent_in(text)


@pytest.mark.parametrize("text", ["emails", "an amendment", "but form", "recommended"])
def test_plain_words_pass(text: str) -> None:
    assert bent_in(text) == []

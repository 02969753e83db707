"""No pattern takes more than linear time on text that others write, counted in steps."""

import re
import sys
from collections.abc import Iterator
from itertools import islice

import pytest
from support.attacks import attacks
from support.patterns import ROOT, Found, python_patterns, script_patterns
from support.steps import Matcher, TooManySteps

SHORT, LONG = 40, 300  # characters; bounded repetitions are shorter than the second
MOST_GROWTH = 2.6  # of the steps when the text doubles
STEPS_PER_CHARACTER = 150  # far more than any pattern needs, including bounded repetitions

PATTERNS = [*python_patterns(), *script_patterns()]


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    """The counter recurses once for each repetition of a group."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


def steps(matcher: Matcher, text: str, is_anchored: bool) -> int:
    limit = STEPS_PER_CHARACTER * (len(text) + 1)
    return matcher.once(text, limit) if is_anchored else matcher.sweep(text, limit)[0]


def worst(pattern: str, flags: int, *, is_anchored: bool) -> str | None:
    """A text on which the pattern's work grows faster than the text; None if there is none."""
    matcher = Matcher(pattern, flags)
    longer = zip(attacks(matcher.ops, LONG), attacks(matcher.ops, 2 * LONG), strict=True)
    short = zip(attacks(matcher.ops, SHORT), attacks(matcher.ops, 2 * SHORT), strict=True)
    for (small, twice), (large, largest) in zip(short, longer, strict=True):
        if _grows(matcher, small, twice, is_anchored) and _grows(matcher, large, largest, is_anchored):
            return small
    return None


def _grows(matcher: Matcher, text: str, twice: str, is_anchored: bool) -> bool:
    try:
        return steps(matcher, twice, is_anchored) > MOST_GROWTH * steps(matcher, text, is_anchored)
    except TooManySteps:
        return True


@pytest.mark.parametrize("found", PATTERNS, ids=lambda found: found.where)
def test_work_grows_no_faster_than_the_text(found: Found) -> None:
    assert found.pattern is not None, "a computed pattern cannot be checked: see schema.matches"

    assert worst(found.pattern, found.flags, is_anchored=found.is_anchored) is None


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"<(?=\s*/?\s*(?:pains|work)\b)", re.IGNORECASE),
        (r"[{\[]+\s*first[\s_]*name\s*[}\]]+", re.IGNORECASE),
        (r"\[+\s*(?:insert\s+)?link\b[^\]\n]*\]+|\{+\s*link\s*\}+", re.IGNORECASE),
        (r'"(?:[^"\\]|\\.)*+"|,(?=\s*[}\]])', re.DOTALL),
        (r"^\W*([A-Za-z][A-Za-z ]{0,40}?) to write:[ \t]*(.+)$", re.MULTILINE),
        (r"\bpattern: (.+?)(?:, (?:minLength|maxLength): .*)?\}$", re.DOTALL),
        (r'^"(.+)"(?: \(.*\))?$', 0),
        (r"(a+)+$", 0),
        (r"\s+$", 0),
    ],
)
def test_a_pattern_that_is_long_at_it_is_found(pattern: str, flags: int) -> None:
    assert worst(pattern, flags, is_anchored=False)


@pytest.mark.parametrize("found", PATTERNS, ids=lambda found: found.where)
def test_the_counter_finds_what_the_pattern_finds(found: Found) -> None:
    matcher = Matcher(found.pattern or "", found.flags)
    for text in islice(attacks(matcher.ops, 12), 0, 1_000, 20):
        _, spans = matcher.sweep(text + text, 100_000)
        assert spans == [match.span() for match in re.finditer(found.pattern or "", text + text, found.flags)]


def test_other_engines_have_nothing_to_go_back_over() -> None:
    """Shapes use pydantic's own engine, which is linear; `regex` only splits texts into graphemes."""
    sources = [path for folder in ("libs", "services", "deploy") for path in (ROOT / folder).rglob("*.py")]
    used = {
        line for path in sources for line in re.findall(r"python-re\b|\bregex\.\w+\([^,]*", path.read_text())
    }

    assert used <= {r'regex.findall(r"\X"'}

"""Pages stay small whatever number is stored: no template counts to it."""

import itertools
from pathlib import Path

import jinja2
import lodestone_gateway.web
import pytest
from jinja2 import nodes
from lodestone_gateway.exports.pages import scale
from lodestone_gateway.web.counts import MOST_TICKS, ticks

WEB = Path(lodestone_gateway.web.__file__).parent
REPEATING = ("range", "lipsum")  # functions whose output grows with a number
WIDENING = ("center", "indent", "batch", "slice")  # filters whose output does
TEMPLATES = [
    *sorted((WEB / "templates").rglob("*.html")),
    *sorted((WEB.parent / "exports" / "templates").glob("*.html")),
    *sorted(WEB.parents[2].rglob("lodestone_*/**/*.j2")),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_loops_over_a_number(path: Path) -> None:
    tree = jinja2.Environment(autoescape=True).parse(path.read_text())

    calls = [
        call
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in REPEATING
    ]
    filters = [each for each in tree.find_all(nodes.Filter) if each.name in WIDENING]
    numbers = [argument for call in calls for argument in call.args]
    numbers += [argument for each in filters for argument in each.args]
    assert all(isinstance(number, nodes.Const) for number in numbers), "take it from web/counts.py"


def test_all_templates_are_looked_at() -> None:
    assert len(TEMPLATES) > 30


def test_a_few_are_shown_one_by_one() -> None:
    assert ticks(2, 5) == [True, True, False, False, False]
    assert ticks(0, 0) == []
    assert list(scale({"scaleMin": 1, "scaleMax": 5})) == [1, 2, 3, 4, 5]
    assert list(scale({"scaleMin": -1, "scaleMax": 1})) == [-1, 0, 1]


def test_a_great_many_are_shown_as_a_part() -> None:
    shown = ticks(500_000, 1_000_000)

    assert len(shown) == MOST_TICKS
    assert [len(list(group)) for _, group in itertools.groupby(shown)] == [30, 30]
    assert len(scale({"scaleMin": 1, "scaleMax": 3_000_000})) == 101

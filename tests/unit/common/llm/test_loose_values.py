"""What models write for a text, a list, a figure or a choice."""

from typing import Any

import pytest
from lodestone.jobs.blocks import CalloutStyle
from lodestone.llm.loose_values import choice_of, figure_of, flag_of, objects_of, text_of, texts_of


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (None, ""),
        ("  a ", "a"),
        (12, "12"),
        (["a", None, "b"], "a\nb"),
        ({"mistake": "Waiting", "why": "it looks safe"}, "Waiting: it looks safe"),
    ],
)
def test_a_text_may_come_in_parts(given: Any, text: str) -> None:
    assert text_of(given) == text


@pytest.mark.parametrize(
    ("given", "texts"), [(None, []), ("a", ["a"]), (["a", " ", {"b": "c"}], ["a", "c"]), ([], [])]
)
def test_a_list_of_texts_may_be_one_or_none(given: Any, texts: list[str]) -> None:
    assert texts_of(given) == texts


@pytest.mark.parametrize(
    ("given", "objects"), [(None, []), ({"a": 1}, [{"a": 1}]), (["x", {"a": 1}], [{"a": 1}]), ("x", [])]
)
def test_a_list_of_objects_may_be_one_or_none(given: Any, objects: list[Any]) -> None:
    assert objects_of(given) == objects


@pytest.mark.parametrize(
    ("given", "figure"),
    [(4, 4), ("4", 4), ("$1,200", 1200), ("3.5 %", 3.5), ("-2", -2), ("none", "none"), (None, None)],
)
def test_a_figure_may_come_as_text(given: Any, figure: Any) -> None:
    assert figure_of(given) == figure


@pytest.mark.parametrize(
    ("given", "flag"),
    [(True, True), ("yes", True), (" True", True), ("no", False), (None, False), ({}, False)],
)
def test_a_mark_that_is_not_said_is_not_set(given: Any, flag: bool) -> None:
    assert flag_of(given) is flag


@pytest.mark.parametrize(
    ("given", "choice"), [("WARNING", "warning"), (" Success ", "success"), ("loud", "info"), (None, "info")]
)
def test_a_choice_is_known_in_any_spelling(given: Any, choice: str) -> None:
    assert choice_of(given, CalloutStyle, CalloutStyle.INFO) == choice

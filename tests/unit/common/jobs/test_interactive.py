import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.interactive import (
    INTERACTIVE_CONFIGS,
    AssessmentConfig,
    AssessmentQuestion,
    CalculatorConfig,
    CalculatorInput,
    GptConfig,
    Scoring,
)
from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import JsonObject
from support.samples import assessment, calculator, gpt, is_part_of, problems

SELECT = {
    "id": "plan",
    "label": "Plan",
    "type": "select",
    "options": [{"label": "Small", "value": 9}, {"label": "Large", "value": 29.5}],
}
SLIDER = {"id": "rate", "label": "Churn", "type": "slider", "min": 0, "max": 20}


def with_ranges(*bounds: tuple[float, float]) -> JsonObject:
    entry = {"label": "So", "description": "And so on.", "colour": "yellow"}
    return calculator() | {"resultInterpretation": [entry | {"range": list(each)} for each in bounds]}


def scoring(method: str, *bounds: tuple[float, float]) -> JsonObject:
    entry = {"label": "So", "description": "And so on."}
    return {"method": method, "ranges": [entry | {"min": low, "max": high} for low, high in bounds]}


def test_three_archetypes_have_a_configuration() -> None:
    assert set(INTERACTIVE_CONFIGS) == {Archetype.SINGLE_CALCULATOR, Archetype.ASSESSMENT, Archetype.PROMPT}


@pytest.mark.parametrize(
    ("archetype", "sample"),
    [
        (Archetype.SINGLE_CALCULATOR, calculator),
        (Archetype.ASSESSMENT, assessment),
        (Archetype.PROMPT, gpt),
    ],
)
def test_a_sound_configuration_passes_and_keeps_its_figures(
    archetype: Archetype, sample: Callable[[], JsonObject]
) -> None:
    wire = INTERACTIVE_CONFIGS[archetype].model_validate(sample()).to_wire()

    assert is_part_of(sample(), wire)


def test_the_formula_may_use_the_inputs_alone() -> None:
    found = problems(CalculatorConfig, calculator() | {"formula": "customers * revenue"})

    assert list(found) == ["formula"]
    assert "'revenue'" in found["formula"]


def test_the_formula_is_arithmetic_alone() -> None:
    assert list(problems(CalculatorConfig, calculator() | {"formula": "rate ** 2"})) == ["formula"]


def test_a_calculator_has_an_input_and_a_range() -> None:
    hollow = calculator() | {"inputs": [], "resultInterpretation": []}

    assert set(problems(CalculatorConfig, hollow)) == {"inputs", "resultInterpretation"}


def test_input_ids_differ() -> None:
    found = problems(CalculatorConfig, calculator() | {"inputs": [SLIDER, SLIDER], "formula": "rate"})

    assert "rate" in found["inputs"]


@pytest.mark.parametrize("id", ["", "1st", "two words", "a-b", "é", "x" * 65, "a\n"])
def test_an_input_id_is_a_name_that_a_formula_can_use(id: str) -> None:
    assert list(problems(CalculatorInput, SLIDER | {"id": id})) == ["id"]


@pytest.mark.parametrize("options", [[], SELECT["options"][:1]])
def test_a_select_has_options(options: list[JsonObject]) -> None:
    assert "two options" in problems(CalculatorInput, SELECT | {"options": options})[""]
    assert problems(CalculatorInput, SELECT) == {}


@pytest.mark.parametrize("end", ["min", "max"])
def test_a_slider_has_both_ends(end: str) -> None:
    assert "min and max" in problems(CalculatorInput, SLIDER | {end: None})[""]
    assert problems(CalculatorInput, SLIDER | {"type": "number", end: None}) == {}


def test_the_ends_of_an_input_rise() -> None:
    assert "below max" in problems(CalculatorInput, SLIDER | {"min": 20})[""]


@pytest.mark.parametrize(("value", "is_allowed"), [(0, True), (20, True), (-1, False), (20.5, False)])
def test_the_default_lies_between_the_ends(value: float, is_allowed: bool) -> None:
    assert (problems(CalculatorInput, SLIDER | {"defaultValue": value}) == {}) is is_allowed


@pytest.mark.parametrize(("value", "is_allowed"), [(9, True), (29.5, True), (10, False)])
def test_the_default_of_a_select_is_one_of_its_options(value: float, is_allowed: bool) -> None:
    assert (problems(CalculatorInput, SELECT | {"defaultValue": value}) == {}) is is_allowed


@pytest.mark.parametrize("figure", [float("inf"), float("nan")])
def test_a_figure_is_finite(figure: float) -> None:
    assert problems(CalculatorInput, SLIDER | {"max": figure})


@pytest.mark.parametrize("step", [0, -1])
def test_a_step_goes_forward(step: int) -> None:
    assert problems(CalculatorInput, SLIDER | {"step": step})


def test_whole_figures_stay_whole_on_the_wire() -> None:
    wire = CalculatorInput.model_validate(SLIDER | {"step": 0.5}).to_wire()

    assert json.dumps([wire["min"], wire["max"], wire["step"]]) == "[0, 20, 0.5]"


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=6, unique=True))
def test_ranges_that_join_are_accepted(ends: list[int]) -> None:
    ends.sort()

    assert problems(CalculatorConfig, with_ranges(*pairwise(ends))) == {}


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ([(0, 10), (11, 20)], "hole between 10 and 11"),
        ([(0, 10), (9, 20)], "overlap"),
        ([(10, 20), (0, 10)], "out of order"),
        ([(0, 10), (0, 10)], "overlap"),
        ([(10, 0)], "must rise"),
        ([(5, 5)], "must rise"),
    ],
)
def test_ranges_of_a_calculator_leave_no_hole_and_do_not_overlap(
    bounds: list[tuple[float, float]], said: str
) -> None:
    assert said in problems(CalculatorConfig, with_ranges(*bounds))["resultInterpretation"]


@pytest.mark.parametrize("range", [[], [1], [1, 2, 3], "0-10", None])
def test_a_range_has_two_ends(range: object) -> None:
    config = calculator()
    config["resultInterpretation"][0]["range"] = range

    assert any(path.startswith("resultInterpretation.0.range") for path in problems(CalculatorConfig, config))


@pytest.mark.parametrize(
    ("method", "bounds", "is_sound"),
    [
        ("sum", [(0, 10), (11, 20)], True),
        ("sum", [(0, 10), (10, 20)], True),
        ("sum", [(0, 10), (12, 20)], False),
        ("sum", [(0, 10), (9, 20)], False),
        ("sum", [(11, 20), (0, 10)], False),
        ("average", [(0, 2), (2, 4)], True),
        ("average", [(0, 2), (3, 4)], False),
    ],
)
def test_ranges_of_an_assessment_reach_every_score(
    method: str, bounds: list[tuple[float, float]], is_sound: bool
) -> None:
    assert ("ranges" not in problems(Scoring, scoring(method, *bounds))) is is_sound


def test_an_assessment_has_a_question_and_a_range() -> None:
    hollow = assessment() | {"questions": [], "scoring": {"method": "sum", "ranges": []}}

    assert set(problems(AssessmentConfig, hollow)) == {"questions", "scoring.ranges"}


def test_question_ids_differ() -> None:
    config = assessment()
    config["questions"][1]["id"] = "q1"

    assert "q1" in problems(AssessmentConfig, config)["questions"]


@pytest.mark.parametrize("type", ["single_choice", "multiple_choice"])
def test_a_choice_has_options(type: str) -> None:
    question = {"id": "q1", "text": "How often?", "type": type, "options": [{"label": "Never", "value": 0}]}

    assert "two options" in problems(AssessmentQuestion, question)[""]


@pytest.mark.parametrize(("low", "high"), [(None, 5), (1, None), (5, 5), (5, 1)])
def test_a_scale_rises_from_one_end_to_the_other(low: int | None, high: int | None) -> None:
    question = {"id": "q1", "text": "How sure?", "type": "scale", "scaleMin": low, "scaleMax": high}

    assert "scaleMin below scaleMax" in problems(AssessmentQuestion, question)[""]


def test_a_gpt_has_a_system_prompt() -> None:
    assert list(problems(GptConfig, gpt() | {"systemPrompt": " "})) == ["systemPrompt"]


def test_a_gpt_may_write_2048_tokens_unless_told_otherwise() -> None:
    assert GptConfig.model_validate(gpt()).max_tokens == 2048
    assert list(problems(GptConfig, gpt() | {"maxTokens": 0})) == ["maxTokens"]

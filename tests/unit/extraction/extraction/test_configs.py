"""A model's loose configuration becomes a strict one, or is refused with what does not work."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS, AssessmentConfig, CalculatorConfig, GptConfig
from lodestone.jobs.lead_magnet import Archetype
from lodestone_extraction.extraction.configs import config_of
from pydantic import ValidationError
from support.samples import assessment, calculator, gpt

SAMPLES = {
    Archetype.SINGLE_CALCULATOR: calculator(),
    Archetype.ASSESSMENT: assessment(),
    Archetype.PROMPT: gpt(),
}


def a_calculator(**changes: Any) -> CalculatorConfig:
    config = config_of(Archetype.SINGLE_CALCULATOR, {**calculator(), **changes})
    assert isinstance(config, CalculatorConfig)
    return config


def an_assessment(**changes: Any) -> AssessmentConfig:
    config = config_of(Archetype.ASSESSMENT, {**assessment(), **changes})
    assert isinstance(config, AssessmentConfig)
    return config


@pytest.mark.parametrize("archetype", SAMPLES)
def test_a_good_configuration_comes_out_as_it_is(archetype: Archetype) -> None:
    strict = INTERACTIVE_CONFIGS[archetype].model_validate(SAMPLES[archetype])

    assert config_of(archetype, SAMPLES[archetype]) == strict


def test_typographic_signs_in_a_formula_are_arithmetic() -> None:
    assert a_calculator(formula="`customers × rate ÷ 100`\n").formula == "customers * rate / 100"


@pytest.mark.parametrize("formula", ["customers * price", "Math.max(customers, 1)", "= customers", "", None])
def test_a_formula_that_does_not_work_is_refused(formula: Any) -> None:
    with pytest.raises(ValidationError, match="formula"):
        a_calculator(formula=formula)


def test_ranges_as_people_write_them_are_joined() -> None:
    low, high = calculator()["resultInterpretation"]

    config = a_calculator(resultInterpretation=[low, {**high, "range": ["51", "$1,900"]}])

    assert [entry.range for entry in config.result_interpretation] == [[0, 50], [50, 1900]]


def test_a_hole_between_ranges_is_refused() -> None:
    low, high = calculator()["resultInterpretation"]

    with pytest.raises(ValidationError, match="hole between 50 and 90"):
        a_calculator(resultInterpretation=[low, {**high, "range": [90, 900]}])


def test_figures_may_be_text_null_or_empty() -> None:
    given = {"id": "customers", "label": "Customers", "type": "Number", "min": "1", "max": "", "step": None}

    (customers,) = a_calculator(inputs=[given], formula="customers").inputs

    assert (customers.min, customers.max, customers.step) == (1, None, None)


def test_a_colour_may_be_spelled_in_two_ways() -> None:
    first, second = calculator()["resultInterpretation"]
    ranges = [{**first, "colour": None, "color": "Red"}, {**second, "colour": "purple"}]

    config = a_calculator(resultInterpretation=ranges)

    assert [entry.colour for entry in config.result_interpretation] == ["red", "yellow"]


@pytest.mark.parametrize("inputs", [None, [], "none"])
def test_a_calculator_without_inputs_is_refused(inputs: Any) -> None:
    with pytest.raises(ValidationError, match="inputs"):
        a_calculator(inputs=inputs)


def test_questions_are_numbered_whatever_ids_they_have() -> None:
    questions = [{**each, "id": "q"} for each in assessment()["questions"]]

    assert [question.id for question in an_assessment(questions=questions).questions] == ["q1", "q2"]


def test_kinds_of_questions_are_known_in_any_spelling() -> None:
    choice, scale = assessment()["questions"]

    config = an_assessment(questions=[{**choice, "type": "Single Choice"}, {**scale, "type": "SCALE"}])

    assert [question.type for question in config.questions] == ["single_choice", "scale"]


@pytest.mark.parametrize(
    "questions", [None, [], [{"text": "What?", "type": "single_choice", "options": None}]]
)
def test_an_assessment_that_cannot_be_answered_is_refused(questions: Any) -> None:
    with pytest.raises(ValidationError, match="questions"):
        an_assessment(questions=questions)


@pytest.mark.parametrize(("method", "reached"), [("sum", (1, 9)), ("average", (0.5, 4.5))])
def test_every_score_that_can_be_reached_is_in_a_range(method: str, reached: tuple[float, float]) -> None:
    texts = {"label": "Start", "description": "Open to rivals."}
    ranges = [{"min": 2, "max": 3, **texts}, {"min": 3, "max": 4, **texts}]

    stretched = an_assessment(scoring={"method": method, "ranges": ranges}).scoring.ranges

    assert (stretched[0].min, stretched[-1].max) == reached


def test_an_assistant_needs_instructions_and_nothing_more_than_its_texts() -> None:
    config = config_of(Archetype.PROMPT, {**gpt(), "suggestedPrompts": None, "welcomeMessage": None})
    assert isinstance(config, GptConfig)
    assert (config.suggested_prompts, config.welcome_message, config.max_tokens) == ([], "", 2048)

    with pytest.raises(ValidationError, match="systemPrompt"):
        config_of(Archetype.PROMPT, {**gpt(), "systemPrompt": " "})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(archetype=st.sampled_from(list(SAMPLES)), data=st.data())
def test_whatever_a_model_writes_is_a_strict_configuration_or_refused(
    archetype: Archetype, data: st.DataObject
) -> None:
    changes = data.draw(st.dictionaries(st.sampled_from(list(SAMPLES[archetype])), JSON))

    try:
        config = config_of(archetype, {**SAMPLES[archetype], **changes})
    except ValidationError:
        return
    assert INTERACTIVE_CONFIGS[archetype].model_validate(config.to_wire()) == config

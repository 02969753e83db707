import pytest
from lodestone.jobs.extraction import ExtractionInput, ExtractionResult
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for
from lodestone.wire import JsonObject
from pydantic import ValidationError
from support.samples import assessment, calculator, example_input, extracted_content, gpt, problems

CONFIGS = {
    Archetype.SINGLE_CALCULATOR: calculator,
    Archetype.ASSESSMENT: assessment,
    Archetype.PROMPT: gpt,
}


@pytest.fixture
def body() -> JsonObject:
    return example_input("extraction-single-system")


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_every_archetype_takes_its_required_answers_alone(archetype: Archetype, body: JsonObject) -> None:
    required = [question for question in questions_for(archetype) if question.required]
    body |= {"archetype": archetype, "answers": {question.id: "Yes." for question in required}}

    assert problems(ExtractionInput, body) == {}


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_all_missing_answers_are_named_at_once_each_at_its_place(
    archetype: Archetype, body: JsonObject
) -> None:
    found = problems(ExtractionInput, body | {"archetype": archetype, "answers": {}})

    required = [question for question in questions_for(archetype) if question.required]
    assert found.keys() == {f"answers.{question.id}" for question in required}
    assert all(question.question in found[f"answers.{question.id}"] for question in required)


@pytest.mark.parametrize("blank", ["", " \n", None])
def test_a_blank_answer_to_a_required_question_is_missing(blank: str | None, body: JsonObject) -> None:
    body["answers"]["steps"] = blank

    found = problems(ExtractionInput, body)

    assert list(found) == ["answers.steps"]
    assert "What are the steps" in found["answers.steps"]


def test_an_optional_question_may_stay_empty() -> None:
    body = example_input("extraction-single-calculator")
    body["answers"]["limitations"] = ""

    assert problems(ExtractionInput, body) == {}


def test_an_answer_to_no_question_is_refused_and_the_ids_are_named(body: JsonObject) -> None:
    body["answers"]["limitations"] = "It is a question of the calculator."

    found = problems(ExtractionInput, body)

    assert list(found) == ["answers.limitations"]
    assert "outcome, steps, pitfalls" in found["answers.limitations"]


def test_everything_wrong_comes_in_one_answer_and_each_place_once(body: JsonObject) -> None:
    del body["concept"]["title"], body["answers"]["steps"]
    body["answers"] |= {"pitfalls": 5, "outcome": "x" * 20_001, "results": None, "other": 7}
    body["action"] = "zip"

    found = problems(ExtractionInput, body)

    assert set(found) == {
        "concept.title",
        "answers.steps",
        "answers.pitfalls",
        "answers.outcome",
        "answers.results",
        "answers.other",
        "action",
    }


def test_no_place_is_reported_twice(body: JsonObject) -> None:
    body["answers"] |= {"results": None, "other": 7}

    with pytest.raises(ValidationError) as refusal:
        ExtractionInput.model_validate(body)

    assert [error["loc"] for error in refusal.value.errors()] == [
        ("answers", "results"),
        ("answers", "other"),
    ]


def test_a_flood_of_answers_is_one_error(body: JsonObject) -> None:
    body["answers"] = {f"a{number}": 1 for number in range(51)}

    assert list(problems(ExtractionInput, body)) == ["answers"]


@pytest.mark.parametrize("answers", [None, [], "text", 5])
def test_answers_that_are_no_map_are_refused(answers: object, body: JsonObject) -> None:
    assert list(problems(ExtractionInput, body | {"answers": answers})) == ["answers"]


def test_an_unknown_archetype_is_refused_whatever_the_answers(body: JsonObject) -> None:
    found = problems(ExtractionInput, body | {"archetype": "carousel"})

    assert list(found) == ["archetype"]
    assert "single-system" in found["archetype"]


@pytest.mark.parametrize("action", [None, "generate-interactive"])
def test_the_action_of_older_callers_is_accepted_and_not_kept(action: str | None, body: JsonObject) -> None:
    kept = ExtractionInput.model_validate(body | {"action": action}).to_wire()

    assert "action" not in kept


@pytest.mark.parametrize(
    ("action", "said"), [("contextual-questions", "GET /api/questions"), ("zip", "'zip'"), ("", "''")]
)
def test_another_action_is_refused_by_name(action: str, said: str, body: JsonObject) -> None:
    found = problems(ExtractionInput, body | {"action": action})

    assert list(found) == ["action"]
    assert said in found["action"]


def test_unknown_fields_at_the_top_are_passed_over(body: JsonObject) -> None:
    kept = ExtractionInput.model_validate(body | {"leadMagnetTheme": "dark"}).to_wire()

    assert "leadMagnetTheme" not in kept


def test_a_result_holds_exactly_one_of_the_two() -> None:
    content, config = {"extractedContent": extracted_content()}, {"interactiveConfig": calculator()}

    assert problems(ExtractionResult, content) == {}
    assert problems(ExtractionResult, config) == {}
    assert "exactly one" in problems(ExtractionResult, {})[""]
    assert "exactly one" in problems(ExtractionResult, content | config)[""]


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_a_result_fits_the_archetypes_of_its_kind_alone(archetype: Archetype) -> None:
    results = {"content": ExtractionResult.model_validate({"extractedContent": extracted_content()})}
    for made, config in CONFIGS.items():
        results[made] = ExtractionResult.model_validate({"interactiveConfig": config()})

    fitting = [kind for kind, result in results.items() if result.fits(archetype)]

    assert fitting == [archetype if archetype in CONFIGS else "content"]


@pytest.mark.parametrize("archetype", CONFIGS)
def test_a_configuration_survives_the_wire_unchanged(archetype: Archetype) -> None:
    wire = ExtractionResult.model_validate({"interactiveConfig": CONFIGS[archetype]()}).to_wire()

    again = ExtractionResult.model_validate(wire)

    assert again.to_wire() == wire
    assert again.fits(archetype)

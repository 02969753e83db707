import pytest
from lodestone.jobs.ideation import IdeationInput, IdeationResult
from support.samples import example_input, ideation_result, problems


def test_a_result_with_ten_concepts_in_order_is_valid() -> None:
    assert problems(IdeationResult, ideation_result()) == {}


def test_nine_concepts_are_refused() -> None:
    result = ideation_result()
    result["concepts"].pop()

    assert "one for each archetype" in problems(IdeationResult, result)[""]


def test_concepts_out_of_order_are_refused() -> None:
    result = ideation_result()
    result["concepts"].reverse()

    assert "in their order" in problems(IdeationResult, result)[""]


def test_equal_titles_are_refused() -> None:
    result = ideation_result()
    result["concepts"][4]["title"] = result["concepts"][5]["title"]

    assert "titles must differ" in problems(IdeationResult, result)[""]


@pytest.mark.parametrize(
    "components", [["1"], ["1", "2", "3", "4"], ["1", "1"], ["1", "10"], ["1", "x"], [1, 2], None]
)
def test_a_bundle_names_two_or_three_different_indices_as_text(components: object) -> None:
    result = ideation_result()
    result["suggestedBundle"]["components"] = components

    assert problems(IdeationResult, result)


@pytest.mark.parametrize("index", [-1, 10, None, "first"])
def test_a_pick_points_at_one_of_the_ten(index: object) -> None:
    result = ideation_result()
    result["recommendations"]["shipThisWeek"]["conceptIndex"] = index

    assert "recommendations.shipThisWeek.conceptIndex" in problems(IdeationResult, result)


def test_all_wrong_fields_of_an_input_come_in_one_answer_with_the_callers_paths() -> None:
    body = example_input("ideation-b2b-consultant")
    body["businessDescription"] = "   "
    body["businessType"] = "agency"
    body["tools"] = ["x"] * 51
    body["results"] = None
    body["sources"]["callTranscriptInsights"]["painPoints"][0]["frequency"] = "often"

    found = problems(IdeationInput, body)

    assert set(found) == {
        "businessDescription",
        "businessType",
        "tools",
        "results",
        "sources.callTranscriptInsights.painPoints.0.frequency",
    }
    assert "agency-owner" in found["businessType"]


def test_a_text_of_more_than_20000_characters_is_refused() -> None:
    body = example_input("ideation-fitness-coach")

    assert problems(IdeationInput, body | {"businessDescription": "x" * 20_000}) == {}
    assert "businessDescription" in problems(IdeationInput, body | {"businessDescription": "x" * 20_001})

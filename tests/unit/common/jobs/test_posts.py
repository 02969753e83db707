import pytest
from lodestone.jobs.posts import AudienceStyle, PostsInput, PostsResult
from support.samples import posts_result, problems

INPUT = {"leadMagnetTitle": "The Quote", "contents": "A page and a sheet", "problemSolved": "Lost tenders"}


def test_title_contents_and_problem_are_enough() -> None:
    posts = PostsInput.model_validate(INPUT)

    assert posts.cta_word == "LINK"
    assert posts.audience_style is AudienceStyle.CASUAL_DIRECT
    assert (posts.format, posts.credibility, posts.audience, posts.proof) == ("", "", "", "")
    assert posts.urgency_angle is None


def test_all_missing_fields_are_named_at_once() -> None:
    assert set(problems(PostsInput, {})) == set(INPUT)


@pytest.mark.parametrize("name", [*INPUT, "ctaWord"])
def test_a_blank_field_that_must_say_something_is_refused(name: str) -> None:
    assert list(problems(PostsInput, INPUT | {name: "  "})) == [name]


def test_an_unknown_audience_style_is_refused_and_the_styles_are_named() -> None:
    found = problems(PostsInput, INPUT | {"audienceStyle": "loud"})

    assert "warm-relatable" in found["audienceStyle"]


def test_a_result_survives_the_wire_unchanged() -> None:
    assert PostsResult.model_validate(posts_result()).to_wire() == posts_result()


@pytest.mark.parametrize("count", [0, 2, 4])
def test_there_are_three_variations(count: int) -> None:
    result = posts_result()
    variations = [variation | {"hookType": str(n)} for n, variation in enumerate(result["variations"] * 2)]

    assert list(problems(PostsResult, result | {"variations": variations[:count]})) == ["variations"]


def test_two_variations_with_one_hook_are_refused() -> None:
    result = posts_result()
    result["variations"][2]["hookType"] = " Contrarian"

    assert "different hook types" in problems(PostsResult, result)["variations"]


@pytest.mark.parametrize("name", ["hookType", "post", "whyThisAngle", "evaluation"])
def test_a_variation_is_whole(name: str) -> None:
    result = posts_result()
    del result["variations"][1][name]

    assert list(problems(PostsResult, result)) == [f"variations.1.{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hookStrength", "great"),
        ("problemResonance", "strong"),
        ("toneMatch", "on"),
        ("credibilityClear", "maybe"),
    ],
)
def test_an_evaluation_keeps_to_its_marks(name: str, value: str) -> None:
    result = posts_result()
    result["variations"][0]["evaluation"] |= {name: value}

    assert list(problems(PostsResult, result)) == [f"variations.0.evaluation.{name}"]


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("Hi, here it is: [LINK]", ["{first_name}"]),
        ("Hi {first_name}, here it is", ["[LINK]"]),
        ("Hi {First_Name}, here it is: [link]", ["{first_name}", "[LINK]"]),
    ],
)
def test_the_message_holds_both_placeholders(template: str, missing: list[str]) -> None:
    said = problems(PostsResult, posts_result() | {"dmTemplate": template})["dmTemplate"]

    assert all(placeholder in said for placeholder in missing)


@pytest.mark.parametrize("name", ["recommendation", "dmTemplate", "ctaWord"])
def test_no_text_of_a_result_is_blank(name: str) -> None:
    assert list(problems(PostsResult, posts_result() | {name: " "})) == [name]

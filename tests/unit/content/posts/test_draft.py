"""A model's loose posts become strict ones, or are refused with what is missing."""

from typing import Any

import pytest
from lodestone.jobs.posts import PostVariation
from lodestone_content.posts.draft import closing_of, variation_of
from lodestone_content.posts.hooks import HookType
from pydantic import ValidationError

HOOK = HookType.CONTRARIAN
GOOD: dict[str, Any] = {
    "hookType": "contrarian",
    "post": "Selling value is bad advice.\n\nComment QUOTE.",
    "whyThisAngle": "They have tried it.",
    "evaluation": {
        "hookStrength": "strong",
        "credibilityClear": True,
        "problemResonance": "low",
        "contentsSpecific": False,
        "toneMatch": "aligned",
        "aiClicheFree": True,
    },
}


def variation(**changes: Any) -> PostVariation:
    return variation_of({**GOOD, **changes}, HOOK, "QUOTE")


def test_a_good_post_comes_out_as_it_is() -> None:
    assert variation().to_wire() == GOOD


@pytest.mark.parametrize("given", [None, [], "strong", {}])
def test_a_post_without_marks_is_middling(given: Any) -> None:
    assert variation(evaluation=given).evaluation.to_wire() == {
        "hookStrength": "medium",
        "credibilityClear": False,
        "problemResonance": "medium",
        "contentsSpecific": False,
        "toneMatch": "partial",
        "aiClicheFree": False,
    }


def test_marks_are_known_in_any_spelling() -> None:
    marks = variation(evaluation={"hookStrength": "STRONG", "aiClicheFree": "yes"}).evaluation

    assert (marks.hook_strength, marks.ai_cliche_free) == ("strong", True)


def test_a_post_may_come_in_parts() -> None:
    assert variation(post=["One line.", "Comment quote."]).post == "One line.\nComment quote."


@pytest.mark.parametrize("field", ["post", "whyThisAngle"])
def test_a_post_that_lacks_something_to_read_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        variation(**{field: None})


def test_a_post_without_the_word_to_comment_is_refused() -> None:
    with pytest.raises(ValueError, match="comment QUOTE"):
        variation(post="Write to me.")


@pytest.mark.parametrize(
    "message",
    [
        "Hi {first_name}, here: [LINK]",
        "Hi {{first_name}}, here: [link]",
        "Hi {firstName}, here: [Link to your copy]",
        "Hi [First Name], here: {link}",
        "Hi { first name }, here: [INSERT LINK]",
    ],
)
def test_placeholders_are_written_in_one_way(message: str) -> None:
    closing = closing_of({"recommendation": "The first.", "dmTemplate": message})

    assert closing.dm_template == "Hi {first_name}, here: [LINK]"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"recommendation": "", "dmTemplate": "Hi {first_name}: [LINK]"},
        {"recommendation": "The first.", "dmTemplate": "Hi there: [LINK]"},
        {"recommendation": "The first.", "dmTemplate": "Hi {first_name}, it is linked below"},
    ],
)
def test_a_message_or_advice_that_lacks_something_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        closing_of(data)

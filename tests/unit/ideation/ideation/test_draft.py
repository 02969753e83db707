"""A model's loose concept becomes a strict one, or is refused with what is missing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, ARCHETYPES, Archetype
from lodestone_ideation.ideation.draft import advice_of, archetype_of, concept_of
from pydantic import ValidationError

STORY = Archetype.ONE_STORY
GOOD: dict[str, Any] = {
    "archetype": "one-story",
    "archetypeName": "The One Story",
    "title": "How I Priced 63 Proposals",
    "painSolved": "Tenders are lost to cheaper rivals.",
    "whyNowHook": "The next tender is due on Friday.",
    "contents": "The story in five scenes.",
    "deliveryFormat": "PDF, 4 pages",
    "viralCheck": {
        "highValue": True,
        "urgentPain": True,
        "actionableUnder1h": False,
        "simple": True,
        "authorityBoosting": True,
    },
    "creationTimeEstimate": "2 hours",
    "bundlePotential": ["single-calculator"],
    "groundedIn": "63 consultancies advised",
}
TEXTS = (
    "title",
    "painSolved",
    "whyNowHook",
    "contents",
    "deliveryFormat",
    "creationTimeEstimate",
)


def test_a_good_concept_comes_out_as_it_is() -> None:
    assert concept_of(GOOD, STORY).to_wire() == GOOD


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, []),
        ("The Prompt", ["The Prompt"]),
        (["a", None, " ", "b"], ["a", "b"]),
        ({"name": "The Prompt", "why": "same reader"}, ["The Prompt: same reader"]),
        ("", []),
    ],
)
def test_bundle_potential_is_always_a_list_of_texts(given: Any, kept: list[str]) -> None:
    assert concept_of({**GOOD, "bundlePotential": given}, STORY).bundle_potential == kept


@pytest.mark.parametrize("given", [None, [], "yes", {}])
def test_a_viral_check_that_is_none_has_no_mark(given: Any) -> None:
    marks = concept_of({**GOOD, "viralCheck": given}, STORY).viral_check

    assert not any(marks.model_dump().values())


def test_missing_marks_are_not_set() -> None:
    marks = concept_of({**GOOD, "viralCheck": {"simple": True, "urgentPain": "true"}}, STORY).viral_check

    assert [name for name, is_set in marks.model_dump().items() if is_set] == ["urgent_pain", "simple"]


@pytest.mark.parametrize("given", [None, "", "a wrong name"])
def test_the_archetypes_name_is_the_one_of_the_table(given: Any) -> None:
    assert concept_of({**GOOD, "archetypeName": given}, STORY).archetype_name == "The One Story"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (["Scene one", "Scene two"], "Scene one\nScene two"),
        ({"headline": "Scenes", "detail": "five"}, "Scenes: five"),
        ([{"part": "one", "pages": 2}, "two"], "one: 2\ntwo"),
        (12, "12"),
    ],
)
def test_a_text_may_come_in_parts(given: Any, text: str) -> None:
    assert concept_of({**GOOD, "contents": given}, STORY).contents == text


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}])
def test_a_concept_that_lacks_something_to_read_is_refused_by_name(name: str, nothing: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        concept_of({**GOOD, name: nothing}, STORY)


def test_what_it_rests_on_may_be_missing() -> None:
    assert concept_of({**GOOD, "groundedIn": None}, STORY).grounded_in == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(changes=st.dictionaries(st.sampled_from([*GOOD, "other"]), JSON))
def test_whatever_a_model_writes_is_a_strict_concept_or_refused(changes: dict[str, Any]) -> None:
    try:
        concept = concept_of({**GOOD, **changes}, STORY)
    except ValidationError:
        return
    wire = concept.to_wire()
    assert all(isinstance(wire[name], str) and wire[name].strip() for name in TEXTS)
    assert all(isinstance(entry, str) for entry in wire["bundlePotential"])


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_an_archetype_is_known_in_any_spelling(archetype: Archetype) -> None:
    spellings = (archetype.value, archetype.upper(), archetype.replace("-", "_"), ARCHETYPE_NAMES[archetype])

    assert {archetype_of({"archetype": spelling}) for spelling in spellings} == {archetype}


@pytest.mark.parametrize("draft", [{}, {"archetype": None}, {"archetype": "checklist"}, {"archetype": ["x"]}])
def test_a_draft_without_a_known_archetype_has_none(draft: dict[str, Any]) -> None:
    assert archetype_of(draft) is None


PICK = {"conceptIndex": 3, "reason": "It is quick to make."}
ADVICE: dict[str, Any] = {
    "recommendations": {"shipThisWeek": PICK, "highestEngagement": PICK, "bestAuthorityBuilder": PICK},
    "suggestedBundle": {
        "name": "Two",
        "components": [0, "4"],
        "combinedValue": "More.",
        "releaseStrategy": "Weekly.",
    },
}


def test_a_bundles_components_may_come_as_numbers() -> None:
    assert advice_of(ADVICE).suggested_bundle.components == ["0", "4"]


@pytest.mark.parametrize(
    "data", [None, [], {}, {"suggestedBundle": None}, {**ADVICE, "recommendations": None}]
)
def test_advice_that_lacks_a_part_is_refused(data: Any) -> None:
    with pytest.raises(ValidationError):
        advice_of(data)


@pytest.mark.parametrize("components", [[0], [0, 0], [0, 1, 2, 3], [0, 10], None, "0, 1"])
def test_a_bundle_is_two_or_three_different_concepts(components: Any) -> None:
    bundle = {**ADVICE["suggestedBundle"], "components": components}

    with pytest.raises(ValidationError):
        advice_of({**ADVICE, "suggestedBundle": bundle})

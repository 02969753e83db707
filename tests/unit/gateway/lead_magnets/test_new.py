"""A lead magnet from the owner's own idea, or from a concept of an ideation job."""

from typing import Any

import pytest
from lodestone.errors import Conflict, InvalidRequest
from lodestone_gateway.fields import MAX_TITLE
from lodestone_gateway.lead_magnets.new import NewLeadMagnet, concept_of
from lodestone_gateway.store.tables import BackgroundJob
from pydantic import ValidationError
from support.samples import ideation_result
from support.stored import job

CONCEPTS = ideation_result()["concepts"]
OWN = {"title": "The two-page quote", "painSolved": "Lost tenders"}


def ideation(*places: int, **columns: Any) -> BackgroundJob:
    items = [{"itemKey": str(place), "itemIndex": place, "item": CONCEPTS[place]} for place in places]
    return job(items=items, **columns)


def test_an_own_idea_is_a_concept_with_every_mark() -> None:
    concept = NewLeadMagnet.model_validate(OWN | {"archetype": "prompt", "contents": "C"}).own_concept()

    assert (concept.title, concept.pain_solved, concept.contents) == (*OWN.values(), "C")
    assert (concept.archetype, concept.archetype_name) == ("prompt", "The Prompt")
    assert all(concept.viral_check.model_dump().values())


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, ["title", "painSolved"]), ({"title": "T"}, ["painSolved"]), ({"painSolved": "P"}, ["title"])],
)
def test_an_idea_that_says_too_little_is_refused_by_field(given: dict[str, Any], missing: list[str]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        NewLeadMagnet.model_validate(given).own_concept()

    assert [error["field"] for error in refused.value.members["errors"]] == missing


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * (MAX_TITLE + 1)},
        {"conceptIndex": -1},
        {"conceptIndex": 10},
        {"archetype": "poem"},
        {"painSolved": "\x00"},
    ],
)
def test_what_cannot_be_an_idea_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewLeadMagnet.model_validate(OWN | wrong)


@pytest.mark.parametrize("status", ["processing", "failed", "cancelled"])
def test_a_finished_concept_can_be_chosen_whatever_became_of_the_job(status: str) -> None:
    assert concept_of(ideation(2, 0, status=status), 0) == CONCEPTS[0]


def test_of_a_completed_job_every_concept_can_be_chosen() -> None:
    completed = ideation(0, status="completed", result=ideation_result())

    assert [concept_of(completed, place) for place in range(10)] == CONCEPTS


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("pending", "This job has no concept 3 yet."),
        ("processing", "This job has no concept 3 yet."),
        ("failed", "This job has no concept 3."),
        ("completed", "This job has no concept 3."),
    ],
)
def test_a_concept_that_is_not_there_is_a_conflict(status: str, said: str) -> None:
    with pytest.raises(Conflict) as conflict:
        concept_of(ideation(0, status=status), 3)

    assert conflict.value.message == said


def test_a_result_that_is_too_short_is_a_conflict_too() -> None:
    short = {"concepts": CONCEPTS[:2]}

    with pytest.raises(Conflict):
        concept_of(ideation(status="completed", result=short), 3)

"""What the ideas page shows of a job, from nothing to three picks."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from lodestone.clock import now
from lodestone.jobs.lead_magnet import ARCHETYPES
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.create.ideas import Ideas
from support.samples import ideation_result

RESULT = ideation_result()


def job(status: str = "processing", *, ideas: int = 0, **columns: Any) -> BackgroundJob:
    items = [{"item": concept} for concept in RESULT["concepts"][:ideas]]
    time = now()
    given = {"id": uuid.uuid4(), "user_id": uuid.uuid4(), "job_type": "ideation", "input": {}}
    columns = {"waiting_for": "slot" if status == "pending" else None, **columns}
    times = {"created_at": time, "updated_at": time, "deadline_at": time + timedelta(seconds=600)}
    return BackgroundJob(**{**given, **times, "status": status, "items": items, **columns})


def test_all_ten_places_exist_from_the_start() -> None:
    ideas = Ideas(job(), {})

    assert [idea.archetype for idea in ideas.all] == list(ARCHETYPES)
    assert (ideas.done, ideas.segments) == (0, ["w"] * 10)
    assert ideas.headline == "Reading what you wrote"


def test_what_is_missing_is_said_in_words() -> None:
    assert Ideas(job("pending"), {}).headline == "Your ten ideas are waiting"
    assert Ideas(job(ideas=6), {}).headline == "Writing the story and three others"
    assert Ideas(job(ideas=8), {}).headline == "Writing the self-test and one other"
    assert Ideas(job(ideas=9), {}).headline == "Writing the automation"
    assert Ideas(job(ideas=10), {}).headline == "Choosing three picks and a bundle"


def test_nothing_is_said_to_be_written_while_the_job_waits_for_another_try() -> None:
    ideas = Ideas(job(ideas=4, retry_at=now()), {})

    assert ideas.is_waiting
    assert ideas.headline == "Waiting to continue"
    assert ideas.segments == ["d"] * 4 + ["t"] * 6


def test_a_failed_job_keeps_its_ideas_and_shows_what_is_lost() -> None:
    ideas = Ideas(job("failed", ideas=4), {})

    assert ideas.segments == ["d"] * 4 + ["f"] * 6
    assert ideas.missing_in_words == "six"
    assert not ideas.is_live


def test_a_completed_job_has_badges_picks_and_a_bundle() -> None:
    ideas = Ideas(job("completed", result=RESULT), {ARCHETYPES[2].value: uuid.uuid4()})
    pick = RESULT["recommendations"]["shipThisWeek"]["conceptIndex"]

    assert ideas.done == 10
    assert ("ship", "Ship this week") in ideas.all[pick].badges
    assert [each.label for each in ideas.picks] == ["Ship this week", "Most engagement", "Builds authority"]
    assert [str(idea.place) for idea in ideas.bundled] == RESULT["suggestedBundle"]["components"]
    assert ideas.all[2].lead_magnet_id
    assert ideas.all[3].lead_magnet_id is None


def test_the_best_come_first_when_ordered_by_score() -> None:
    ideas = Ideas(job("completed", result=RESULT), {})

    scores = [sum(idea.marks) for idea in ideas.ordered(by_score=True)]

    assert scores == sorted(scores, reverse=True)


def test_a_score_below_five_says_what_is_missing() -> None:
    concept = {**RESULT["concepts"][0], "viralCheck": {"highValue": False, "simple": True}}
    idea = Ideas(job(ideas=0, items=[{"item": concept}]), {}).all[0]

    assert idea.marks == [False, False, False, True, False]
    assert idea.verdict == (
        "weak, not worth paying for yet, not an urgent problem, takes more than an hour"
        " and builds little authority"
    )
    assert idea.reasons[3] == (True, "understood in two minutes")
    assert idea.reasons[0] == (False, "not worth paying for yet")


def test_a_high_score_names_the_one_thing_it_lacks() -> None:
    marks = dict.fromkeys(("urgentPain", "actionableUnder1h", "simple", "authorityBoosting"), True)
    ideas = Ideas(job(items=[{"item": {**RESULT["concepts"][0], "viralCheck": marks}}]), {})

    assert ideas.all[0].verdict == "strong, but not worth paying for yet"


@pytest.mark.parametrize(
    "contents",
    [
        "A scope sheet\nTwo call guides\nA letter\nA workbook",
        "- A scope sheet\n- Two call guides\n\n- A letter\n- A workbook",
        "A scope sheet. Two call guides. A letter. A workbook.",
        "A scope sheet; Two call guides; A letter; A workbook",
    ],
)
def test_the_contents_are_three_bullets_however_the_model_lists_them(contents: str) -> None:
    ideas = Ideas(job(items=[{"item": {**RESULT["concepts"][0], "contents": contents}}]), {})

    assert ideas.all[0].bullets == ["A scope sheet", "Two call guides", "A letter"]

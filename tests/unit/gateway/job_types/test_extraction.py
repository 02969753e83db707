"""Extraction: what it asks, what it saves, what an owner's edit becomes, and how the workspace shows it."""

from typing import Any

import pytest
from lodestone.errors import Conflict, InvalidRequest
from lodestone.jobs.extraction import EXTRACTION
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.questions import questions_for
from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.store.tables import BackgroundJob
from pydantic import ValidationError
from support.samples import calculator, example_input, extracted_content
from support.stored import form, row, stored

PIECE = PIECES["extraction"]
CONTENT, TOOL = PIECE.edits["content"], PIECE.edits["tool"]
SECTION = {"sectionName": "New", "introduction": "", "keyTakeaway": "Ask.", "section": "0"}


def test_a_result_writes_only_what_it_holds() -> None:
    result = {"extractedContent": extracted_content(), "interactiveConfig": None}

    assert PIECE.of_result(result) == {"extracted_content": extracted_content()}


def test_answers_without_a_word_are_not_sent_and_the_call_is_quoted() -> None:
    columns: dict[str, Any] = {"input": {"sources": {"callTranscriptInsights": "They wait."}}}
    ideation = BackgroundJob(**columns)
    asked = PIECE.asked(stored(answers={"one": " ", "two": "Ask."}), BrandKit(), ideation)

    assert asked["answers"] == {"two": "Ask."}
    assert asked["transcriptInsights"] == "They wait."
    assert asked["businessContext"] is None, "an empty kit gives no context"


def test_what_is_asked_is_an_input_of_the_job_type() -> None:
    given = example_input("extraction-single-system")
    magnet = stored(answers=given["answers"], archetype=given["archetype"], concept=given["concept"])

    EXTRACTION.input.model_validate(PIECE.asked(magnet, BrandKit(), None))


def test_a_configuration_has_the_shape_of_the_archetype() -> None:
    written = PIECE.fitted(row(archetype="single-calculator"), {"interactive_config": calculator()})

    assert written["interactive_config"]["resultLabel"] == "Lost in a year"
    with pytest.raises(InvalidRequest):
        PIECE.fitted(row(), {"interactive_config": calculator()})


def test_the_archetype_of_the_same_change_counts() -> None:
    changes = {"archetype": "single-calculator", "interactive_config": calculator()}

    assert PIECE.fitted(row(), changes)["interactive_config"]["headline"] == "What does churn cost you?"


def test_a_wrong_configuration_is_named_by_its_whole_path() -> None:
    wrong = calculator() | {"resultFormat": "colour"}

    with pytest.raises(ValidationError) as refused:
        PIECE.fitted(row(archetype="single-calculator"), {"interactive_config": wrong})

    assert refused.value.errors()[0]["loc"][:2] == ("interactiveConfig", "resultFormat")


def test_changes_of_other_columns_pass() -> None:
    assert PIECE.fitted(row(), {"title": "New"}) == {"title": "New"}


def test_an_edit_of_a_section_leaves_the_rest_and_drops_empty_points() -> None:
    items = {"headline": ["A", " "], "summary": ["B", ""], "detail": ["", "lost"]}
    changed = CONTENT.changed(stored(extracted_content=extracted_content()), form(**SECTION, **items))

    content = changed["extractedContent"]
    assert content["structure"][0]["sectionName"] == "New"
    assert content["structure"][0]["contents"] == [{"headline": "A", "summary": "B", "detail": ""}]
    assert content["nonObviousInsight"] == extracted_content()["nonObviousInsight"]


def test_a_section_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        CONTENT.changed(stored(extracted_content=extracted_content()), form(**SECTION | {"section": "7"}))


def test_mistakes_are_a_line_each_both_ways() -> None:
    magnet = stored(extracted_content=extracted_content() | {"commonMistakes": ["One", "Two"]})

    present = CONTENT.present(magnet, form())
    changed = CONTENT.changed(magnet, form(commonMistakes="One\n\n Three ", proof="Said"))

    assert present["commonMistakes"] == ["One\nTwo"]
    assert changed["extractedContent"]["commonMistakes"] == ["One", "Three"]
    assert changed["extractedContent"]["proof"] == "Said"


def test_a_tool_changes_only_texts_that_it_has() -> None:
    magnet = stored(archetype="single-calculator", interactive_config=calculator())
    changed = TOOL.changed(magnet, form(headline="New", description="D", systemPrompt="Not of a calculator"))

    assert changed["interactiveConfig"] == calculator() | {"headline": "New", "description": "D"}


def test_the_workspace_asks_for_the_answers_first() -> None:
    questions = questions_for(Archetype.SINGLE_BREAKDOWN)
    answers = {question.id: "Yes." for question in questions}
    required = sum(question.required for question in questions)

    first, then = PIECE.look(stored()), PIECE.look(stored(answers=answers))

    assert first
    assert then
    assert first.blocked == f"{required} required answers are missing."
    assert (then.blocked, then.is_there, then.template) == ("", False, "library/content.html")


def test_a_tool_has_a_page_and_a_name_of_its_own() -> None:
    look = PIECE.look(stored(archetype="single-calculator", interactive_config=calculator()))

    assert look
    assert (look.title, look.template, look.is_there) == ("Calculator", "library/tool.html", True)

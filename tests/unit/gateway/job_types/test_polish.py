"""Polish: the saved page, its counts after an edit, and the refusal without content."""

import pytest
from lodestone.errors import Conflict, InvalidRequest
from lodestone_gateway.job_types.polish import PRODUCT
from lodestone_gateway.job_types.product import NEEDS_CONTENT
from lodestone_gateway.job_types.table import PIECES
from support.samples import calculator, extracted_content, polished_content
from support.stored import form, row, stored

PIECE = PIECES["polish"]
EDIT = PIECE.edits["page"]
SECTION = {"section": "0", "sectionName": "New", "introduction": "", "keyTakeaway": "T"}


def test_a_page_that_is_taken_away_was_never_polished() -> None:
    assert PIECE.fitted(row(), {"polished_content": None}) == {"polished_content": None, "polished_at": None}
    assert PIECE.fitted(row(), {"title": "T"}) == {"title": "T"}


def test_the_words_of_an_edited_page_are_counted_again() -> None:
    page = polished_content() | {"heroSummary": "One two three four."}
    page["metadata"] = page["metadata"] | {"wordCount": 9_999}

    changes = PIECE.changes.model_validate({"polishedContent": page}).to_wire()

    assert changes["polishedContent"]["metadata"]["wordCount"] < 100


def test_an_edit_of_a_section_keeps_its_blocks_and_their_types() -> None:
    changed = EDIT.changed(
        stored(polished_content=polished_content()), form(**SECTION, content=[" New text "])
    )

    section = changed["polishedContent"]["sections"][0]
    assert section["sectionName"] == "New"
    assert section["blocks"] == [{"type": "paragraph", "content": "New text"}]
    assert section["id"] == "the-calls"


@pytest.mark.parametrize("sent", [SECTION | {"section": "9"}, SECTION | {"content": ["one", "too many"]}])
def test_what_is_no_longer_there_is_a_conflict(sent: dict[str, str | list[str]]) -> None:
    with pytest.raises(Conflict):
        EDIT.changed(stored(polished_content=polished_content()), form(**sent))


def test_the_form_holds_what_is_there_now() -> None:
    magnet = stored(polished_content=polished_content())

    whole = {"heroSummary": [polished_content()["heroSummary"]], "title": ["The Two-Page Quote"]}
    assert EDIT.present(magnet, form()) == whole
    assert EDIT.present(magnet, form(section="0"))["content"] == ["Ask what waiting costs."]


def test_the_page_is_called_as_the_lead_magnet_until_it_gets_a_title_of_its_own() -> None:
    magnet = stored(polished_content=polished_content() | {"title": None})
    same = EDIT.changed(magnet, form(heroSummary="S", title=magnet.row.title))["polishedContent"]
    own = EDIT.changed(magnet, form(heroSummary="S", title="Mine"))["polishedContent"]

    assert (same.get("title"), own["title"], own["heroSummary"]) == (None, "Mine", "S")


def test_a_tool_has_no_page() -> None:
    assert PIECE.look(stored(archetype="single-calculator", interactive_config=calculator())) is None


def test_there_is_no_page_without_content() -> None:
    before, after = PIECE.look(stored()), PIECE.look(stored(extracted_content=extracted_content()))

    assert before
    assert after
    assert (before.blocked, after.blocked) == (NEEDS_CONTENT, "")


async def test_a_job_without_concept_and_content_is_told_both() -> None:
    resolve = PRODUCT.resolve
    assert resolve
    with pytest.raises(InvalidRequest) as refused:
        await resolve(None, {}, row())  # type: ignore[arg-type]

    assert [error["field"] for error in refused.value.members["errors"]] == ["concept", "extractedContent"]

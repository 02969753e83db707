import pytest
from lodestone.jobs.polish import (
    PolishedContent,
    PolishedSection,
    PolishInput,
    PolishResult,
    PolishWork,
    page_metadata,
)
from lodestone.wire import JsonObject
from support.samples import LEAD_MAGNET_ID, extracted_content, polished_content, problems

KNOWN_BLOCKS: list[JsonObject] = [
    {"type": "paragraph", "content": "Text."},
    {"type": "callout", "content": "Mind this.", "style": "warning"},
    {"type": "list", "content": "- one\n- two"},
    {"type": "quote", "content": "We price it like we are afraid."},
    {"type": "divider", "content": ""},
    {"type": "code", "content": "x = 1", "language": "python"},
    {"type": "table", "content": "", "headers": ["Option", "Price"], "rows": [["Full", "9"], ["Basic", "5"]]},
    {"type": "accordion", "title": "What if?", "content": "Then this."},
    {
        "type": "numbered-item",
        "title": "First",
        "number": 1,
        "content": "Call.",
        "detail": "25 min",
        "category": "Calls",
    },
    {"type": "stat-card", "title": "fee rise", "content": "22%", "style": "success"},
    {"type": "embed", "url": "https://www.loom.com/share/1", "provider": "loom", "content": ""},
    {"type": "image", "src": "/i/1.png", "alt": "A page", "caption": "The page", "content": ""},
    {"type": "resource-card", "items": [{"title": "Sheet", "url": "https://example.com/s"}], "content": ""},
    {"type": "resource-grid", "items": [], "content": ""},
]


def section(*blocks: JsonObject) -> JsonObject:
    return {"id": "the-calls", "sectionName": "The calls", "blocks": list(blocks)}


def page(**changes: object) -> JsonObject:
    return polished_content() | changes


def test_a_caller_names_the_lead_magnet_and_nothing_else() -> None:
    assert problems(PolishInput, {"leadMagnetId": LEAD_MAGNET_ID}) == {}
    assert list(problems(PolishInput, {})) == ["leadMagnetId"]
    assert list(problems(PolishInput, {"leadMagnetId": "not-an-id"})) == ["leadMagnetId"]


def test_the_work_carries_the_lead_magnet_as_it_was() -> None:
    body = {
        "leadMagnetId": LEAD_MAGNET_ID,
        "title": "The Two-Page Quote",
        "archetype": "single-system",
        "concept": {"title": "The Two-Page Quote", "painSolved": "Lost tenders"},
        "extractedContent": extracted_content(),
    }

    work = PolishWork.model_validate(body).to_wire()

    assert work["extractedContent"] == extracted_content()
    assert PolishWork.model_validate(work).to_wire() == work
    assert set(problems(PolishWork, {"leadMagnetId": LEAD_MAGNET_ID})) == set(body) - {"leadMagnetId"}


@pytest.mark.parametrize("block", KNOWN_BLOCKS, ids=lambda block: block["type"])
def test_every_known_block_keeps_all_its_fields(block: JsonObject) -> None:
    assert PolishedSection.model_validate(section(block)).to_wire()["blocks"] == [block]


def test_a_block_of_an_unknown_type_is_kept_with_its_fields() -> None:
    block = {"type": "timeline", "content": "", "entries": [{"at": "9:00"}], "snake_case": True}

    assert PolishedSection.model_validate(section(block)).to_wire()["blocks"] == [block]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "paragraph", "content": ""},
        {"type": "callout", "content": "Mind this.", "style": "pink"},
        {"type": "table", "headers": ["One", "Two"], "rows": [["Only one"]]},
        {"type": "table", "headers": [], "rows": []},
        {"type": "accordion", "content": "No title"},
        {"type": "numbered-item", "title": "First", "number": 0, "content": "Call."},
        {"type": "stat-card", "title": "fee rise", "content": ""},
        {"type": "embed", "url": "javascript:alert(1)", "provider": "loom"},
        {"type": "embed", "url": "https://example.com", "provider": "example"},
        {"type": "resource-card", "items": [{"title": "Sheet", "url": "sheet"}]},
        {"type": ""},
        {"type": None},
        {"content": "no type"},
        "text",
        None,
    ],
)
def test_a_faulty_block_is_refused_at_its_place(block: JsonObject) -> None:
    found = problems(PolishedSection, section({"type": "divider"}, block))

    assert found
    assert all(path.startswith("blocks.1") for path in found)


def test_a_section_has_blocks() -> None:
    assert list(problems(PolishedSection, section())) == ["blocks"]


@pytest.mark.parametrize("id", ["", "The Calls", "the_calls", "-calls", "calls-", "a--b", "é", "calls\n"])
def test_a_section_id_is_a_slug(id: str) -> None:
    assert list(problems(PolishedSection, section({"type": "divider"}) | {"id": id})) == ["id"]


def test_section_ids_are_unique() -> None:
    sections = [*polished_content()["sections"], *polished_content()["sections"]]

    assert "must differ" in problems(PolishedContent, page(sections=sections))["sections"]


def test_a_page_has_a_section_a_summary_and_its_length() -> None:
    hollow = page(sections=[], heroSummary=" ", metadata={"readingTimeMinutes": 0, "wordCount": 0})

    assert set(problems(PolishedContent, hollow)) == {
        "sections",
        "heroSummary",
        "metadata.readingTimeMinutes",
        "metadata.wordCount",
    }


def test_a_page_is_of_version_1() -> None:
    assert list(problems(PolishedContent, page(version=2))) == ["version"]


def test_a_result_survives_the_wire_unchanged() -> None:
    body = {"polishedContent": polished_content(), "polishedAt": "2026-02-04T10:00:00.000Z"}

    assert PolishResult.model_validate(body).to_wire() == body


def test_a_result_says_when_it_was_made() -> None:
    assert list(problems(PolishResult, {"polishedContent": polished_content()})) == ["polishedAt"]


def test_words_are_counted_in_summary_introductions_blocks_and_takeaways() -> None:
    content = PolishedContent.model_validate(
        page(
            heroSummary="one two",
            sections=[
                section(
                    {"type": "paragraph", "content": "three four five"},
                    {"type": "timeline", "content": "six", "entries": ["not counted"]},
                    {"type": "accordion", "title": "not counted", "content": "seven"},
                )
                | {"introduction": "eight nine", "keyTakeaway": "ten"}
            ],
        )
    )

    assert page_metadata(content.hero_summary, content.sections).word_count == 10


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (299, 1), (300, 2), (499, 2), (500, 3), (2000, 10)])
def test_reading_takes_a_minute_for_200_words_and_never_none(words: int, minutes: int) -> None:
    assert page_metadata("word " * words, []).reading_time_minutes == minutes

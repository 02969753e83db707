"""Code that reads foreign text by hand does at most twice the work for twice the text, and is correct."""

import json
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from lodestone.jobs.content import ExtractedContent
from lodestone.jobs.posts import PostsInput
from lodestone.jobs.slugs import slug_of, unique_slugs
from lodestone.llm.grounding import web_addresses
from lodestone.llm.items import MOST_ITEMS, ItemScanner
from lodestone.llm.loose_json import JsonValue, parse
from lodestone.llm.loose_values import figure_of, objects_of, text_of
from lodestone.llm.prompt import PromptFile
from lodestone.wire import MAX_ENTRIES, MAX_TEXT
from lodestone_content.emails.draft import email_of
from lodestone_content.posts.draft import closing_of
from lodestone_extraction.extraction.configs import config_of
from lodestone_polish.polish.blocks import MOST_DRAFTS, blocks_of
from lodestone_polish.polish.plan import plan_of

MOST_GROWTH = 2.2
PUMPS = [
    "[",
    "{",
    "}",
    '"',
    "\\",
    "{}",
    '{"',
    '"\\',
    ",",
    ", ",
    "[{",
    '{"a":',
    "é",
    "<",
    "< ",
    "1",
    ")",
    "(",
    "a ",
]


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of Python the work executes; the C code that one line calls is not counted."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event in ("line", "call")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


def scan(text: str) -> list[Any]:
    return ItemScanner("ideas").feed(text)


def scan_by_pieces(text: str) -> list[Any]:
    scanner = ItemScanner("ideas")
    return [item for piece in text for item in scanner.feed(piece)]


def parsed(text: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        return None


READERS: list[Callable[[str], object]] = [
    scan,
    scan_by_pieces,
    parsed,
    web_addresses,
    figure_of,
    slug_of,
    lambda text: unique_slugs([text] * 9),
    lambda text: scan(f'{{"ideas": [{text}'),
    lambda text: text_of(parsed(f"[{text}0]")),
    lambda text: web_addresses(f"https://a.example/{text}"),
]


@pytest.mark.parametrize("read", READERS)
def test_work_grows_no_faster_than_the_text(read: Callable[[str], object]) -> None:
    for pump in PUMPS:
        once, twice = (lines_of(partial(read, pump * count)) for count in (200, 400))

        assert twice <= MOST_GROWTH * once + 50, pump


# Texts as long as a caller or a model may send, on which quadratic work would take minutes.


def test_data_that_begins_like_a_tag_and_never_ends_is_handed_on() -> None:
    text = "<" + " " * (MAX_TEXT - 1)
    work = PostsInput(lead_magnet_title=text, contents=text, problem_solved="p", proof="< /PROOF >")

    rendered = PromptFile("lodestone_content.posts", "user.v1.md.j2").render(
        work=work, missing=["a"], written=[], closing_is_missing=True, problems=[]
    )

    assert text in rendered
    assert "&lt; /PROOF >" in rendered


@pytest.mark.parametrize("char", ["[", "{", "[link", "[first", "[ "])
def test_brackets_without_end_are_a_text_like_any_other(char: str) -> None:
    text = "{first_name} [LINK] " + char * 20_000 + "x"
    message = "Hi [First Name], {{link}} " + text[:10_000]

    with pytest.raises(ValueError, match="at most"):
        email_of({"day": 0, "subject": "s", "body": text * 2, "replyTrigger": "r"}, 0, [])
    assert closing_of({"dmTemplate": message, "recommendation": "r"}).dm_template.startswith(
        "Hi {first_name}, [LINK] {first_name} [LINK] "
    )


def test_quotes_without_end_are_no_json() -> None:
    assert parsed('{"' + '\\"' * 200_000 + "}") is None


def test_an_address_ends_before_the_brackets_around_it() -> None:
    assert web_addresses("(see https://a.example/b_(c)" + ")." * 100_000) == ["https://a.example/b_(c)"]


def test_a_figure_of_more_digits_than_python_reads_is_none() -> None:
    digits = "9" * 5_000

    assert figure_of(digits) == digits
    assert figure_of("$1,200") == 1_200


def test_a_name_of_accents_alone_has_a_slug() -> None:
    accents = "\u0301\u0316" * (MAX_TEXT // 2)

    assert unique_slugs([f"Plan {accents}", f"Plan{accents}", accents]) == ["plan", "plan-2", "section-3"]


def test_a_page_of_sections_of_one_name_has_a_plan() -> None:
    content = ExtractedContent.model_validate(
        {
            "title": "t",
            "structure": [
                {"sectionName": "é" * 5_000, "contents": [{"headline": "h", "summary": "s", "detail": "d"}]}
            ]
            * MAX_ENTRIES,
        }
    )

    assert len({planned.id for planned in plan_of(content)}) == MAX_ENTRIES


def test_of_lists_without_end_no_more_is_looked_at_than_could_be_used() -> None:
    many: list[Any] = [{"type": "numbered-item", "title": "t", "content": "c"}] * 50_000
    table: JsonValue = {"type": "table", "content": "c", "headers": [*"h" * 50_000], "rows": [[]] * 50_000}

    assert len(blocks_of(many, {})) == MOST_DRAFTS
    assert blocks_of([table], {})[0].type == "paragraph", "a block that is not a valid table is shown as text"
    assert len(objects_of(many)) == MOST_ITEMS
    assert len(scan(json.dumps({"ideas": many}))) == MOST_ITEMS
    with pytest.raises(ValueError, match="at most"):
        config_of("single-calculator", {"inputs": many, "formula": "a"})  # type: ignore[arg-type]

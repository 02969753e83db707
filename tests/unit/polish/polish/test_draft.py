"""A model's loose section becomes a strict one, with blocks of the right kinds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.addresses import Provider
from lodestone.jobs.polish import PolishedSection
from lodestone_polish.polish.blocks import BlockKind, blocks_of
from lodestone_polish.polish.draft import section_of
from lodestone_polish.polish.plan import PlannedSection
from pydantic import ValidationError

LOOM = "https://www.loom.com/share/1"
EMBEDS = {LOOM: Provider.LOOM}
PLANNED = PlannedSection("the-calls", "The calls", "Two calls, forty minutes.")
FULL: dict[str, Any] = {
    "content": "Ask first.",
    "title": "Price the delay",
    "number": 7,
    "detail": "25 minutes",
    "category": "Calls",
    "style": "success",
    "language": "python",
    "headers": ["Option", "Price"],
    "rows": [["Full", "9"]],
    "url": LOOM,
}


def blocks(*drafts: Any) -> list[dict[str, Any]]:
    return [block.to_wire() for block in blocks_of(drafts, EMBEDS)]


@pytest.mark.parametrize("kind", BlockKind)
def test_every_block_that_is_asked_for_comes_out_as_one(kind: BlockKind) -> None:
    (block,) = blocks({**FULL, "type": kind.value})

    assert block["type"] == kind
    for name in block.keys() & FULL.keys() - {"number", "content"}:
        assert block[name] == FULL[name]


@pytest.mark.parametrize("kind", ["Numbered Item", "numbered_item", " NUMBERED-ITEM "])
def test_a_type_is_known_in_any_spelling(kind: str) -> None:
    assert blocks({**FULL, "type": kind})[0]["type"] == "numbered-item"


def test_numbered_items_are_counted_anew_in_each_section() -> None:
    item = {**FULL, "type": "numbered-item"}

    found = blocks(item, {"type": "paragraph", "content": "x"}, item, {**item, "number": "nine"})

    assert [block.get("number") for block in found] == [1, None, 2, 3]


@pytest.mark.parametrize(
    "draft",
    [
        {"type": "stat-card", "content": "22%", "title": None},
        {"type": "table", "content": "22%", "headers": None, "rows": [["a"]]},
        {"type": "embed", "content": "22%", "url": "https://www.loom.com/share/made-up"},
        {"type": "heading", "content": "22%"},
        {"type": None, "content": "22%"},
        "22%",
    ],
)
def test_a_block_that_is_not_what_it_says_becomes_a_paragraph(draft: Any) -> None:
    assert blocks(draft) == [{"type": "paragraph", "content": "22%"}]


def test_a_paragraph_that_stands_in_keeps_all_texts() -> None:
    draft = {"type": "numbered-item", "title": "Price it", "content": "", "detail": ["Ask.", "Wait."]}

    assert blocks(draft) == [{"type": "paragraph", "content": "Price it: Ask.\nWait."}]


@pytest.mark.parametrize(
    "draft",
    [
        None,
        {},
        {"type": "paragraph", "content": None},
        {"type": "image", "src": "/i.png", "content": "A picture"},
        {"type": "resource-card", "items": [], "content": "Cards"},
        {"type": "embed", "url": "https://www.loom.com/share/made-up", "content": ""},
    ],
)
def test_what_says_nothing_and_pictures_are_left_out(draft: Any) -> None:
    assert blocks(draft) == []


@pytest.mark.parametrize("content", [["one", "two"], "one\ntwo", "• one\n\n- two", "- one\n- two"])
def test_a_list_has_a_dash_before_each_line(content: Any) -> None:
    assert blocks({"type": "list", "content": content})[0]["content"] == "- one\n- two"


def test_short_rows_are_filled_up() -> None:
    (table,) = blocks({**FULL, "type": "table", "rows": [["Full", 9], ["Basic"], None]})

    assert table["rows"] == [["Full", "9"], ["Basic", ""]]


def test_a_style_that_is_none_is_plain() -> None:
    assert blocks({"type": "callout", "content": "x", "style": "loud"})[0]["style"] == "info"


def section(planned: PlannedSection = PLANNED, **changes: Any) -> PolishedSection:
    return section_of({"blocks": [{"type": "quote", "content": "x"}], **changes}, planned, EMBEDS)


def test_the_id_is_ours_and_a_missing_name_is_the_contents() -> None:
    found = section(id="something-else", introduction=None)

    assert (found.id, found.section_name, found.introduction, found.key_takeaway) == (
        "the-calls",
        "The calls",
        "",
        "",
    )


def test_an_address_of_the_section_that_nobody_embedded_is_embedded_at_its_end() -> None:
    planned = PlannedSection("the-calls", "The calls", f"Watch {LOOM} first.")

    forgotten = section(planned)
    embedded = section(planned, blocks=[{"type": "embed", "url": LOOM, "content": "The call"}])

    assert [block.type for block in forgotten.blocks] == ["quote", "embed"]
    assert [block.to_wire()["content"] for block in embedded.blocks] == ["The call"]


@pytest.mark.parametrize("nothing", [None, [], [None], "", [{"type": "image"}]])
def test_a_section_without_a_block_is_refused(nothing: Any) -> None:
    with pytest.raises(ValidationError, match="blocks"):
        section(PlannedSection("the-calls", "The calls", f"Watch {LOOM}"), blocks=nothing)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    kind=st.sampled_from([*BlockKind, "image", "other"]),
    changes=st.dictionaries(st.sampled_from(list(FULL)), JSON),
)
def test_whatever_a_model_writes_is_a_valid_section_or_refused(kind: str, changes: dict[str, Any]) -> None:
    try:
        found = section(blocks=[{**FULL, "type": kind, **changes}])
    except ValidationError:
        return
    assert PolishedSection.model_validate(found.to_wire()) == found
    assert {block.type for block in found.blocks} <= set(BlockKind)

"""The content alone decides which sections a page has, so that each attempt has the same plan."""

from typing import Any

from lodestone.jobs.content import ExtractedContent
from lodestone_polish.polish.plan import Origin, plan_of
from support.samples import extracted_content

BARE = dict.fromkeys(("nonObviousInsight", "personalExperience", "proof", "differentiation"), " ")


def content(**changes: Any) -> ExtractedContent:
    return ExtractedContent.model_validate(extracted_content() | changes)


def test_each_section_the_mistakes_and_the_grounds_have_a_place() -> None:
    plan = plan_of(content())

    assert [(planned.id, planned.origin) for planned in plan] == [
        ("the-calls", Origin.SECTION),
        ("common-mistakes", Origin.MISTAKES),
        ("why-it-works", Origin.GROUNDS),
    ]
    source = "\n".join(planned.source for planned in plan)
    texts = (
        "Two calls",
        "Price the delay",
        "Write it down.",
        "differ only by hours",
        "24%",
        "shows the page",
    )
    assert [text for text in texts if text not in source] == []


def test_what_the_owner_emptied_has_no_section() -> None:
    plan = plan_of(content(commonMistakes=["", "  "], **BARE))

    assert [planned.id for planned in plan] == ["the-calls"]


def test_anchors_differ_also_where_names_do_not() -> None:
    section = extracted_content()["structure"][0]
    names = ["The calls", "The calls", "Common mistakes", "第一步"]

    plan = plan_of(content(structure=[{**section, "sectionName": name} for name in names]))

    ids = [planned.id for planned in plan]
    assert ids[:4] == ["the-calls", "the-calls-2", "common-mistakes", "section-4"]
    assert len(set(ids)) == len(ids) == 6


def test_the_plan_is_the_same_each_time() -> None:
    assert plan_of(content()) == plan_of(content())

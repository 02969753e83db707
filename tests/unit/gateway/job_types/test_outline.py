"""What posts and emails are told of a lead magnet's content."""

from typing import Any

import pytest
from lodestone.errors import InvalidRequest
from lodestone.jobs.lead_magnet import Archetype
from lodestone_gateway.job_types.outline import format_and_contents, refuse_without
from lodestone_gateway.lead_magnets.new import custom_concept
from support.samples import assessment, calculator, extracted_content, gpt
from support.stored import row


def concept(**texts: str) -> dict[str, Any]:
    given = {"title": "T", "pain_solved": "Lost tenders", "delivery_format": "Sheet"} | texts
    return custom_concept(Archetype.SINGLE_BREAKDOWN, **given).to_wire()


def content(**parts: Any) -> dict[str, Any]:
    return extracted_content() | parts


def section(name: str, *headlines: str) -> dict[str, Any]:
    [whole] = extracted_content()["structure"]
    return {
        **whole,
        "sectionName": name,
        "contents": [{**whole["contents"][0], "headline": headline} for headline in headlines],
    }


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, ("", "")),
        ({"concept": concept()}, ("Sheet", "Lost tenders")),
        ({"concept": concept(contents="Two pages")}, ("Sheet", "Two pages")),
        ({"extracted_content": content()}, ("Doc", "The calls: Price the delay")),
        (
            {"concept": concept(), "extracted_content": content(format="")},
            ("Sheet", "The calls: Price the delay"),
        ),
        ({"concept": concept(), "interactive_config": {"headline": "H"}}, ("Sheet", "H")),
    ],
    ids=["nothing", "an idea", "its contents", "content", "content without a format", "a tool"],
)
def test_it_is_of_the_content_or_else_of_the_idea(columns: dict[str, Any], told: tuple[str, str]) -> None:
    assert format_and_contents(row(**columns)) == told


def test_an_outline_has_a_line_for_each_section() -> None:
    sections = [section("Größe", "A", "B"), section("Second", "C")]

    _, outline = format_and_contents(row(extracted_content=content(structure=sections)))

    assert outline == "Größe: A; B\nSecond: C"


@pytest.mark.parametrize(
    "config", [calculator(), assessment(), gpt()], ids=["calculator", "assessment", "chat"]
)
def test_each_tool_has_an_introduction(config: dict[str, Any]) -> None:
    _, told = format_and_contents(row(interactive_config=config))

    assert told == "\n".join(config[key] for key in ("headline", "name", "description") if config.get(key))
    assert told


def test_what_is_missing_is_said_for_each_field_at_once() -> None:
    refuse_without([])
    with pytest.raises(InvalidRequest) as refused:
        refuse_without(["concept", "extractedContent"])

    assert [(each["field"], each["message"].split(";")[1]) for each in refused.value.members["errors"]] == [
        ("concept", " choose one first."),
        ("extractedContent", " run an extraction first."),
    ]

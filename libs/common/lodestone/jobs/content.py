"""What a lead magnet holds before it is polished: the chosen concept and the content.

Extraction writes content, owners edit it, polish reads it. The shape is the same for all; what extraction
writes must be complete, what an owner keeps may have gaps. Older shapes of kept content are converted here.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from lodestone.jobs.lead_magnet import ViralCheck
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, TextList, WireModel


def _none_is_empty(value: Any) -> Any:
    return "" if value is None else value


def _one_is_a_list(value: Any) -> Any:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _missing_marks_are_false(value: Any) -> Any:
    if value is not None and not isinstance(value, dict):
        return value
    given = {name: mark for name, mark in (value or {}).items() if mark is not None}
    return _ALL_FALSE | given


def _item_of_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    first_sentence = re.split(r"(?<=[.!?])\s", value.strip(), maxsplit=1)[0]
    return {"headline": first_sentence, "summary": value, "detail": ""}


def _text_of_mistake(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    texts = [text for text in value.values() if isinstance(text, str) and text.strip()]
    return ": ".join(texts[:2]) or value


_ALL_FALSE = {field.alias: False for field in ViralCheck.model_fields.values()}

OptionalText = Annotated[Text, BeforeValidator(_none_is_empty)]


class ChosenConcept(WireModel):
    """The concept that the owner works on: ours or their own, so only title and pain are certain."""

    title: RequiredText = Field(description="What the lead magnet is called.")
    pain_solved: RequiredText = Field(description="The pain that it solves for a reader.")
    archetype: OptionalText = Field(
        default="", description="One of the ten kinds; empty for an owner's own idea without one."
    )
    archetype_name: OptionalText = Field(default="", description="The archetype's name for readers.")
    why_now_hook: OptionalText = Field(default="", description="Why a reader wants it today.")
    contents: OptionalText = Field(default="", description="What is in it, piece by piece.")
    delivery_format: OptionalText = Field(
        default="", description="How a reader gets it, such as a PDF or a spreadsheet."
    )
    viral_check: Annotated[ViralCheck, BeforeValidator(_missing_marks_are_false)] = Field(
        default_factory=lambda: ViralCheck.model_validate(_ALL_FALSE),
        description="Five marks; a missing one is false.",
    )
    creation_time_estimate: OptionalText = Field(
        default="", description="How long the owner needs to make it, in words."
    )
    bundle_potential: Annotated[TextList, BeforeValidator(_one_is_a_list)] = Field(
        default=[], description="What it goes well with."
    )
    grounded_in: OptionalText = Field(
        default="", description="The fact of the business context that it rests on."
    )


class ContentItem(WireModel):
    """One thing said in a section; kept content may have no detail."""

    headline: RequiredText = Field(description="The point in a few words.")
    summary: RequiredText = Field(description="The point in a sentence or two.")
    detail: Text = Field(default="", description="How to act on it; empty in older content.")


class ContentSection(WireModel):
    """A section of the content."""

    section_name: RequiredText = Field(description="Its heading.")
    introduction: Text = Field(default="", description="What the section is about, before its points.")
    contents: Annotated[
        Sequence[Annotated[ContentItem, BeforeValidator(_item_of_text)]],
        Field(min_length=1, max_length=MAX_ENTRIES),
    ] = Field(description="Its points in order; a plain text becomes a point of its own.")
    key_takeaway: Text = Field(default="", description="What to remember of it.")


class ExtractedContent(WireModel):
    """The content as a lead magnet keeps it: the owner may have emptied parts of it."""

    title: RequiredText = Field(
        description="The title of the content; that of the concept until the owner edits it."
    )
    format: Text = Field(default="", description="How it is delivered, such as a guide or a checklist.")
    structure: Annotated[Sequence[ContentSection], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="Its sections in order."
    )
    non_obvious_insight: Text = Field(default="", description="What readers would not have guessed.")
    personal_experience: Text = Field(
        default="", description="What the owner went through, in the first person."
    )
    proof: Text = Field(default="", description="Numbers and results that show that it works.")
    common_mistakes: Annotated[
        list[Annotated[Text, BeforeValidator(_text_of_mistake)]], Field(max_length=MAX_ENTRIES)
    ] = Field(default=[], description="What readers get wrong, one mistake in each entry.")
    differentiation: Text = Field(default="", description="How the owner's way differs from the usual one.")


class WrittenItem(ContentItem):
    """One thing said in a section, as extraction writes it: nothing left out."""

    detail: RequiredText = Field(description="How to act on it.")


class WrittenSection(ContentSection):
    """A section as extraction writes it."""

    contents: Annotated[Sequence[WrittenItem], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="Its points in order."
    )


class WrittenContent(ExtractedContent):
    """The content as extraction writes it: every text says something."""

    format: RequiredText = Field(description="How it is delivered, such as a guide or a checklist.")
    structure: Annotated[Sequence[WrittenSection], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="Its sections in the order of the outline."
    )
    non_obvious_insight: RequiredText = Field(description="What readers would not have guessed.")
    personal_experience: RequiredText = Field(description="What the owner went through, in the first person.")
    proof: RequiredText = Field(description="Numbers and results that show that it works.")
    differentiation: RequiredText = Field(description="How the owner's way differs from the usual one.")

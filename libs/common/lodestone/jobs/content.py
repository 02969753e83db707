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

    title: RequiredText
    pain_solved: RequiredText
    archetype: OptionalText = ""
    archetype_name: OptionalText = ""
    why_now_hook: OptionalText = ""
    contents: OptionalText = ""
    delivery_format: OptionalText = ""
    viral_check: Annotated[ViralCheck, BeforeValidator(_missing_marks_are_false)] = Field(
        default_factory=lambda: ViralCheck.model_validate(_ALL_FALSE)
    )
    creation_time_estimate: OptionalText = ""
    bundle_potential: Annotated[TextList, BeforeValidator(_one_is_a_list)] = []
    grounded_in: OptionalText = ""


class ContentItem(WireModel):
    """One thing said in a section; kept content may have no detail."""

    headline: RequiredText
    summary: RequiredText
    detail: Text = ""


class ContentSection(WireModel):
    """A section of the content."""

    section_name: RequiredText
    introduction: Text = ""
    contents: Annotated[
        Sequence[Annotated[ContentItem, BeforeValidator(_item_of_text)]],
        Field(min_length=1, max_length=MAX_ENTRIES),
    ]
    key_takeaway: Text = ""


class ExtractedContent(WireModel):
    """The content as a lead magnet keeps it: the owner may have emptied parts of it."""

    title: RequiredText
    format: Text = ""
    structure: Annotated[Sequence[ContentSection], Field(min_length=1, max_length=MAX_ENTRIES)]
    non_obvious_insight: Text = ""
    personal_experience: Text = ""
    proof: Text = ""
    common_mistakes: Annotated[
        list[Annotated[Text, BeforeValidator(_text_of_mistake)]], Field(max_length=MAX_ENTRIES)
    ] = []
    differentiation: Text = ""


class WrittenItem(ContentItem):
    """One thing said in a section, as extraction writes it: nothing left out."""

    detail: RequiredText


class WrittenSection(ContentSection):
    """A section as extraction writes it."""

    contents: Annotated[Sequence[WrittenItem], Field(min_length=1, max_length=MAX_ENTRIES)]


class WrittenContent(ExtractedContent):
    """The content as extraction writes it: every text says something."""

    format: RequiredText
    structure: Annotated[Sequence[WrittenSection], Field(min_length=1, max_length=MAX_ENTRIES)]
    non_obvious_insight: RequiredText
    personal_experience: RequiredText
    proof: RequiredText
    differentiation: RequiredText

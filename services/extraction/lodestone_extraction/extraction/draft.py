"""Turns what a model writes into strict content: the shapes it is asked for, and the slips we tolerate.

Tolerant only here: texts for objects, objects for texts, null for lists, a missing introduction or takeaway.
A section without text is not tolerated; it is asked for again.
"""

import re

from lodestone.jobs.content import WrittenSection
from lodestone.jobs.extraction import PlannedSection
from lodestone.jobs.slugs import unique_slugs
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import object_of, objects_of, text_of, texts_of
from lodestone.wire import MAX_ENTRIES, RequiredText, TextList, WireModel

MIN_SECTIONS, MAX_SECTIONS = 3, 9  # four to seven are asked for
MAX_MISTAKES = 8

_CLOSING_TEXTS = ("format", "nonObviousInsight", "personalExperience", "proof", "differentiation")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


class PlannedSectionDraft(WireModel):
    """A line of the outline as the model is asked for it."""

    section_name: str
    covers: str


class OutlineDraft(WireModel):
    """The reply that plans the content."""

    sections: list[PlannedSectionDraft]


class ItemDraft(WireModel):
    """One thing said in a section."""

    headline: str
    summary: str
    detail: str


class SectionDraft(WireModel):
    """A section as the model is asked for it."""

    id: str
    section_name: str
    introduction: str
    contents: list[ItemDraft]
    key_takeaway: str


class SectionsDraft(WireModel):
    """The reply when only sections are missing."""

    structure: list[SectionDraft]


class Closing(WireModel):
    """What belongs beside the sections, strict; also the reply when nothing else is missing."""

    format: RequiredText
    non_obvious_insight: RequiredText
    personal_experience: RequiredText
    proof: RequiredText
    common_mistakes: TextList
    differentiation: RequiredText


class ContentDraft(Closing, SectionsDraft):
    """The whole reply: the sections first."""


def outline_of(data: JsonValue) -> list[PlannedSection]:
    """The outline in a reply. Raises ValueError when it has too few or too many sections."""
    drafts = [draft for draft in objects_of(object_of(data).get("sections")) if _name(draft)]
    if not MIN_SECTIONS <= len(drafts) <= MAX_SECTIONS:
        raise ValueError(f"the outline must have four to seven named sections, not {len(drafts)}")
    slugs = unique_slugs(map(_name, drafts))
    return [
        PlannedSection(id=slug, section_name=_name(draft), covers=text_of(draft.get("covers")))
        for slug, draft in zip(slugs, drafts, strict=True)
    ]


def section_of(draft: dict[str, JsonValue], section_name: str) -> WrittenSection:
    """The strict section. Raises pydantic's ValidationError when a text is missing."""
    contents = draft.get("contents")
    entries = contents[: MAX_ENTRIES + 1] if isinstance(contents, list) else [contents]
    return WrittenSection.model_validate(
        {
            "sectionName": section_name,
            "introduction": text_of(draft.get("introduction")),
            "contents": [_item(entry) for entry in entries if text_of(entry)],
            "keyTakeaway": text_of(draft.get("keyTakeaway")),
        }
    )


def closing_of(data: JsonValue) -> Closing:
    """The strict rest. Raises pydantic's ValidationError when a text is missing."""
    given = object_of(data)
    texts = {name: text_of(given.get(name)) for name in _CLOSING_TEXTS}
    mistakes = texts_of(given.get("commonMistakes"))[:MAX_MISTAKES]
    return Closing.model_validate(texts | {"commonMistakes": mistakes})


def _name(draft: dict[str, JsonValue]) -> str:
    return text_of(draft.get("sectionName"))


def _item(entry: JsonValue) -> dict[str, str]:
    if not isinstance(entry, dict):
        first, *_ = _SENTENCE_END.split(text_of(entry), maxsplit=1)
        return {"headline": first, "summary": first, "detail": text_of(entry)}
    return {name: text_of(entry.get(name)) for name in ("headline", "summary", "detail")}

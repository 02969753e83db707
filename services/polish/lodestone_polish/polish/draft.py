"""Turns what a model writes into a strict page: the shapes it is asked for, and the slips we tolerate.

Tolerant only here and in `blocks.py`: a missing introduction, takeaway or name. A section without a block is
not tolerated; it is asked for again. Every address in the content that can be embedded is embedded.
"""

from collections.abc import Mapping

from lodestone.jobs.addresses import Provider
from lodestone.jobs.blocks import Block, Embed
from lodestone.jobs.polish import PolishedSection
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import text_of
from lodestone.wire import MAX_ENTRIES, RequiredText, WireModel

from lodestone_polish.polish.blocks import BlockDraft, blocks_of
from lodestone_polish.polish.embeds import embeds_in
from lodestone_polish.polish.plan import PlannedSection


class SectionDraft(WireModel):
    """A section as the model is asked for it."""

    id: str
    section_name: str
    introduction: str
    blocks: list[BlockDraft]
    key_takeaway: str


class SectionsDraft(WireModel):
    """The reply when nothing but sections is missing."""

    sections: list[SectionDraft]


class Hero(WireModel):
    """What stands above the sections, strict; also the reply when nothing else is missing."""

    hero_summary: RequiredText


class PageDraft(Hero, SectionsDraft):
    """The whole reply: the sections first."""


def section_of(
    draft: dict[str, JsonValue], planned: PlannedSection, embeds: Mapping[str, Provider]
) -> PolishedSection:
    """The strict section; `embeds` are those of the whole content. Raises pydantic's ValidationError."""
    drafts = draft.get("blocks")
    blocks = blocks_of(drafts if isinstance(drafts, list) else [drafts], embeds)
    missing = _not_shown(planned, blocks) if blocks else []
    return PolishedSection(
        id=planned.id,
        section_name=text_of(draft.get("sectionName")) or planned.name,
        introduction=text_of(draft.get("introduction")),
        blocks=[*blocks[: MAX_ENTRIES - len(missing)], *missing],
        key_takeaway=text_of(draft.get("keyTakeaway")),
    )


def _not_shown(planned: PlannedSection, blocks: list[Block]) -> list[Embed]:
    shown = {block.url for block in blocks if isinstance(block, Embed)}
    own = list(embeds_in(planned.source).items())[:MAX_ENTRIES]
    return [Embed(type="embed", url=url, provider=provider) for url, provider in own if url not in shown]

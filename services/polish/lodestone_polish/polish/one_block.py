"""One block of a section made again: a question of its own, since the page's asks for whole sections."""

import json
from collections.abc import Mapping
from functools import partial

from lodestone.events import RequestedPart
from lodestone.jobs.addresses import Provider
from lodestone.jobs.blocks import Block, NumberedItem
from lodestone.jobs.polish import PAGE_PARTS, PolishedSection, PolishWork
from lodestone.llm.client import Ask, Llm
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import object_of
from lodestone.llm.prompt import PromptFile
from lodestone.llm.structured import ask_for
from lodestone.llm.voice import voiced
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.again import ask_again
from lodestone.worker.handler import JobContext

from lodestone_polish.polish.blocks import BlockDraft, blocks_of
from lodestone_polish.polish.embeds import embeds_in
from lodestone_polish.polish.plan import plan_of

BLOCK_USER = PromptFile(__package__ or "", "block_user.v1.md.j2")
MAX_TOKENS = 1_500


class BlocksDraft(WireModel):
    """The reply: a list with the one block."""

    blocks: list[BlockDraft]


async def make_block(
    system: PromptFile, work: PolishWork, part: RequestedPart, context: JobContext, llm: Llm
) -> Block:
    """The block; published as its section with the new block in it, under the section's key."""
    key = PAGE_PARTS.outer(part.key)
    context.expect(1)
    if key in context.finished_items:
        return _block_in(context.finished_items[key], part)
    await context.progress("Writing one block again")
    section = PAGE_PARTS.find(part.present, key) or {}
    ask = Ask(context.model, MAX_TOKENS, system.text(), render_block(work, part, section), BlocksDraft)
    read = partial(block_of, embeds_in(json.dumps(section, ensure_ascii=False)))
    block = await ask_for(llm, context, ask, read, repair_max_tokens=MAX_TOKENS)
    if isinstance(block, NumberedItem):
        block = block.model_copy(update={"number": part.text.get("number", block.number)})
    made = PAGE_PARTS.find(PAGE_PARTS.put(part.present, part.key, block.to_wire()), key) or {}
    context.item(key, 0, made, "1 of 1 blocks written")
    return block


def render_block(work: PolishWork, part: RequestedPart, section: JsonObject) -> str:
    """The prompt that asks for one block again, beside the others of its section."""
    key, blocks = PAGE_PARTS.outer(part.key), section.get("blocks", [])
    text = json.dumps(part.text, ensure_ascii=False, indent=1)
    others = [json.dumps(block, ensure_ascii=False) for block in blocks if block != part.text]
    asked = BLOCK_USER.render(
        title=work.title,
        name=section.get("sectionName", ""),
        source=next((each.source for each in plan_of(work.extracted_content) if each.id == key), ""),
        others=others,
        type=part.text.get("type", ""),
    )
    return ask_again(voiced(asked, work.voice), part, "block", text)


def block_of(embeds: Mapping[str, Provider], reply: JsonValue) -> Block:
    """The first block of the reply that says something. Raises ValueError when there is none."""
    drafts = object_of(reply).get("blocks")
    blocks = blocks_of(drafts if isinstance(drafts, list) else [drafts], embeds)
    if not blocks:
        raise ValueError("blocks: must have one block that says something")
    return blocks[0]


def _block_in(item: JsonObject, part: RequestedPart) -> Block:
    place = int(part.key.rpartition("/")[2]) - 1
    return PolishedSection.model_validate(item).blocks[place]

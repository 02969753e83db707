"""Polish: the content as it was at the request becomes a page, in one streamed call."""

import json
from collections.abc import Sequence
from functools import partial

from lodestone.clock import now
from lodestone.events import RequestedPart
from lodestone.jobs.blocks import Block
from lodestone.jobs.polish import (
    PAGE_PARTS,
    PolishedContent,
    PolishedSection,
    PolishResult,
    PolishWork,
    page_metadata,
)
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.again import AGAIN, ask_again
from lodestone.worker.handler import JobContext

from lodestone_polish.polish.one_block import BLOCK_USER, make_block
from lodestone_polish.polish.page import Page
from lodestone_polish.polish.plan import Origin, PlannedSection, plan_of

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("polish", (SYSTEM, USER, BLOCK_USER, VOICE, AGAIN))

LIMITS = (16_000, 16_000)  # a repair writes only what is missing
PART_LIMITS = (5_000, 5_000)


async def run(work: PolishWork, context: JobContext, llm: Llm) -> PolishResult:
    """The page; sections of earlier attempts are not asked for again."""
    page = Page(context, plan_of(work.extracted_content))
    await context.progress(f"Polishing {len(page.plan)} sections", [planned.name for planned in page.plan])
    await page.collect(llm, SYSTEM.text(), partial(render, work, page), limits=LIMITS)
    polished_at = now()
    hero_summary, sections = page.hero.value or "", page.items
    content = PolishedContent(
        polished_at=polished_at,
        title=work.title,
        hero_summary=hero_summary,
        sections=sections,
        metadata=page_metadata(hero_summary, sections),
    )
    return PolishResult(polished_content=content, polished_at=polished_at)


async def make_part(
    work: PolishWork, part: RequestedPart, context: JobContext, llm: Llm
) -> PolishedSection | Block:
    """One section again, under the id that it has, whatever became of the content; or one block."""
    if PAGE_PARTS.outer(part.key) != part.key:
        return await make_block(SYSTEM, work, part, context, llm)
    plan = plan_of(work.extracted_content)
    text = json.dumps(part.text, ensure_ascii=False, indent=1)
    unplanned = PlannedSection(part.key, str(part.text["sectionName"]), text)
    page = Page(context, [next((each for each in plan if each.id == part.key), unplanned)])
    present = PolishResult.model_validate(part.present).polished_content
    page.hero.value = present.hero_summary
    await context.progress("Polishing one section again")
    others = [section for section in present.sections if section.id != part.key]

    def question(problems: list[str]) -> str:
        return ask_again(render(work, page, problems, others), part, "section", text)

    await page.collect(llm, SYSTEM.text(), question, limits=PART_LIMITS)
    return page.items[0]


def render(work: PolishWork, page: Page, problems: list[str], written: Sequence[PolishedSection] = ()) -> str:
    """The prompt that asks for what the page lacks; `written` is there beside what the job made."""
    content, missing = work.extracted_content, page.missing()
    asked = USER.render(
        work=work,
        content=content,
        sections=list(zip((planned.id for planned in plan_of(content)), content.structure, strict=False)),
        missing=[planned.id for planned in missing],
        mistakes=[planned.id for planned in missing if planned.origin is Origin.MISTAKES],
        grounds=[planned.id for planned in missing if planned.origin is Origin.GROUNDS],
        written=[*written, *page.items],
        embeds=list(page.embeds),
        hero_is_missing=page.hero.value is None,
        problems=problems,
    )
    return voiced(asked, work.voice)

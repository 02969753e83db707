"""Polish: the content as it was at the request becomes a page, in one streamed call."""

from functools import partial

from lodestone.clock import now
from lodestone.jobs.polish import PolishedContent, PolishResult, PolishWork, page_metadata
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.handler import JobContext

from lodestone_polish.polish.page import Page
from lodestone_polish.polish.plan import Origin, plan_of

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("polish", (SYSTEM, USER, VOICE))

LIMITS = (16_000, 16_000)  # a repair writes only what is missing


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


def render(work: PolishWork, page: Page, problems: list[str]) -> str:
    """The prompt that asks for what the page lacks."""
    content, missing = work.extracted_content, page.missing()
    asked = USER.render(
        work=work,
        content=content,
        sections=list(zip((planned.id for planned in page.plan), content.structure, strict=False)),
        missing=[planned.id for planned in missing],
        mistakes=[planned.id for planned in missing if planned.origin is Origin.MISTAKES],
        grounds=[planned.id for planned in missing if planned.origin is Origin.GROUNDS],
        written=page.items,
        embeds=list(page.embeds),
        hero_is_missing=page.hero.value is None,
        problems=problems,
    )
    return voiced(asked, work.voice)

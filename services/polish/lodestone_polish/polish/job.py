"""Polish: the content as it was at the request becomes a page, in one streamed call."""

from functools import partial

from lodestone.clock import now
from lodestone.jobs.polish import PolishedContent, PolishResult, PolishWork, page_metadata
from lodestone.llm.client import Ask, Llm
from lodestone.llm.pieces import ask_for_pieces
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.worker.handler import JobContext
from pydantic import BaseModel

from lodestone_polish.polish.draft import Hero, PageDraft, SectionsDraft
from lodestone_polish.polish.page import Page
from lodestone_polish.polish.plan import Origin, plan_of

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("polish", (SYSTEM, USER))

LIMITS = (16_000, 16_000)  # a repair writes only what is missing


async def run(work: PolishWork, context: JobContext, llm: Llm) -> PolishResult:
    """The page; sections of earlier attempts are not asked for again."""
    page = Page(context, plan_of(work.extracted_content))
    context.expect(len(page.plan))
    await context.progress(f"Polishing {len(page.plan)} sections")
    await ask_for_pieces(llm, context, page, partial(_ask, work, context, page), limits=LIMITS)
    polished_at = now()
    content = PolishedContent(
        polished_at=polished_at,
        title=work.title,
        hero_summary=page.hero_summary,
        sections=page.sections,
        metadata=page_metadata(page.hero_summary, page.sections),
    )
    return PolishResult(polished_content=content, polished_at=polished_at)


def _ask(work: PolishWork, context: JobContext, page: Page, problems: list[str], max_tokens: int) -> Ask:
    return Ask(context.model, max_tokens, SYSTEM.text(), render(work, page, problems), _shape(page))


def _shape(page: Page) -> type[BaseModel]:
    if not page.missing_sections():
        return Hero
    return SectionsDraft if page.hero_summary else PageDraft


def render(work: PolishWork, page: Page, problems: list[str]) -> str:
    """The words that ask for what the page lacks."""
    content, missing = work.extracted_content, page.missing_sections()
    return USER.render(
        work=work,
        content=content,
        sections=list(zip((planned.id for planned in page.plan), content.structure, strict=False)),
        missing=[planned.id for planned in missing],
        mistakes=[planned.id for planned in missing if planned.origin is Origin.MISTAKES],
        grounds=[planned.id for planned in missing if planned.origin is Origin.GROUNDS],
        written=page.sections,
        embeds=page.embeds,
        hero_is_missing=not page.hero_summary,
        problems=problems,
    )

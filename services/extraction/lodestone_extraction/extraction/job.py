"""Extraction: a concept and the owner's answers become content, or an interactive configuration.

Content: a small call plans the sections, then one streamed call writes them and the fields beside them.
"""

import json
from functools import partial

from lodestone.events import RequestedPart
from lodestone.jobs.content import WrittenContent, WrittenSection
from lodestone.jobs.extraction import SECTION_PARTS, ExtractionInput, ExtractionResult, PlannedSection
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for
from lodestone.llm.client import Ask, Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.structured import ask_for
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.again import AGAIN, ask_again
from lodestone.worker.handler import JobContext

from lodestone_extraction.extraction.configs import config_of
from lodestone_extraction.extraction.content import Content, kept_outline
from lodestone_extraction.extraction.draft import Closing, OutlineDraft, outline_of

_file = partial(PromptFile, __package__ or "")
MATERIAL = _file("material.v1.md.j2")
OUTLINE_SYSTEM, OUTLINE_USER = _file("outline_system.v2.md"), _file("outline_user.v1.md.j2")
CONTENT_SYSTEM, CONTENT_USER = _file("content_system.v2.md"), _file("content_user.v1.md.j2")
INTERACTIVE_SYSTEM = _file("interactive_system.v2.md")
INTERACTIVE_USER = _file("interactive_user.v1.md.j2")
ARCHETYPE_FILES = {archetype: _file(f"archetypes/{archetype.value}.v1.md") for archetype in ARCHETYPES}
PROMPT = PromptSet(
    "extraction",
    (
        MATERIAL,
        *(OUTLINE_SYSTEM, OUTLINE_USER),
        *(CONTENT_SYSTEM, CONTENT_USER),
        *(INTERACTIVE_SYSTEM, INTERACTIVE_USER),
        *ARCHETYPE_FILES.values(),
        VOICE,
        AGAIN,
    ),
)

OUTLINE_MAX_TOKENS, OUTLINE_REPAIR_MAX_TOKENS = 1_500, 2_500
CONTENT_LIMITS = (16_000, 16_000)  # a repair writes only what is missing
PART_LIMITS = (4_000, 4_000)
CONFIG_MAX_TOKENS, CONFIG_REPAIR_MAX_TOKENS = 6_000, 8_000
_PLANNING = {
    Archetype.SINGLE_CALCULATOR: "Working out the calculator from your answers",
    Archetype.ASSESSMENT: "Writing the questions and the scoring",
    Archetype.PROMPT: "Writing the assistant's instructions",
}


async def run(work: ExtractionInput, context: JobContext, llm: Llm) -> ExtractionResult:
    """The archetype's result; sections from earlier attempts are not asked for again."""
    if work.archetype in INTERACTIVE_CONFIGS:
        return await _configure(work, context, llm)
    outline = kept_outline(context) or await _plan(work, context, llm)
    content = Content(context, outline)
    plan = [planned.section_name for planned in outline]
    await context.progress(f"The plan has {len(plan)} sections. Writing them", plan)
    system = system_for(CONTENT_SYSTEM, work.archetype)
    await content.collect(llm, system, partial(render_content, work, content), limits=CONTENT_LIMITS)
    return ExtractionResult(extracted_content=content.whole(work.concept.title))


async def make_part(
    work: ExtractionInput, part: RequestedPart, context: JobContext, llm: Llm
) -> WrittenSection:
    """One section again, under the name that it has."""
    outline = [PlannedSection(id=each.key, section_name=each.name) for each in SECTION_PARTS.of(part.present)]
    whole = ExtractionResult.model_validate(part.present).extracted_content
    content = Content(context, outline, wanted=[part.key])
    content.closing.value = Closing.model_validate(part.present["extractedContent"])
    await context.progress("Writing one section again")
    system = system_for(CONTENT_SYSTEM, work.archetype)
    question = partial(render_part, work, part, content, whole)
    await content.collect(llm, system, question, limits=PART_LIMITS)
    return content.items[0].section()


async def _configure(work: ExtractionInput, context: JobContext, llm: Llm) -> ExtractionResult:
    await context.progress(_PLANNING[work.archetype])
    ask = Ask(
        model=context.model,
        max_tokens=CONFIG_MAX_TOKENS,
        system=system_for(INTERACTIVE_SYSTEM, work.archetype),
        user=render_interactive(work),
        shape=INTERACTIVE_CONFIGS[work.archetype],
    )
    read = partial(config_of, work.archetype)
    config = await ask_for(llm, context, ask, read, repair_max_tokens=CONFIG_REPAIR_MAX_TOKENS)
    return ExtractionResult(interactive_config=config)


async def _plan(work: ExtractionInput, context: JobContext, llm: Llm) -> list[PlannedSection]:
    ask = Ask(
        model=context.model,
        max_tokens=OUTLINE_MAX_TOKENS,
        system=system_for(OUTLINE_SYSTEM, work.archetype),
        user=render_outline(work),
        shape=OutlineDraft,
    )
    return await ask_for(llm, context, ask, outline_of, repair_max_tokens=OUTLINE_REPAIR_MAX_TOKENS)


def system_for(instructions: PromptFile, archetype: Archetype) -> str:
    """The instructions, with what is special about the archetype."""
    return f"{instructions.text()}\n{ARCHETYPE_FILES[archetype].text()}"


def render_outline(work: ExtractionInput) -> str:
    """The prompt that asks for the plan."""
    return f"{_material(work)}\n\n{OUTLINE_USER.render()}"


def render_content(work: ExtractionInput, content: Content, problems: list[str]) -> str:
    """The prompt that asks for what the content lacks."""
    asked = CONTENT_USER.render(
        outline=content.outline,
        written=content.items,
        missing=content.missing(),
        closing_is_missing=content.closing.value is None,
        problems=problems,
    )
    return f"{_material(work)}\n\n{asked}"


def render_part(
    work: ExtractionInput,
    part: RequestedPart,
    content: Content,
    whole: WrittenContent | None,
    problems: list[str],
) -> str:
    """The prompt that asks for one section again, beside the others."""
    sections = zip(content.outline, whole.structure if whole else (), strict=False)
    asked = CONTENT_USER.render(
        outline=content.outline,
        written=[section for planned, section in sections if planned.id != part.key],
        missing=content.missing(),
        closing_is_missing=False,
        problems=problems,
    )
    text = json.dumps(part.text, ensure_ascii=False, indent=1)
    return ask_again(f"{_material(work)}\n\n{asked}", part, "section", text)


def render_interactive(work: ExtractionInput) -> str:
    """The prompt that asks for the configuration."""
    return f"{_material(work)}\n\n{INTERACTIVE_USER.render()}"


def _material(work: ExtractionInput) -> str:
    material = MATERIAL.render(
        work=work,
        concept=work.concept,
        questions=questions_for(work.archetype),
        insights=work.transcript_insights,
        business=work.business_context,
    )
    return voiced(material, work.voice)

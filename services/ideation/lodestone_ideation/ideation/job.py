"""Ideation: ten concepts from five parallel calls, then a small model's advice on them."""

import asyncio
from functools import partial

from lodestone.errors import AttemptFailed, PermanentFailure, TransientFailure
from lodestone.jobs.ideation import IdeationAdvice, IdeationInput, IdeationResult
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, Concept
from lodestone.llm.client import Ask, Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.structured import ask_for
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.handler import JobContext

from lodestone_ideation.ideation.draft import advice_of
from lodestone_ideation.ideation.ideas import Ideas

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
ADVICE_SYSTEM, ADVICE_USER = _file("advice_system.v2.md"), _file("advice_user.v1.md.j2")
PROMPT = PromptSet("ideation", (SYSTEM, USER, ADVICE_SYSTEM, ADVICE_USER, VOICE))

BATCHES = tuple(ARCHETYPES[first : first + 2] for first in range(0, len(ARCHETYPES), 2))
BATCH_LIMITS = (2_500, 4_000)
ADVICE_MODEL = "claude-haiku-5-5"
ADVICE_MAX_TOKENS, ADVICE_REPAIR_MAX_TOKENS = 1_500, 3_000


async def run(work: IdeationInput, context: JobContext, llm: Llm) -> IdeationResult:
    """Ten concepts and the advice on them; concepts of earlier attempts are not asked for again."""
    ideas = Ideas(context)
    await _write_missing(work, llm, ideas)
    await context.progress("All ten ideas are ready. Choosing what to ship first")
    advice = await _advise(work, context, llm, ideas.items)
    return IdeationResult(
        concepts=ideas.items,
        recommendations=advice.recommendations,
        suggested_bundle=advice.suggested_bundle,
    )


async def _write_missing(work: IdeationInput, llm: Llm, ideas: Ideas) -> None:
    """Runs all batches to their end, even when some fail, so that nothing paid for is lost."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_write(batch, work, llm, ideas)) for batch in BATCHES]
    except BaseExceptionGroup as failed:  # not a batch's failure: the attempt may not go on
        raise failed.exceptions[0] from None
    failures = [failure for task in tasks if (failure := task.result())]
    if failures:
        raise max(failures, key=_weight)


def _weight(failure: AttemptFailed) -> tuple[bool, float, bool]:
    """Orders failures; the greatest decides the attempt: a permanent one, else the longest wait."""
    if not isinstance(failure, TransientFailure):
        return isinstance(failure, PermanentFailure), 0.0, True
    return False, failure.retry_after_seconds or 0.0, failure.counted


async def _write(
    batch: tuple[Archetype, ...], work: IdeationInput, llm: Llm, ideas: Ideas
) -> AttemptFailed | None:
    """Writes one batch; returns its failure instead of raising it."""

    def render(problems: list[str]) -> str:
        return render_batch(work, ideas.missing(batch), ideas.items, problems)

    try:
        await ideas.collect(llm, SYSTEM.text(), render, limits=BATCH_LIMITS, keys=batch)
    except AttemptFailed as failure:
        return failure
    return None


def render_batch(
    work: IdeationInput, archetypes: list[Archetype], finished: list[Concept], problems: list[str]
) -> str:
    """The prompt that asks for one batch."""
    sources = work.sources
    competitor = sources.competitor_analysis if sources else None
    adapting = (competitor and competitor.detected_archetype) or Archetype.SINGLE_SYSTEM
    asked = USER.render(
        work=work,
        insights=sources.call_transcript_insights if sources else None,
        competitor=competitor if adapting in archetypes else None,  # one concept adapts it, not five batches
        adapting=adapting.value,
        taken_titles=[concept.title for concept in finished],
        archetypes=[archetype.value for archetype in archetypes],
        problems=problems,
    )
    return voiced(asked, work.voice)


async def _advise(
    work: IdeationInput, context: JobContext, llm: Llm, concepts: list[Concept]
) -> IdeationAdvice:
    ask = Ask(
        model=ADVICE_MODEL,
        max_tokens=ADVICE_MAX_TOKENS,
        system=ADVICE_SYSTEM.text(),
        user=render_advice(work, concepts),
        shape=IdeationAdvice,
    )
    return await ask_for(llm, context, ask, advice_of, repair_max_tokens=ADVICE_REPAIR_MAX_TOKENS)


def render_advice(work: IdeationInput, concepts: list[Concept]) -> str:
    """The prompt that asks for advice on the ten concepts."""
    return voiced(ADVICE_USER.render(work=work, concepts=concepts), work.voice)

"""Ideation: ten concepts by five calls side by side, then a small model's advice on them."""

import asyncio
from functools import partial

from lodestone.errors import AttemptFailed, InvalidOutput, PermanentFailure, TransientFailure
from lodestone.jobs.ideation import IdeationAdvice, IdeationInput, IdeationResult
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, Concept
from lodestone.llm.client import Ask, Llm
from lodestone.llm.items import ItemScanner
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.receipt import Reply
from lodestone.llm.structured import ask_for, some_of
from lodestone.worker.handler import JobContext

from lodestone_ideation.ideation.draft import Drafts, advice_of, drafts_in
from lodestone_ideation.ideation.ideas import Ideas

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
ADVICE_SYSTEM, ADVICE_USER = _file("advice_system.v1.md"), _file("advice_user.v1.md.j2")
PROMPT = PromptSet("ideation", (SYSTEM, USER, ADVICE_SYSTEM, ADVICE_USER))

BATCHES = tuple(ARCHETYPES[first : first + 2] for first in range(0, len(ARCHETYPES), 2))
BATCH_MAX_TOKENS, BATCH_REPAIR_MAX_TOKENS = 2_500, 4_000
ADVICE_MODEL = "claude-haiku-5-5"
ADVICE_MAX_TOKENS, ADVICE_REPAIR_MAX_TOKENS = 1_500, 3_000


async def run(work: IdeationInput, context: JobContext, llm: Llm) -> IdeationResult:
    """Ten concepts and the advice on them; concepts of earlier attempts are not asked for again."""
    context.expect(len(ARCHETYPES))
    ideas = Ideas(context)
    await _write_missing(work, context, llm, ideas)
    await context.progress("All ten ideas are ready. Choosing what to ship first")
    advice = await _advise(work, context, llm, ideas.concepts)
    return IdeationResult(
        concepts=ideas.concepts,
        recommendations=advice.recommendations,
        suggested_bundle=advice.suggested_bundle,
    )


async def _write_missing(work: IdeationInput, context: JobContext, llm: Llm, ideas: Ideas) -> None:
    """Runs all batches to their end, also when some fail, so that nothing paid for is lost."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_write(batch, work, context, llm, ideas)) for batch in BATCHES]
    except BaseExceptionGroup as failed:  # no failure of a batch: the attempt may not go on
        raise failed.exceptions[0] from None
    failures = [failure for task in tasks if (failure := task.result())]
    if failures:
        raise max(failures, key=_weight)


def _weight(failure: AttemptFailed) -> tuple[bool, float, bool]:
    """What decides over the attempt: the hopeless one, else the longest wait, else one that counts."""
    if not isinstance(failure, TransientFailure):
        return isinstance(failure, PermanentFailure), 0.0, True
    return False, failure.retry_after_seconds or 0.0, failure.counted


async def _write(
    batch: tuple[Archetype, ...], work: IdeationInput, context: JobContext, llm: Llm, ideas: Ideas
) -> AttemptFailed | None:
    """One batch and, for what is still missing then, one repair; gives its failure instead of raising it."""
    try:
        problems: list[str] = []
        for max_tokens in (BATCH_MAX_TOKENS, BATCH_REPAIR_MAX_TOKENS):
            if missing := ideas.missing(batch):
                user = render_batch(work, missing, ideas.concepts, problems)
                ask = Ask(context.model, max_tokens, SYSTEM.text(), user, Drafts)
                problems = await _ask_batch(ask, missing, context, llm, ideas)
        if missing := ideas.missing(batch):
            raise InvalidOutput(detail=f"{', '.join(missing)}: {'; '.join(problems) or 'not written'}")
    except AttemptFailed as failure:
        return failure
    return None


async def _ask_batch(
    ask: Ask, wanted: list[Archetype], context: JobContext, llm: Llm, ideas: Ideas
) -> list[str]:
    """Publishes each concept as soon as it is complete; gives what was wrong with the others."""
    scanner = ItemScanner("concepts")
    problems: list[str] = []

    def take(reply: Reply) -> bool:
        problems.extend(ideas.offer(drafts_in(reply.data), wanted))
        if reply.is_cut:
            problems.append("the answer was too long and was cut off; write it shorter")
        return len(ideas.missing(wanted)) < len(wanted)

    await llm.ask(context, ask, lambda text: ideas.offer(scanner.feed(text), wanted), take)
    return some_of(problems)


def render_batch(
    work: IdeationInput, archetypes: list[Archetype], finished: list[Concept], problems: list[str]
) -> str:
    """The words of one batch's question."""
    sources = work.sources
    competitor = sources.competitor_analysis if sources else None
    adapting = (competitor and competitor.detected_archetype) or Archetype.SINGLE_SYSTEM
    return USER.render(
        work=work,
        insights=sources.call_transcript_insights if sources else None,
        competitor=competitor if adapting in archetypes else None,  # one concept adapts it, not five batches
        adapting=adapting.value,
        taken_titles=[concept.title for concept in finished],
        archetypes=[archetype.value for archetype in archetypes],
        problems=problems,
    )


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
    """The words of the question about the ten concepts."""
    return ADVICE_USER.render(work=work, concepts=concepts)

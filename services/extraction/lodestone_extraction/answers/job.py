"""Answers: drafts of what the owner would answer, and an essay of theirs split into answers."""

from functools import partial

from lodestone.jobs.answers import AnswersInput, AnswersResult
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.handler import JobContext

from lodestone_extraction.answers.drafts import Drafts

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("answers", (SYSTEM, USER, VOICE))

LIMITS = (5_000, 5_000)  # a repair writes only what is missing


async def run(work: AnswersInput, context: JobContext, llm: Llm) -> AnswersResult:
    """A draft for each open question; drafts of earlier attempts are not asked for again."""
    drafts = Drafts(context, work.open_questions())
    await context.progress("Reading what you said" if work.sources or work.essay else "Drafting your answers")
    await drafts.collect(llm, SYSTEM.text(), partial(render, work, drafts), limits=LIMITS)
    return AnswersResult(answers=drafts.items)


def render(work: AnswersInput, drafts: Drafts, problems: list[str]) -> str:
    """The prompt that asks for the drafts that are missing."""
    answered = {id: text.strip() for id, text in work.answers.items() if text.strip()}
    asked = USER.render(
        work=work,
        concept=work.concept,
        business=work.business_context,
        answered=answered,
        missing=drafts.missing(),
        problems=problems,
    )
    return voiced(asked, work.voice)

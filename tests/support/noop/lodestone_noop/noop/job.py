"""NOOP: waits, then returns a text."""

from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptSet
from lodestone.worker.handler import JobContext
from support.noop.contract import NoopInput, NoopResult
from support.waiting import let_pass

PROMPT = PromptSet("noop", ())


async def run(work: NoopInput, context: JobContext, llm: Llm) -> NoopResult:
    """Returns a text of the requested size after the requested seconds."""
    if work.seconds:
        await let_pass(work.seconds)
    return NoopResult(text="x" * work.size)

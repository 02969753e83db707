"""NOOP: waits, and gives a text back."""

from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptSet
from lodestone.worker.handler import JobContext
from support.noop.contract import NoopInput, NoopResult
from support.waiting import let_pass

PROMPT = PromptSet("noop", ())


async def run(work: NoopInput, context: JobContext, llm: Llm) -> NoopResult:
    """A text of the size asked for, after the seconds asked for."""
    if work.seconds:
        await let_pass(work.seconds)
    return NoopResult(text="x" * work.size)

"""The same as NOOP under another name."""

from lodestone.llm.client import Llm
from lodestone.worker.handler import JobContext
from support.noop.contract import NoopInput, NoopResult

from ..noop import job as noop  # noqa: TID252

PROMPT = noop.PROMPT


async def run(work: NoopInput, context: JobContext, llm: Llm) -> NoopResult:
    """As NOOP's."""
    return await noop.run(work, context, llm)

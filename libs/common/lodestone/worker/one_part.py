"""One part of a result made again: what is asked beside the job type's own words, and the whole afterwards.

A job type's prompt asks for what is missing, and shows what is there. So it also asks for one part: the
others are there, that one is missing, and `again.v1.md.j2` adds what it was and how it is to differ.
"""

from functools import partial

from lodestone.errors import ErrorCode, PermanentFailure
from lodestone.events import RequestedPart
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile
from lodestone.wire import WireModel
from lodestone.worker.handler import JobContext
from lodestone.worker.loading import JobDefinition

_file = partial(PromptFile, __package__ or "")
AGAIN = _file("again.v1.md.j2")
"""Belongs into the PROMPT of each job type with parts."""


class NoSuchPart(PermanentFailure):
    """The part to make again does not exist any more."""

    code = ErrorCode.INVALID_INPUT


async def remade(
    definition: JobDefinition, work: WireModel, part: RequestedPart, context: JobContext, llm: Llm
) -> WireModel:
    """The whole result with that part made again, and everything else as it was. Raises AttemptFailed."""
    kind = definition.job_type
    if kind.parts is None or definition.make_part is None or kind.parts.find(part.present, part.key) is None:
        raise NoSuchPart(detail=f"{kind.name} has no part {part.key[:100]!r}")
    made = await definition.make_part(work, part, context, llm)
    return kind.result.model_validate(kind.parts.put(part.present, part.key, made.to_wire()))


def ask_again(asked: str, part: RequestedPart, unit: str, present: str) -> str:
    """The job type's question for what is missing, and what the part was and how it is to differ.

    `present` is the part's text as a model can read it; `unit` what the prompt calls a part.
    """
    return f"{asked}\n\n{AGAIN.render(unit=unit, present=present, wish=part.instruction.strip())}"

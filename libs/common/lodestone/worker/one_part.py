"""One part of a result made again, and the whole afterwards."""

from lodestone.errors import ErrorCode, PermanentFailure
from lodestone.events import RequestedPart
from lodestone.llm.client import Llm
from lodestone.wire import WireModel
from lodestone.worker.handler import JobContext
from lodestone.worker.loading import JobDefinition


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

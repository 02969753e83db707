"""The first part of a result made again, shorter: whether it is another one, and as it was asked for."""

from lodestone.events import RequestedPart
from lodestone.llm.client import Llm
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.handler import JobContext
from lodestone.worker.loading import JobDefinition
from lodestone.worker.one_part import remade

from evals.measures import texts_of, words

WISH = "shorter"


async def broken_by_a_part(
    definition: JobDefinition, work: WireModel, result: WireModel, job: JobContext, llm: Llm
) -> dict[str, list[str]]:
    """For each rule of a part, what breaks it; none where a result has no parts. Raises AttemptFailed."""
    parts, whole = definition.job_type.parts, result.to_wire()
    if parts is None or not (listed := parts.of(whole)):
        return {}
    key = listed[0].key
    before = parts.find(whole, key) or {}
    part = RequestedPart(key=key, instruction=WISH, input=work.to_wire(), present=whole, text=before)
    after = parts.find((await remade(definition, work, part, job, llm)).to_wire(), key)
    return judged(before, after or {})


def judged(before: JsonObject, after: JsonObject) -> dict[str, list[str]]:
    """The rules of a part that was to be shorter, each with what breaks it."""
    was, now = words(texts_of(before)), words(texts_of(after))
    return {
        "a_part_made_again_is_another": ["it says what it said"] if before == after else [],
        "a_part_made_shorter_is_shorter": [f"{now} words after {was}"] if now >= was else [],
    }

"""One part made again on the simulated provider, for each job type that has parts."""

from typing import Any

import pytest
from evals.measures import texts_of, words
from lodestone.errors import AttemptFailed
from lodestone.events import RequestedPart
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.llm.client import Llm
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.loading import load_definition
from lodestone.worker.one_part import remade
from lodestone.worker.testing import MemoryContext, run_in_memory
from support.mailing import emails_work
from support.polishing import polish_work
from support.samples import example_input

KINDS = [kind for kind in JOB_TYPES.values() if kind.parts]


def work_of(kind: JobType) -> WireModel:
    made = {"polish": polish_work, "emails": emails_work}
    if kind.name in made:
        return made[kind.name]()
    name = {"extraction": "extraction-single-system"}.get(kind.name, kind.name)
    return kind.work.model_validate(example_input(name))


async def whole_of(kind: JobType, job: MemoryContext, llm: Llm) -> JsonObject:
    result = await run_in_memory(load_definition(kind, {}).run, work_of(kind), job, llm)
    assert not isinstance(result, AttemptFailed), result
    return result.to_wire()


def asked(kind: JobType, whole: JsonObject, key: str, instruction: str = "shorter") -> RequestedPart:
    assert kind.parts
    text = kind.parts.find(whole, key)
    return RequestedPart(key=key, instruction=instruction, input={}, present=whole, text=text or {})


async def again(kind: JobType, part: RequestedPart, job: MemoryContext, llm: Llm) -> JsonObject:
    definition = load_definition(kind, {})
    return (await remade(definition, work_of(kind), part, job, llm)).to_wire()


def paid(job: MemoryContext) -> int:
    return sum(call.output_tokens for call in job.finished_calls)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_one_part_is_made_and_paid_for_and_the_rest_is_byte_equal(
    model_llm: Llm, kind: JobType
) -> None:
    assert kind.parts
    first, second = MemoryContext(kind), MemoryContext(kind)
    whole = await whole_of(kind, first, model_llm)
    keys = [part.key for part in kind.parts.of(whole)]
    part = asked(kind, whole, keys[1])

    result = await again(kind, part, second, model_llm)

    changed = {key for key in keys if kind.parts.find(result, key) != kind.parts.find(whole, key)}
    assert changed == {keys[1]}
    assert kind.parts.put(result, keys[1], part.text) == whole, "nothing beside the parts has changed"
    assert list(second.items) == [keys[1]]
    assert len(second.started_calls) == 1
    assert paid(second) < paid(first) * 0.6
    assert words(texts_of(kind.parts.find(result, keys[1]) or {})) < words(texts_of(part.text))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_part_that_an_earlier_attempt_finished_is_not_bought_again(
    model_llm: Llm, kind: JobType
) -> None:
    assert kind.parts
    first = MemoryContext(kind)
    whole = await whole_of(kind, first, model_llm)
    key = kind.parts.of(whole)[0].key
    broken = MemoryContext(kind)
    made = await again(kind, asked(kind, whole, key), broken, model_llm)
    next_attempt = MemoryContext(kind, finished_items=broken.items)

    result = await again(kind, asked(kind, whole, key), next_attempt, model_llm)

    assert result == made
    assert next_attempt.started_calls == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_part_that_is_not_there_fails_without_a_call(model_llm: Llm, kind: JobType) -> None:
    job, whole = MemoryContext(kind), await whole_of(kind, MemoryContext(kind), model_llm)
    part: Any = asked(kind, whole, "no-such-part")

    with pytest.raises(AttemptFailed):
        await again(kind, part, job, model_llm)

    assert job.started_calls == []


async def test_one_block_is_made_and_published_in_its_section(model_llm: Llm) -> None:
    kind = JOB_TYPES["polish"]
    whole = await whole_of(kind, MemoryContext(kind), model_llm)
    section = whole["polishedContent"]["sections"][0]
    key, job = f"{section['id']}/1", MemoryContext(kind)

    result = await again(kind, asked(kind, whole, key), job, model_llm)

    [changed, *others] = result["polishedContent"]["sections"]
    assert others == whole["polishedContent"]["sections"][1:]
    assert words(texts_of(changed["blocks"][0])) < words(texts_of(section["blocks"][0]))
    assert {**changed, "blocks": changed["blocks"][1:]} == {**section, "blocks": section["blocks"][1:]}
    assert job.items == {section["id"]: changed}
    next_attempt = MemoryContext(kind, finished_items=job.items)
    assert await again(kind, asked(kind, whole, key), next_attempt, model_llm) == result
    assert next_attempt.started_calls == []

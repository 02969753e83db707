"""Extraction on the simulated provider: the results, and what happens when calls fail."""

from typing import Any

import pytest
from lodestone.errors import AttemptFailed, IncompleteReply, InvalidOutput
from lodestone.events import JobProgress, Outcome
from lodestone.jobs.extraction import EXTRACTION, ExtractionInput, ExtractionResult
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for
from lodestone.llm.client import Llm
from lodestone.worker.testing import MemoryContext
from lodestone_extraction.extraction.job import run
from support.handlers import Handler, calls_finished_before, each_failed_call, item_events
from support.provider import Provider
from support.samples import example_input

CONTENT_CALL = {"nth": 2}  # the first call makes the plan
HANDLER = Handler(run, ExtractionResult)
finished, failed = HANDLER.finished, HANDLER.failed


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(EXTRACTION)


@pytest.fixture
def work() -> ExtractionInput:
    return ExtractionInput.model_validate(example_input("extraction-single-system"))


def tool_work(archetype: Archetype) -> ExtractionInput:
    answers = {question.id: f"We do {question.id} in 12 minutes" for question in questions_for(archetype)}
    concept = {"title": "A title", "painSolved": "Quotes are lost on price"}
    return ExtractionInput.model_validate({"archetype": archetype, "concept": concept, "answers": answers})


@pytest.mark.parametrize("archetype", ARCHETYPES)
async def test_each_archetype_gives_its_kind_of_result(
    model_llm: Llm, job: MemoryContext, archetype: Archetype
) -> None:
    result = await finished(tool_work(archetype), job, model_llm)

    assert result.fits(archetype)


async def test_the_content_keeps_the_owners_title_and_comes_from_two_calls(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput
) -> None:
    content = (await finished(work, job, model_llm)).extracted_content

    assert content
    assert content.title == work.concept.title
    assert len(content.common_mistakes) >= 3
    assert len(job.started_calls) == 2


async def test_each_section_is_published_once_and_is_the_one_of_the_result(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput
) -> None:
    content = (await finished(work, job, model_llm)).extracted_content

    assert content
    published = item_events(job)
    assert [event.item_index for event in published] == list(range(len(content.structure)))
    for event, section in zip(published, content.structure, strict=True):
        assert event.item
        assert section.to_wire().items() <= event.item.items()
        assert event.item["id"] == event.item_key
    assert {event.total for event in published} == {len(content.structure)}


async def test_sections_come_before_the_end_of_their_call(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput, model: Provider
) -> None:
    await model.pace(duration_seconds=2)

    ended = await calls_finished_before(2, run(work, job, model_llm), job)

    assert len(ended) == 1


@pytest.mark.parametrize("archetype", [Archetype.SINGLE_CALCULATOR, Archetype.ASSESSMENT, Archetype.PROMPT])
async def test_a_tool_tells_its_progress_without_items(
    model_llm: Llm, job: MemoryContext, archetype: Archetype
) -> None:
    await finished(tool_work(archetype), job, model_llm)

    assert job.messages
    assert job.items == {}
    assert len(job.started_calls) == 1


async def test_finished_sections_and_their_plan_survive_a_broken_call(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput, model: Provider
) -> None:
    await model.fault("cut", afterItems=2, match=CONTENT_CALL)
    failure = await failed(work, job, model_llm)
    again = MemoryContext(EXTRACTION, finished_items=job.items)

    content = (await finished(work, again, model_llm)).extracted_content

    assert isinstance(failure, IncompleteReply)
    assert len(job.items) == 2
    assert content
    assert [entry.section_name for entry in content.structure[:2]] == [
        item["sectionName"] for item in job.items.values()
    ]
    assert set(again.items).isdisjoint(job.items)
    assert len(again.items) == len(content.structure) - 2
    assert len(again.started_calls) == 1, "the plan is not made again"


async def test_with_all_sections_kept_only_the_other_fields_are_asked_for(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput
) -> None:
    first = await finished(work, job, model_llm)
    again = MemoryContext(EXTRACTION, finished_items=job.items)

    result = await finished(work, again, model_llm)

    assert again.items == {}
    assert len(again.started_calls) == 1
    assert first.extracted_content
    assert result.extracted_content
    assert result.extracted_content.structure == first.extracted_content.structure


@pytest.mark.parametrize("kind", ["fenced_json", "missing_fields"])
async def test_forgivable_slips_need_no_repair(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput, model: Provider, kind: str
) -> None:
    await model.fault(kind, times=2)

    await finished(work, job, model_llm)

    assert len(job.started_calls) == 2


@pytest.mark.parametrize(
    ("fault", "sections_kept"),
    [
        ({"kind": "wrong_count"}, 4),
        ({"kind": "max_tokens", "afterItems": 3}, 3),
        ({"kind": "max_tokens", "afterItems": 0}, 0),
    ],
)
async def test_what_is_missing_is_asked_for_once_more_and_nothing_else(
    model_llm: Llm,
    job: MemoryContext,
    work: ExtractionInput,
    model: Provider,
    fault: dict[str, Any],
    sections_kept: int,
) -> None:
    await model.fault(**fault, match=CONTENT_CALL)

    content = (await finished(work, job, model_llm)).extracted_content

    assert content
    assert len(job.started_calls) == 3
    assert len(job.items) == len(content.structure) == 5
    asked_again = job.started_calls[-1]
    before = [
        event for event in job.events[: job.events.index(asked_again)] if isinstance(event, JobProgress)
    ]
    assert sum(event.item is not None for event in before) == sections_kept


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_reply_that_is_no_json_is_asked_for_once_more(
    model_llm: Llm, job: MemoryContext, work: ExtractionInput, model: Provider, nth: int
) -> None:
    await model.fault("invalid_json", match={"nth": nth})

    await finished(work, job, model_llm)

    assert [call.outcome for call in job.finished_calls].count(Outcome.WASTED) == 1
    assert len(job.started_calls) == 3


@pytest.mark.parametrize("archetype", [Archetype.SINGLE_SYSTEM, Archetype.SINGLE_CALCULATOR])
async def test_a_reply_that_stays_bad_fails_cleanly(
    model_llm: Llm, job: MemoryContext, model: Provider, archetype: Archetype
) -> None:
    await model.fault("invalid_json", times=9)

    failure = await failed(tool_work(archetype), job, model_llm)

    assert isinstance(failure, InvalidOutput)
    assert "JSON" not in failure.message
    assert len(job.started_calls) == 2, "one repair and no more"


@each_failed_call
async def test_a_failed_call_is_told_as_what_it_is(
    model_llm: Llm,
    job: MemoryContext,
    work: ExtractionInput,
    model: Provider,
    kind: str,
    meaning: type[AttemptFailed],
) -> None:
    await model.fault(kind, match=CONTENT_CALL)

    assert type(await failed(work, job, model_llm)) is meaning
    assert len(job.finished_calls) == len(job.started_calls) == 2

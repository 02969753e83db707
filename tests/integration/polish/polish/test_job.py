"""Polish on the simulated provider: a page, and what happens when calls fail."""

from typing import Any

import pytest
from lodestone.clock import now
from lodestone.errors import AttemptFailed, IncompleteReply, InvalidOutput
from lodestone.jobs.blocks import Embed
from lodestone.jobs.polish import POLISH, PolishedContent, PolishResult, PolishWork, page_metadata
from lodestone.llm.client import Llm
from lodestone.worker.testing import MemoryContext
from lodestone_polish.polish.job import run
from support.handlers import Handler, calls_finished_before, each_failed_call, item_events
from support.polishing import VIDEO, polish_work
from support.provider import Provider

IDS = ["the-calls", "the-page", "common-mistakes", "why-it-works"]
HANDLER = Handler(run, PolishResult)
failed = HANDLER.failed


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(POLISH)


@pytest.fixture
def work() -> PolishWork:
    return polish_work()


async def finished(work: PolishWork, job: MemoryContext, llm: Llm) -> PolishedContent:
    return (await HANDLER.finished(work, job, llm)).polished_content


async def test_the_content_becomes_a_page_by_one_call_to_the_large_model(
    model_llm: Llm, job: MemoryContext, work: PolishWork
) -> None:
    before = now()

    page = await finished(work, job, model_llm)

    assert [section.id for section in page.sections] == IDS
    assert page.title == work.title
    assert page.hero_summary
    assert page.metadata == page_metadata(page.hero_summary, page.sections)
    assert before <= page.polished_at <= now()
    assert [call.model for call in job.started_calls] == ["claude-opus-5-5"]


async def test_the_video_of_the_content_is_embedded_and_no_other(
    model_llm: Llm, job: MemoryContext, work: PolishWork
) -> None:
    page = await finished(work, job, model_llm)

    embeds = [block for section in page.sections for block in section.blocks if isinstance(block, Embed)]
    assert [embed.url for embed in embeds] == [VIDEO]


async def test_each_section_is_published_once_and_is_the_one_of_the_page(
    model_llm: Llm, job: MemoryContext, work: PolishWork
) -> None:
    page = await finished(work, job, model_llm)

    published = item_events(job)
    assert [event.item for event in published] == [section.to_wire() for section in page.sections]
    assert [event.item_key for event in published] == IDS
    assert {event.total for event in published} == {4}


async def test_sections_come_before_the_end_of_the_call(
    model_llm: Llm, job: MemoryContext, work: PolishWork, model: Provider
) -> None:
    await model.pace(duration_seconds=3)

    ended = await calls_finished_before(2, run(work, job, model_llm), job)

    assert ended == []


async def test_finished_sections_survive_a_broken_call(
    model_llm: Llm, job: MemoryContext, work: PolishWork, model: Provider
) -> None:
    await model.fault("cut", afterItems=3)
    failure = await failed(work, job, model_llm)
    again = MemoryContext(POLISH, finished_items=job.items)

    page = await finished(work, again, model_llm)

    assert isinstance(failure, IncompleteReply)
    assert list(job.items) == IDS[:3]
    assert list(again.items) == IDS[3:]
    assert [section.to_wire() for section in page.sections[:3]] == list(job.items.values())


async def test_with_all_sections_kept_only_the_summary_is_asked_for(
    model_llm: Llm, job: MemoryContext, work: PolishWork
) -> None:
    first = await finished(work, job, model_llm)
    again = MemoryContext(POLISH, finished_items=job.items)

    page = await finished(work, again, model_llm)

    assert again.items == {}
    assert page.sections == first.sections
    assert again.finished_calls[0].output_tokens < job.finished_calls[0].output_tokens / 4


@pytest.mark.parametrize("kind", ["fenced_json", "missing_fields"])
async def test_forgivable_slips_need_no_repair(
    model_llm: Llm, job: MemoryContext, work: PolishWork, model: Provider, kind: str
) -> None:
    await model.fault(kind)

    await finished(work, job, model_llm)

    assert len(job.started_calls) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "wrong_count"},
        {"kind": "invalid_json"},
        {"kind": "max_tokens", "afterItems": 0},
        {"kind": "max_tokens", "afterItems": 2},
        {"kind": "max_tokens", "afterItems": 4},
    ],
)
async def test_what_is_missing_is_asked_for_once_more(
    model_llm: Llm, job: MemoryContext, work: PolishWork, model: Provider, fault: dict[str, Any]
) -> None:
    await model.fault(**fault)

    page = await finished(work, job, model_llm)

    assert len(job.started_calls) == 2
    assert [section.id for section in page.sections] == IDS
    assert len(item_events(job)) == 4


async def test_a_page_that_stays_bad_fails_cleanly_and_keeps_what_is_good(
    model_llm: Llm, job: MemoryContext, work: PolishWork, model: Provider
) -> None:
    await model.fault("max_tokens", afterItems=1, times=9)

    failure = await failed(work, job, model_llm)

    assert isinstance(failure, InvalidOutput)
    assert list(job.items) == IDS[:2], "one from the call and one from its only repair"
    assert len(job.started_calls) == 2


@each_failed_call
async def test_a_failed_call_is_told_as_what_it_is(
    model_llm: Llm,
    job: MemoryContext,
    work: PolishWork,
    model: Provider,
    kind: str,
    meaning: type[AttemptFailed],
) -> None:
    await model.fault(kind)

    assert type(await failed(work, job, model_llm)) is meaning
    assert len(job.finished_calls) == 1

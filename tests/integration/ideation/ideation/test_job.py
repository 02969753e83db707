"""Ideation on the simulated provider: ten ideas, and what happens when calls fail."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lodestone.errors import (
    AttemptFailed,
    IncompleteReply,
    InvalidOutput,
    ProviderUnavailable,
    Refused,
    TransientFailure,
)
from lodestone.events import Outcome
from lodestone.jobs.ideation import IDEATION, IdeationInput, IdeationResult
from lodestone.jobs.lead_magnet import ARCHETYPES
from lodestone.llm.client import Llm
from lodestone.worker.testing import MemoryContext
from lodestone_ideation.ideation.job import ADVICE_MODEL, run
from support.handlers import Handler, calls_finished_before, item_events
from support.provider import Provider
from support.waiting import eventually

INPUTS = Path(__file__).parents[4] / "docs" / "examples" / "inputs"
CONCEPTS = {"model": "claude-sonnet-5-5"}
ADVICE = {"model": ADVICE_MODEL}
HANDLER = Handler(run, IdeationResult)
finished, failed = HANDLER.finished, HANDLER.failed


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(IDEATION)


@pytest.fixture
def work() -> IdeationInput:
    return IdeationInput.model_validate_json((INPUTS / "ideation-b2b-consultant.json").read_text())


async def calls_by_model(model: Provider) -> Counter[str]:
    return Counter(call["model"] for call in await model.calls())


@pytest.mark.parametrize(
    "name", ["ideation-b2b-consultant", "ideation-fitness-coach", "ideation-saas-founder"]
)
async def test_ten_ideas_come_in_archetype_order_with_advice(
    model_llm: Llm, job: MemoryContext, model: Provider, name: str
) -> None:
    work = IdeationInput.model_validate_json((INPUTS / f"{name}.json").read_text())

    result = await finished(work, job, model_llm)

    assert [concept.archetype for concept in result.concepts] == list(ARCHETYPES)
    assert len({concept.title for concept in result.concepts}) == 10
    assert all(concept.grounded_in for concept in result.concepts)
    assert await calls_by_model(model) == {"claude-sonnet-5-5": 5, ADVICE_MODEL: 1}


async def test_each_idea_is_published_once_and_is_the_one_of_the_result(
    model_llm: Llm, job: MemoryContext, work: IdeationInput
) -> None:
    result = await finished(work, job, model_llm)

    published = item_events(job)
    assert len(published) == 10
    in_order = sorted(published, key=lambda event: event.item_index or 0)
    assert [event.item for event in in_order] == [concept.to_wire() for concept in result.concepts]
    assert [event.done for event in published] == list(range(1, 11))
    assert {event.total for event in published} == {10}


async def test_progress_is_told_in_plain_words(
    model_llm: Llm, job: MemoryContext, work: IdeationInput
) -> None:
    await finished(work, job, model_llm)

    assert job.messages[3] == "4 of 10 ideas ready"
    assert job.messages[-1] == "All ten ideas are ready. Choosing what to ship first"


async def test_all_five_calls_run_side_by_side_and_ideas_come_before_their_ends(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.pace(duration_seconds=3)

    ended = await calls_finished_before(5, run(work, job, model_llm), job)

    assert ended == [], "the first idea of each call comes while the second is written"
    assert len(job.started_calls) == 5


async def test_kept_ideas_are_not_bought_again(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    first = await finished(work, job, model_llm)
    await model.reset()
    kept = {concept.archetype.value: concept.to_wire() for concept in first.concepts[:5]}
    again = MemoryContext(IDEATION, finished_items=kept)

    result = await finished(work, again, model_llm)

    assert len(again.items) == 5
    assert set(again.items).isdisjoint(kept)
    assert result.concepts[:5] == first.concepts[:5]
    assert await calls_by_model(model) == {"claude-sonnet-5-5": 3, ADVICE_MODEL: 1}


async def test_with_all_ideas_kept_only_the_advice_is_asked_for(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await finished(work, job, model_llm)
    await model.reset()

    await finished(work, MemoryContext(IDEATION, finished_items=job.items), model_llm)

    assert await calls_by_model(model) == {ADVICE_MODEL: 1}


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"kind": "overloaded"}, ProviderUnavailable),
        ({"kind": "mid_stream_error", "afterItems": 0}, ProviderUnavailable),
        ({"kind": "cut", "afterItems": 0}, IncompleteReply),
        ({"kind": "refusal"}, Refused),
    ],
)
async def test_one_batch_that_fails_loses_nothing_of_the_others(
    model_llm: Llm,
    job: MemoryContext,
    work: IdeationInput,
    model: Provider,
    fault: dict[str, Any],
    meaning: type[AttemptFailed],
) -> None:
    await model.fault(**fault, match=CONCEPTS)

    failure = await failed(work, job, model_llm)

    assert type(failure) is meaning
    assert len(job.items) == 8
    assert len(job.finished_calls) == 5


async def test_what_a_broken_call_had_finished_is_kept(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.fault("cut", afterItems=1, match=CONCEPTS)

    await failed(work, job, model_llm)
    assert len(job.items) == 9
    again = MemoryContext(IDEATION, finished_items=job.items)
    await finished(work, again, model_llm)

    assert len(again.items) == 1


async def test_the_longest_wait_of_several_is_obeyed(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    for seconds in (2, 30, 5):
        await model.fault("status", status=429, retryAfterSeconds=seconds, match=CONCEPTS)

    failure = await failed(work, job, model_llm)

    assert isinstance(failure, TransientFailure)
    assert failure.retry_after_seconds == 30


async def test_a_refusal_outweighs_an_overload(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.fault("status", status=529, retryAfterSeconds=30, match=CONCEPTS)
    await model.fault("refusal", match=CONCEPTS)

    assert isinstance(await failed(work, job, model_llm), Refused)


@pytest.mark.parametrize("kind", ["fenced_json", "missing_fields"])
async def test_forgivable_slips_need_no_repair(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider, kind: str
) -> None:
    await model.fault(kind, times=5, match=CONCEPTS)

    await finished(work, job, model_llm)

    assert len(job.started_calls) == 6


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "wrong_count"},
        {"kind": "invalid_json"},
        {"kind": "max_tokens", "afterItems": 1},
        {"kind": "max_tokens", "afterItems": 0},
    ],
)
async def test_bad_output_is_mended_by_one_more_call_for_what_is_missing(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider, fault: dict[str, Any]
) -> None:
    await model.fault(**fault, match=CONCEPTS)

    result = await finished(work, job, model_llm)

    assert len(result.concepts) == 10
    assert await calls_by_model(model) == {"claude-sonnet-5-5": 6, ADVICE_MODEL: 1}
    assert len(job.items) == 10


async def test_output_that_stays_bad_fails_cleanly_and_keeps_the_rest(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.fault("wrong_count", times=20, match=CONCEPTS)

    failure = await failed(work, job, model_llm)

    assert isinstance(failure, InvalidOutput)
    assert len(job.items) == 5, "one of two from each batch; the repairs came back empty"
    assert len(job.started_calls) == 10, "one repair for each batch and no more"


async def test_bad_advice_is_mended_once(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.fault("invalid_json", match=ADVICE)

    await finished(work, job, model_llm)

    assert (await calls_by_model(model))[ADVICE_MODEL] == 2
    assert Counter(call.outcome for call in job.finished_calls) == {Outcome.USED: 6, Outcome.WASTED: 1}


async def test_advice_that_stays_bad_fails_and_the_ideas_are_kept(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.fault("invalid_json", times=5, match=ADVICE)

    assert isinstance(await failed(work, job, model_llm), InvalidOutput)
    assert len(job.items) == 10
    assert (await calls_by_model(model))[ADVICE_MODEL] == 2


async def test_cancelling_closes_all_calls_and_settles_them(
    model_llm: Llm, job: MemoryContext, work: IdeationInput, model: Provider
) -> None:
    await model.pace(duration_seconds=30)
    running = asyncio.create_task(run(work, job, model_llm))
    await eventually(lambda: len(job.started_calls) == 5)
    await eventually(lambda: has_calls(model, 5))

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert len(job.finished_calls) == 5
    assert all(call.outcome is Outcome.WASTED and call.estimated for call in job.finished_calls)
    await eventually(lambda: all_disconnected(model), within=1)


async def test_when_the_attempt_may_not_go_on_the_other_calls_are_closed_at_once(
    model_llm: Llm, work: IdeationInput, model: Provider
) -> None:
    class TakenOver(MemoryContext):
        async def start_call(self, call: Any) -> Any:
            if len(self.started_calls) == 3:
                raise LookupError("taken over")
            return await super().start_call(call)

    await model.pace(duration_seconds=30)
    job = TakenOver(IDEATION)

    with pytest.raises(LookupError, match="taken over"):
        await run(work, job, model_llm)

    assert len(job.finished_calls) == len(job.started_calls) == 3


async def has_calls(model: Provider, count: int) -> bool:
    return len(await model.calls()) == count


async def all_disconnected(model: Provider) -> bool:
    return all(call["outcome"] == "disconnected" for call in await model.calls())

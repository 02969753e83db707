"""Posts on the simulated provider: three variations, and what happens when calls fail."""

from typing import Any

import pytest
from lodestone.errors import AttemptFailed, IncompleteReply, InvalidOutput
from lodestone.events import JobProgress
from lodestone.jobs.posts import POSTS, PostsInput, PostsResult
from lodestone.llm.client import Llm
from lodestone.worker.testing import MemoryContext
from lodestone_content.posts.job import run
from support.handlers import Handler, calls_finished_before, each_failed_call, item_events
from support.provider import Provider
from support.samples import example_input

HOOKS = ["specific-result", "contrarian", "price-anchor"]
HANDLER = Handler(run, PostsResult)
finished, failed = HANDLER.finished, HANDLER.failed


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(POSTS)


@pytest.fixture
def work() -> PostsInput:
    return PostsInput.model_validate(example_input("posts"))


async def test_three_posts_with_different_hooks_come_from_one_call(
    model_llm: Llm, job: MemoryContext, work: PostsInput
) -> None:
    result = await finished(work, job, model_llm)

    assert [variation.hook_type for variation in result.variations] == HOOKS
    assert all("QUOTE" in variation.post for variation in result.variations)
    assert len(job.started_calls) == 1


@pytest.mark.parametrize("word", ["LINK", "magnet", "Ja bitte"])
async def test_the_word_to_comment_is_the_one_of_the_input(
    model_llm: Llm, job: MemoryContext, work: PostsInput, word: str
) -> None:
    result = await finished(work.model_copy(update={"cta_word": word}), job, model_llm)

    assert result.cta_word == word
    assert all(word in variation.post for variation in result.variations)


async def test_each_post_is_published_once_and_is_the_one_of_the_result(
    model_llm: Llm, job: MemoryContext, work: PostsInput
) -> None:
    result = await finished(work, job, model_llm)

    published = item_events(job)
    assert [event.item for event in published] == [variation.to_wire() for variation in result.variations]
    assert [event.item_key for event in published] == HOOKS
    assert [(event.done, event.total) for event in published] == [(1, 3), (2, 3), (3, 3)]


async def test_posts_come_before_the_end_of_the_call(
    model_llm: Llm, job: MemoryContext, work: PostsInput, model: Provider
) -> None:
    await model.pace(duration_seconds=3)

    ended = await calls_finished_before(1, run(work, job, model_llm), job)

    assert ended == []


async def test_finished_posts_survive_a_broken_call(
    model_llm: Llm, job: MemoryContext, work: PostsInput, model: Provider
) -> None:
    await model.fault("cut", afterItems=2)
    failure = await failed(work, job, model_llm)
    again = MemoryContext(POSTS, finished_items=job.items)

    result = await finished(work, again, model_llm)

    assert isinstance(failure, IncompleteReply)
    assert list(again.items) == HOOKS[2:]
    assert [variation.to_wire() for variation in result.variations[:2]] == list(job.items.values())


async def test_with_all_posts_kept_only_advice_and_message_are_asked_for(
    model_llm: Llm, job: MemoryContext, work: PostsInput
) -> None:
    await finished(work, job, model_llm)
    again = MemoryContext(POSTS, finished_items=job.items)

    await finished(work, again, model_llm)

    assert again.items == {}
    assert len(again.started_calls) == 1
    assert again.finished_calls[0].output_tokens < job.finished_calls[0].output_tokens / 4


async def test_fences_need_no_repair(
    model_llm: Llm, job: MemoryContext, work: PostsInput, model: Provider
) -> None:
    await model.fault("fenced_json")

    await finished(work, job, model_llm)

    assert len(job.started_calls) == 1


@pytest.mark.parametrize(
    ("fault", "posts_kept"),
    [
        ({"kind": "wrong_count"}, 2),
        ({"kind": "missing_fields"}, 0),
        ({"kind": "invalid_json"}, 2),
        ({"kind": "max_tokens", "afterItems": 0}, 0),
        ({"kind": "max_tokens", "afterItems": 3}, 3),
    ],
)
async def test_what_is_missing_is_asked_for_once_more_and_nothing_else(
    model_llm: Llm,
    job: MemoryContext,
    work: PostsInput,
    model: Provider,
    fault: dict[str, Any],
    posts_kept: int,
) -> None:
    await model.fault(**fault)

    await finished(work, job, model_llm)

    assert len(job.started_calls) == 2
    before = job.events[: job.events.index(job.started_calls[1])]
    assert sum(isinstance(event, JobProgress) and event.item is not None for event in before) == posts_kept
    assert len(item_events(job)) == 3


async def test_posts_that_stay_bad_fail_cleanly_and_keep_what_is_good(
    model_llm: Llm, job: MemoryContext, work: PostsInput, model: Provider
) -> None:
    await model.fault("max_tokens", afterItems=1, times=9)

    failure = await failed(work, job, model_llm)

    assert isinstance(failure, InvalidOutput)
    assert list(job.items) == HOOKS[:2]
    assert len(job.started_calls) == 2


@each_failed_call
async def test_a_failed_call_is_told_as_what_it_is(
    model_llm: Llm,
    job: MemoryContext,
    work: PostsInput,
    model: Provider,
    kind: str,
    meaning: type[AttemptFailed],
) -> None:
    await model.fault(kind)

    assert type(await failed(work, job, model_llm)) is meaning
    assert len(job.finished_calls) == 1

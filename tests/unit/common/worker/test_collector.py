"""What a job type gets for a few lines: items from a stream, repaired once, and kept for the next attempt."""

import json
from typing import Any

import pytest
from lodestone.errors import InvalidOutput
from lodestone.jobs.posts import POSTS
from lodestone.llm.accumulator import Reply
from lodestone.llm.client import Ask, Llm
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import text_of
from lodestone.wire import RequiredText, WireModel
from lodestone.worker.collector import Beside, Collector, Draft
from lodestone.worker.testing import MemoryContext

ONE: JsonValue = {"id": "1", "text": "First."}
TWO: JsonValue = {"id": "2", "text": "Second."}
TITLE: dict[str, JsonValue] = {"title": "A title"}


class Slide(WireModel):
    """The published item."""

    text: RequiredText


class SlidesDraft(WireModel):
    """The items alone."""

    slides: list[Slide]


class Title(WireModel):
    """The field besides the items."""

    title: RequiredText


class Deck(Title, SlidesDraft):
    """Title and items."""


class Slides(Collector[int, Slide]):
    """Collects two slides."""

    list_key, shape, item = "slides", SlidesDraft, Slide
    name, finished, stray = "slide {key}", "slides written", "a slide had no number that was asked for"

    def __init__(self, job: MemoryContext) -> None:
        self.title = Beside("title", Title.model_validate, alone=Title, with_items=Deck)
        super().__init__(job, {"1": 1, "2": 2}, self.title)

    def key_of(self, draft: Draft) -> str | None:
        return text_of(draft.get("id")) or None

    def read(self, draft: Draft, wanted: int) -> Slide:
        return Slide(text=text_of(draft.get("text")))


class Model(Llm):
    """Gives these replies in order, each in pieces; records the requests and which replies were used."""

    def __init__(self, *replies: JsonValue, is_cut: bool = False) -> None:
        self.replies = list(replies)
        self.is_cut = is_cut
        self.asked: list[Ask] = []
        self.use: list[bool] = []

    async def ask(self, ledger: Any, ask: Ask, on_text: Any = None, take: Any = None) -> Reply:
        self.asked.append(ask)
        data = self.replies.pop(0)
        text = json.dumps(data)
        for start in range(0, len(text), 7):
            on_text(text[start : start + 7])
        reply = Reply(text, data, self.is_cut)
        self.use.append(take(reply))
        return reply


def job(**kept: Any) -> MemoryContext:
    return MemoryContext(POSTS, finished_items=kept)


async def collect(slides: Slides, model: Model, *keys: str) -> None:
    await slides.collect(model, "system", "; ".join, limits=(10, 20), keys=keys or None)


async def test_each_item_is_published_once_in_the_order_in_which_it_comes() -> None:
    found = Slides(attempt := job())

    await collect(found, Model({"slides": [TWO, ONE, ONE], **TITLE}))

    assert list(attempt.items) == ["2", "1"]
    assert attempt.messages == ["1 of 2 slides written", "2 of 2 slides written"]
    assert [item.text for item in found.items] == ["First.", "Second."]
    assert found.title.value == Title(title="A title")


async def test_only_what_is_missing_is_asked_for_again_and_with_what_was_wrong() -> None:
    model = Model({"slides": [ONE, {"id": "2"}, {"id": "9"}], "title": ""}, {"slides": [TWO], **TITLE})

    await collect(found := Slides(job()), model)

    assert [(ask.max_tokens, ask.shape) for ask in model.asked] == [(10, Deck), (20, Deck)]
    first, again = (ask.user for ask in model.asked)
    assert first == ""
    assert "slide 2: text:" in again
    assert Slides.stray in again
    assert "title:" in again
    assert found.lacking() == []


@pytest.mark.parametrize(
    ("first", "shape"), [({"slides": [ONE, TWO]}, Title), ({"slides": [ONE], **TITLE}, SlidesDraft)]
)
async def test_the_shape_asked_for_is_that_of_what_is_missing(first: Any, shape: type) -> None:
    model = Model(first, {"slides": [TWO], **TITLE})

    await collect(Slides(job()), model)

    assert model.asked[1].shape is shape


async def test_one_repair_is_all_and_a_reply_without_use_is_said_to_have_none() -> None:
    model = Model({"slides": [ONE]}, None)

    with pytest.raises(InvalidOutput) as failed:
        await collect(Slides(job()), model)

    assert model.use == [True, False]
    assert failed.value.detail.startswith("slide 2, title: ")
    assert "the answer was not valid JSON" in failed.value.detail


async def test_a_reply_that_was_cut_is_asked_for_in_fewer_words() -> None:
    model = Model({"slides": [ONE]}, {"slides": [TWO], **TITLE}, is_cut=True)

    await collect(Slides(job()), model)

    assert "cut off; write it shorter" in model.asked[1].user


async def test_what_earlier_attempts_finished_is_not_asked_for_and_of_another_shape_is() -> None:
    attempt = job(**{"1": {"text": "Kept."}, "2": {"body": "of an older shape"}})
    found = Slides(attempt)
    assert found.missing() == [2]

    await collect(found, Model({"slides": [ONE, TWO], **TITLE}))

    assert [item.text for item in found.items] == ["Kept.", "Second."]
    assert list(attempt.items) == ["2"]


async def test_a_call_may_be_for_some_of_the_items_and_others_in_it_are_passed_over() -> None:
    attempt = job()
    found = Slides(attempt)
    found.title.take(TITLE)

    await collect(found, Model({"slides": [TWO, ONE]}), "2")

    assert list(attempt.items) == ["2"]
    assert found.missing() == [1]


@pytest.mark.parametrize("reply", [{"slides": [ONE]}, {"slides": ONE}, [ONE, "noise"], ONE])
async def test_drafts_are_found_in_a_list_or_alone(reply: JsonValue) -> None:
    found = Slides(job())
    found.title.take(TITLE)

    await collect(found, Model(reply), "1")

    assert [item.text for item in found.items] == ["First."]


@pytest.mark.parametrize("reply", [{"slides": None}, None, "text", {}])
async def test_a_reply_without_drafts_gives_no_item_and_no_complaint_about_one(reply: JsonValue) -> None:
    found = Slides(job())

    with pytest.raises(InvalidOutput) as failed:
        await collect(found, Model(reply, reply))

    assert found.items == []
    assert Slides.stray not in failed.value.detail

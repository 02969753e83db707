"""Each post is published once, in the order of the hooks."""

from typing import Any

from lodestone.jobs.posts import POSTS
from lodestone.worker.testing import MemoryContext
from lodestone_content.posts.hooks import HookType
from lodestone_content.posts.variations import CLOSING, Variations

HOOKS = [HookType.CONTRARIAN, HookType.TIME_SAVED, HookType.CONFESSION]


def draft(hook: str = "time-saved", **changes: Any) -> dict[str, Any]:
    return {
        "hookType": hook,
        "post": f"A {hook} post. Comment QUOTE.",
        "whyThisAngle": "It is true.",
        **changes,
    }


def variations(job: MemoryContext) -> Variations:
    return Variations(job, HOOKS, "QUOTE")


def test_a_right_post_is_published_at_its_place_and_counted() -> None:
    job = MemoryContext(POSTS)
    job.expect(3)

    assert variations(job).offer([draft("Time Saved")]) == []

    (event,) = job.events
    wire = event.to_wire()
    assert (wire["itemKey"], wire["itemIndex"], wire["done"], wire["total"]) == ("time-saved", 1, 1, 3)
    assert wire["item"]["hookType"] == "time-saved"
    assert job.messages == ["1 of 3 posts written"]


def test_a_hook_that_comes_twice_or_was_not_asked_for_is_not_published() -> None:
    job = MemoryContext(POSTS)

    complaints = variations(job).offer([draft(), draft(), draft("price-anchor"), draft("")])

    assert len(job.events) == 1
    assert complaints == ["a variation had none of the hook types that were asked for"] * 2


def test_what_is_wrong_is_said_in_words_for_the_model() -> None:
    found = variations(MemoryContext(POSTS))

    assert found.offer([draft(post="No word.")]) == [
        "time-saved: the post does not tell readers to comment QUOTE"
    ]
    assert found.closing.take({"recommendation": "x", "dmTemplate": "Hi"})[0].startswith("dmTemplate:")
    assert found.lacking() == [*HOOKS, CLOSING]


def test_kept_posts_are_there_and_are_not_published_again() -> None:
    first = MemoryContext(POSTS)
    variations(first).offer([draft()])
    again = MemoryContext(POSTS, finished_items={**first.items, "confession": {"of": "an older shape"}})

    found = variations(again)

    assert [post.hook_type for post in found.items] == ["time-saved"]
    assert found.missing() == [HookType.CONTRARIAN, HookType.CONFESSION]
    assert again.events == []

"""The parts of results: listed by key, taken out, put back; old releases refuse a request for one."""

import pytest
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.jobs.parts import Parts
from lodestone.wire import JsonObject
from lodestone.worker.loading import load_definition
from support.folding import RESULTS
from support.mailing import emails_work
from support.polishing import polish_work
from support.samples import example_input, problems

WITH_PARTS = [kind for kind in JOB_TYPES.values() if kind.parts]
WORKS: dict[str, JsonObject] = {
    "extraction": example_input("extraction-single-system"),
    "polish": polish_work().to_wire(),
    "posts": example_input("posts"),
    "emails": emails_work().to_wire(),
}


def parts_of(kind: JobType) -> Parts:
    assert kind.parts is not None
    return kind.parts


each_type = pytest.mark.parametrize("kind", WITH_PARTS, ids=lambda kind: kind.name)


@each_type
def test_each_part_is_found_by_its_key_and_put_back_alone(kind: JobType) -> None:
    parts, whole = parts_of(kind), RESULTS[kind.name]
    listed = parts.of(whole)
    assert len({part.key for part in listed}) == len(listed) > 0

    for part in listed:
        found = parts.find(whole, part.key)
        assert found is not None
        assert parts.put(whole, part.key, found) == parts.settled(whole)
        assert problems(kind.result, parts.put(whole, part.key, found)) == {}


@each_type
@pytest.mark.parametrize("key", ["", "no such part", "9", "/1", "0", "-1", "１"])
def test_another_key_is_no_part(kind: JobType, key: str) -> None:
    parts, whole = parts_of(kind), RESULTS[kind.name]
    known = [part.key for part in parts.of(whole)]

    if key in known:
        return
    assert parts.find(whole, key) is None
    with pytest.raises(KeyError):
        parts.put(whole, key, {})


@each_type
def test_a_release_without_parts_refuses_the_request_for_one(kind: JobType) -> None:
    work = WORKS[kind.name]
    assert problems(kind.work, work) == {}

    assert problems(kind.work, parts_of(kind).blank(work)) != {}


def test_of_two_parts_with_one_key_the_first_is_meant() -> None:
    posts = [{"hookType": "story", "post": "first"}, {"hookType": "story", "post": "second"}]
    parts = parts_of(JOB_TYPES["posts"])

    assert parts.find({"variations": posts}, "story") == posts[0]
    assert parts.put({"variations": posts}, "story", {"hookType": "story", "post": "new"}) == {
        "variations": [{"hookType": "story", "post": "new"}, posts[1]]
    }


def test_a_job_type_with_parts_needs_the_function_that_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("lodestone_content.posts.job.make_part")

    with pytest.raises(Misconfigured, match=r"async def make_part.work: PostsInput"):
        load_definition(JOB_TYPES["posts"], {})


def test_a_block_is_a_part_of_its_section_and_what_only_owners_put_there_is_none() -> None:
    parts = parts_of(JOB_TYPES["polish"])
    page = RESULTS["polish"]["polishedContent"]
    paragraph = {"type": "paragraph", "content": "Said."}
    blocks = [{"type": "image", "src": "https://example.org/a.png", "alt": "A"}, paragraph]
    section = {**page["sections"][0], "blocks": blocks}
    whole = {**RESULTS["polish"], "polishedContent": {**page, "sections": [section]}}

    assert parts.find(whole, "the-calls/2") == paragraph
    assert [
        parts.find(whole, key) for key in ("the-calls/0", "the-calls/1", "the-calls/3", "the-calls/x")
    ] == [None] * 4
    new = {"type": "callout", "content": "Said in another way.", "style": "info"}
    put = parts.put(whole, "the-calls/2", new)["polishedContent"]
    assert put["sections"][0]["blocks"] == [blocks[0], new]
    assert (
        put["metadata"]["wordCount"] == parts.settled(whole)["polishedContent"]["metadata"]["wordCount"] + 3
    )
    assert (parts.outer("the-calls/2"), parts.outer("the-calls")) == ("the-calls", "the-calls")

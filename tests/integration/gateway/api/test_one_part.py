"""A job for one part of a lead magnet's text: what is refused, what travels, and what a result changes."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.folding import RESULTS, Folding
from support.lead_magnets import change, lead_magnet, read, with_content
from support.samples import emails_result, example_input, extracted_content, problems

POSTS = example_input("posts")
INPUTS: dict[str, tuple[str, JsonObject]] = {
    "extraction": ("extract", example_input("extraction-single-system")),
    "polish": ("polish", {}),
    "posts": ("posts", POSTS),
    "emails": ("emails", {}),
}


async def ask(user: User, job_type: str, magnet: JsonObject, **named: Any) -> Any:
    path, input = INPUTS[job_type]
    return await user.post(f"/api/lead-magnet/{path}", {**input, "leadMagnetId": magnet["id"], **named})


async def accepted(user: User, job_type: str, magnet: JsonObject, **named: Any) -> UUID:
    answer = await ask(user, job_type, magnet, **named)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])


async def made(user: User, folding: Folding, job_type: str) -> tuple[JsonObject, UUID]:
    """A lead magnet with a text of this type, and the job that made it."""
    magnet = await with_content(user)
    job_id = await accepted(user, job_type, magnet)
    await folding.complete(job_id)
    return magnet, job_id


def sent(gateway: RunningGateway, job_id: UUID) -> JsonObject:
    """The body of job.requested."""
    with psycopg.connect(gateway.settings.database_url) as connection:
        found = connection.execute(
            "SELECT body FROM outbox WHERE job_id = %s AND event = 'requested'", [job_id]
        ).fetchone()
    assert found is not None
    return dict(found[0])


def remade(job_type: str, key: str, text: str) -> JsonObject:
    """The sample result with another text in one part."""
    parts = JOB_TYPES[job_type].parts
    assert parts
    part = parts.find(RESULTS[job_type], key) or {}
    name = {"posts": "post", "emails": "body"}.get(job_type, "introduction")
    return parts.put(RESULTS[job_type], key, {**part, name: text})


def keys_of(job_type: str) -> list[str]:
    parts = JOB_TYPES[job_type].parts
    assert parts
    return [part.key for part in parts.of(RESULTS[job_type])]


async def offered(user: User, magnet: JsonObject) -> list[JsonObject]:
    answer = await user.get(f"/api/lead-magnets/{magnet['id']}/versions")
    return [each for each in answer.json()["items"] if each["isOffered"]]


@pytest.mark.parametrize("job_type", INPUTS)
async def test_a_job_for_one_part_names_it_and_the_job_that_made_the_whole(
    gateway: RunningGateway, user: User, folding: Folding, job_type: str
) -> None:
    magnet, first = await made(user, folding, job_type)
    key = keys_of(job_type)[-1]

    job_id = await accepted(user, job_type, magnet, part=key, instruction=" shorter ")

    job = await user.job(job_id)
    assert (job["input"]["part"], job["input"]["instruction"]) == (key, "shorter")
    assert job["parentJobId"] == str(first)
    body = sent(gateway, job_id)
    kind = JOB_TYPES[job_type]
    assert problems(kind.work, body["input"]) != {}, "a release that knows no parts refuses it"
    assert problems(kind.work, body["part"]["input"]) == {}
    assert problems(kind.result, body["part"]["present"]) == {}
    assert (body["part"]["key"], body["part"]["instruction"]) == (key, "shorter")


@pytest.mark.parametrize("job_type", INPUTS)
async def test_a_part_that_does_not_exist_is_refused_with_those_that_do(
    user: User, folding: Folding, job_type: str
) -> None:
    magnet, _ = await made(user, folding, job_type)

    refused = await ask(user, job_type, magnet, part="nothing", instruction="shorter")

    assert (refused.status_code, refused.json()["code"]) == (422, "VALIDATION_ERROR")
    [error] = refused.json()["errors"]
    assert error["field"] == "part"
    assert all(key in error["message"] for key in keys_of(job_type))
    assert [part["key"] for part in refused.json()["parts"]] == keys_of(job_type)


async def test_before_there_is_a_text_no_part_of_it_can_be_made(user: User) -> None:
    refused = await ask(user, "posts", await with_content(user), part="story")

    assert (refused.status_code, refused.json()["parts"]) == (422, [])
    assert "make all of them first" in refused.json()["errors"][0]["message"]


async def test_what_cannot_be_meant_is_refused(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    key = keys_of("posts")[0]
    everywhere = "/api/jobs"

    alone = await user.post("/api/lead-magnet/posts", {**POSTS, "part": key})
    no_part = await ask(user, "posts", magnet, instruction="shorter")
    too_long = await ask(user, "posts", magnet, part=key, instruction="x" * 301)
    ideation = {"jobType": "ideation", "input": example_input("ideation-b2b-consultant"), "part": "x"}
    no_parts = await user.post(everywhere, ideation)
    twice = {
        "jobType": "posts",
        "input": {**POSTS, "part": key},
        "part": "other",
        "leadMagnetId": magnet["id"],
    }
    differs = await user.post(everywhere, twice)

    answers = (alone, no_part, too_long, no_parts, differs)
    assert [answer.status_code for answer in answers] == [422] * 5
    fields = [answer.json()["errors"][0]["field"] for answer in answers]
    assert fields == ["leadMagnetId", "instruction", "instruction", "part", "part"]


@pytest.mark.parametrize("inside", [True, False])
async def test_the_part_may_stand_in_the_input_or_beside_it(
    user: User, folding: Folding, inside: bool
) -> None:
    magnet, first = await made(user, folding, "posts")
    named = {"part": keys_of("posts")[0], "instruction": "less salesy"}
    body = {"jobType": "posts", "leadMagnetId": magnet["id"], "input": POSTS | (named if inside else {})}

    answer = await user.post("/api/jobs", body | ({} if inside else named))

    assert answer.status_code == 202, answer.text
    job = await user.job(UUID(answer.json()["jobId"]))
    assert named.items() <= job["input"].items()
    assert job["parentJobId"] == str(first)


async def test_another_wish_under_the_same_key_is_another_request(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    key, once = keys_of("posts")[0], str(new_id())
    path, input = "/api/lead-magnet/posts", {**POSTS, "leadMagnetId": magnet["id"], "part": key}

    first = await user.post(path, {**input, "instruction": "shorter"}, Idempotency_Key=once)
    same = await user.post(path, {**input, "instruction": "shorter"}, Idempotency_Key=once)
    other = await user.post(path, {**input, "instruction": "longer"}, Idempotency_Key=once)

    assert [first.status_code, same.status_code, other.status_code] == [202, 200, 422]
    assert same.json()["jobId"] == first.json()["jobId"]


async def test_two_parts_are_made_side_by_side(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    first, second, _ = keys_of("posts")
    jobs = {key: await accepted(user, "posts", magnet, part=key) for key in (first, second)}
    assert len(set(jobs.values())) == 2

    for key, job_id in jobs.items():
        await folding.complete(job_id, remade("posts", key, f"New {key}"))

    after = await read(user, magnet)
    assert [post["post"] for post in after["postVariations"][:2]] == [f"New {first}", f"New {second}"]
    assert await offered(user, magnet) == []


async def test_a_retry_makes_the_same_part(gateway: RunningGateway, user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    failed = await accepted(user, "posts", magnet, part=keys_of("posts")[0], instruction="shorter")
    await folding.fail(failed)

    answer = await user.post(f"/api/jobs/{failed}/retry")

    assert answer.status_code == 202, answer.text
    again = UUID(answer.json()["jobId"])
    assert sent(gateway, again)["part"] == sent(gateway, failed)["part"]
    assert sent(gateway, again)["input"] == sent(gateway, failed)["input"]
    assert (await user.job(again))["parentJobId"] == str(failed)


@pytest.mark.parametrize("job_type", ["extraction", "polish", "posts"])
async def test_only_that_part_is_written_and_what_it_was_becomes_a_version(
    user: User, folding: Folding, job_type: str
) -> None:
    magnet, _ = await made(user, folding, job_type)
    before, key = await read(user, magnet), keys_of(job_type)[-1]
    job_id = await accepted(user, job_type, magnet, part=key)

    await folding.complete(job_id, remade(job_type, key, "Said in another way."))

    after = await read(user, magnet)
    columns = {"extraction": "extractedContent", "polish": "polishedContent", "posts": "postVariations"}
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"replaced"} == {columns[job_type], "jobs", "version", "updatedAt"}
    assert after["jobs"][job_type] == str(job_id)
    versions = (await user.get(f"/api/lead-magnets/{magnet['id']}/versions?piece={job_type}")).json()["items"]
    assert [(each["author"], each["replacedBy"]) for each in versions] == [("ai", str(job_id))]


async def test_an_edit_of_another_part_while_it_runs_survives(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    key = keys_of("posts")[0]
    job_id = await accepted(user, "posts", magnet, part=key)
    posts = (await read(user, magnet))["postVariations"]
    mine = [*posts[:1], {**posts[1], "post": "Mine"}, *posts[2:]]
    await change(user, magnet, postVariations=mine, dmTemplate="Mine, without placeholders")

    await folding.complete(job_id, remade("posts", key, "New"))

    after = await read(user, magnet)
    assert [post["post"] for post in after["postVariations"][:2]] == ["New", "Mine"]
    assert after["dmTemplate"] == "Mine, without placeholders"
    assert await offered(user, magnet) == []


async def test_an_edit_of_the_same_part_stays_and_the_new_one_is_offered(
    user: User, folding: Folding
) -> None:
    magnet, _ = await made(user, folding, "posts")
    key = keys_of("posts")[0]
    job_id = await accepted(user, "posts", magnet, part=key)
    posts = (await read(user, magnet))["postVariations"]
    await change(user, magnet, postVariations=[{**posts[0], "post": "Mine"}, *posts[1:]])

    await folding.complete(job_id, remade("posts", key, "New"))

    assert (await read(user, magnet))["postVariations"][0]["post"] == "Mine"
    [version] = await offered(user, magnet)
    assert (version["jobId"], version["author"]) == (str(job_id), "ai")


async def test_a_part_that_is_gone_when_it_is_made_is_offered(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "posts")
    job_id = await accepted(user, "posts", magnet, part=keys_of("posts")[0])
    posts = (await read(user, magnet))["postVariations"]
    await change(user, magnet, postVariations=posts[1:])

    await folding.complete(job_id, remade("posts", keys_of("posts")[0], "New"))

    assert (await read(user, magnet))["postVariations"] == posts[1:]
    assert [each["jobId"] for each in await offered(user, magnet)] == [str(job_id)]


async def test_one_email_is_put_among_the_others(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "emails")
    job_id = await accepted(user, "emails", magnet, part="2")
    path = f"/api/lead-magnets/{magnet['id']}/emails"
    mine = [{**each, "subject": "Mine"} if each["day"] == 0 else each for each in emails_result()["emails"]]
    assert (await user.send("PUT", path, {"emails": mine})).status_code == 200

    await folding.complete(job_id, remade("emails", "2", "New"))

    after = (await user.get(path)).json()["emails"]
    assert [each["body"] == "New" for each in after] == [False, False, True, False, False]
    assert after[0]["subject"] == "Mine"
    assert await offered(user, magnet) == []


async def test_what_its_owner_emptied_hinders_no_part(user: User, folding: Folding) -> None:
    magnet, _ = await made(user, folding, "extraction")
    await change(user, magnet, extractedContent={**extracted_content(), "proof": "", "format": ""})
    key = keys_of("extraction")[0]

    job_id = await accepted(user, "extraction", magnet, part=key)
    await folding.complete(job_id, remade("extraction", key, "New"))

    content = (await read(user, magnet))["extractedContent"]
    assert (content["proof"], content["format"]) == ("", "")
    assert content["structure"][0]["introduction"] == "New"


async def test_a_text_that_no_job_made_says_what_it_lacks(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent={**extracted_content(), "proof": ""})

    refused = await ask(user, "extraction", magnet, part=keys_of("extraction")[0])

    assert refused.status_code == 422
    assert "extractedContent.proof" in refused.json()["errors"][0]["message"]


async def test_posts_that_no_job_made_can_be_made_again_one_by_one(user: User) -> None:
    sample = RESULTS["posts"]
    columns = {"postVariations": sample["variations"], "dmTemplate": sample["dmTemplate"], "ctaWord": "QUOTE"}
    magnet = await with_content(user, **columns)

    job_id = await accepted(user, "posts", magnet, part=keys_of("posts")[0])

    assert (await user.job(job_id))["parentJobId"] is None

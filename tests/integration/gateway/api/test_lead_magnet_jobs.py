"""Jobs on a lead magnet: what their service receives, and when they are refused."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import change, lead_magnet, with_content
from support.samples import calculator, example_input, extracted_content

SYSTEM = example_input("extraction-single-system")
POSTS = example_input("posts")


async def ask(user: User, path: str, magnet: Any, body: Any = None, **headers: str) -> Any:
    body = {**(body or {}), "leadMagnetId": magnet["id"]}
    return await user.post(f"/api/lead-magnet/{path}", body, **headers)


async def accepted(user: User, path: str, magnet: Any, body: Any = None) -> UUID:
    answer = await ask(user, path, magnet, body)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])


def work(gateway: RunningGateway, job_id: UUID) -> dict[str, Any]:
    """The input inside job.requested."""
    with psycopg.connect(gateway.settings.database_url) as connection:
        found = connection.execute("SELECT body->'input' FROM outbox WHERE job_id = %s", [job_id]).fetchone()
    assert found is not None
    return dict(found[0])


def missing(answer: Any) -> set[str]:
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR"), answer.text
    return {error["field"] for error in answer.json()["errors"]}


async def test_polish_takes_a_snapshot_of_the_lead_magnet(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user, title="As it was")

    job_id = await accepted(user, "polish", magnet)
    await change(user, magnet, title="As it is now", extractedContent=None)

    sent = work(gateway, job_id)
    assert sent == {
        "leadMagnetId": magnet["id"],
        "title": "As it was",
        "archetype": magnet["archetype"],
        "concept": magnet["concept"],
        "extractedContent": extracted_content(),
    }
    job = await user.job(job_id)
    assert (job["input"], job["leadMagnetId"]) == ({"leadMagnetId": magnet["id"]}, magnet["id"])


async def test_polish_names_what_the_lead_magnet_lacks(user: User) -> None:
    assert missing(await ask(user, "polish", await lead_magnet(user))) == {"extractedContent"}
    assert missing(await ask(user, "polish", await with_content(user, concept=None))) == {"concept"}
    assert missing(await ask(user, "polish", await lead_magnet(user, concept=None))) == {
        "concept",
        "extractedContent",
    }


async def test_emails_know_the_sender_and_the_lead_magnet(gateway: RunningGateway, user: User) -> None:
    kit = {
        "senderName": "Mara",
        "businessDescription": "Quotes that win",
        "preferredTone": "technical",
        "bestVideoUrl": "https://example.org/v",
        "bestVideoTitle": "Watch",
        "contentLinks": [{"title": "A", "url": "https://example.org/a"}],
        "communityUrl": "https://example.org/c",
    }
    assert (await user.send("PUT", "/api/brand-kit", kit)).status_code == 200
    magnet = await with_content(user, externalUrl="https://example.org/quote")

    sent = work(gateway, await accepted(user, "emails", magnet, {"useAI": False}))

    assert sent == {
        "leadMagnetId": magnet["id"],
        "useAI": False,
        "title": magnet["title"],
        "format": "Doc",
        "contents": "The calls: Price the delay",
        "senderName": "Mara",
        "businessDescription": "Quotes that win",
        "audienceStyle": "technical",
        "bestVideo": {"title": "Watch", "url": "https://example.org/v"},
        "contentLinks": [{"title": "A", "url": "https://example.org/a"}],
        "communityUrl": "https://example.org/c",
        "resourceUrl": "https://example.org/quote",
        "voice": {"name": "Mara", "tone": "technical", "language": None},
    }


async def test_a_sender_without_a_brand_kit_goes_by_the_users_name(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await lead_magnet(user)
    nameless = work(gateway, await accepted(user, "emails", magnet))
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("UPDATE users SET name = 'Kim' WHERE id = %s", [user.id])

    named = work(gateway, await accepted(user, "emails", magnet))

    assert (nameless["senderName"], named["senderName"]) == ("The team", "Kim")
    assert (nameless["resourceUrl"], nameless["bestVideo"]) == (None, None)
    assert nameless["contents"] == magnet["concept"]["painSolved"]


async def test_emails_of_a_calculator_speak_of_it(gateway: RunningGateway, user: User) -> None:
    magnet = await lead_magnet(user, archetype="single-calculator", interactiveConfig=calculator())

    sent = work(gateway, await accepted(user, "emails", magnet))

    assert sent["contents"] == "What does churn cost you?\nTwo figures, one answer."


async def test_emails_about_nothing_are_refused(user: User) -> None:
    magnet = await lead_magnet(user, concept=None)

    assert missing(await ask(user, "emails", magnet)) == {"concept", "extractedContent"}


@pytest.mark.parametrize(("path", "body"), [("extract", SYSTEM), ("posts", POSTS)])
async def test_extraction_and_posts_may_name_a_lead_magnet_of_the_callers(
    gateway: RunningGateway, user: User, path: str, body: Any
) -> None:
    magnet = await lead_magnet(user)

    job = await user.job(await accepted(user, path, magnet, body))

    assert job["leadMagnetId"] == magnet["id"]
    assert "leadMagnetId" not in job["input"]


@pytest.mark.parametrize(
    ("path", "body"), [("extract", SYSTEM), ("posts", POSTS), ("polish", {}), ("emails", {})]
)
async def test_a_foreign_or_unknown_lead_magnet_is_404(
    gateway: RunningGateway, user: User, path: str, body: Any
) -> None:
    foreign = await with_content(gateway.user())

    for magnet in (foreign, {"id": str(new_id())}):
        answer = await ask(user, path, magnet, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_a_second_polish_is_told_the_first_ones_id(user: User, folding: Folding) -> None:
    magnet, other = await with_content(user), await with_content(user)
    first = await accepted(user, "polish", magnet)

    second = await ask(user, "polish", magnet)
    await accepted(user, "polish", other)
    await accepted(user, "emails", magnet)

    assert (second.status_code, second.json()["code"]) == (409, "CONFLICT")
    assert second.json()["jobId"] == str(first)
    await folding.complete(first)
    await accepted(user, "polish", magnet)


async def test_of_twenty_polish_jobs_at_once_one_is_made(user: User) -> None:
    magnet = await with_content(user)

    answers = await asyncio.gather(*(ask(user, "polish", magnet) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 19
    [made] = [answer.json()["jobId"] for answer in answers if answer.status_code == 202]
    assert {answer.json()["jobId"] for answer in answers} == {made}
    jobs = (await user.get("/api/jobs?jobType=polish")).json()["items"]
    assert [job["id"] for job in jobs] == [made]


async def test_one_key_at_once_makes_one_polish_job_and_replays(user: User) -> None:
    magnet = await with_content(user)

    answers = await asyncio.gather(*(ask(user, "polish", magnet, Idempotency_Key="k") for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]
    assert len({answer.json()["jobId"] for answer in answers}) == 1


async def test_a_retry_of_polish_keeps_the_snapshot_and_the_rule(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    magnet = await with_content(user)
    failed = await accepted(user, "polish", magnet)
    await folding.fail(failed)
    await change(user, magnet, title="Later")

    retried = await user.post(f"/api/jobs/{failed}/retry")
    twice = await user.post(f"/api/jobs/{failed}/retry")

    assert retried.status_code == 202
    assert work(gateway, UUID(retried.json()["jobId"]))["title"] == magnet["title"]
    assert (twice.status_code, twice.json()["jobId"]) == (200, retried.json()["jobId"])
    other = await ask(user, "polish", magnet)
    assert (other.status_code, other.json()["jobId"]) == (409, retried.json()["jobId"])


async def test_a_job_of_a_deleted_lead_magnet_is_not_retried(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    failed = await accepted(user, "emails", magnet)
    await folding.fail(failed)
    await user.send("DELETE", f"/api/lead-magnets/{magnet['id']}")

    assert (await user.post(f"/api/jobs/{failed}/retry")).status_code == 404

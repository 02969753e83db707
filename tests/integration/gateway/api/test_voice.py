"""The voice that a user keeps in the brand kit goes with every job that they ask for from then on."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import with_content
from support.samples import example_input

KIT = "/api/brand-kit"
SAID = {"senderName": " Mara\n Lind ", "preferredTone": "dry, short", "outputLanguage": "fr"}
VOICE = {"name": "Mara Lind", "tone": "dry, short", "language": "fr"}
OWN = {"name": "Kim", "tone": "technical", "language": "pt"}
IDEATION = ("ideate", example_input("ideation-b2b-consultant"))
EXTRACTION = ("extract", example_input("extraction-single-system"))
POSTS = ("posts", example_input("posts"))


async def say(user: User, **kit: Any) -> None:
    answer = await user.send("PUT", KIT, kit or SAID)
    assert answer.status_code == 200, answer.text


async def voice_of_job(gateway: RunningGateway, user: User, path: str, body: Any) -> Any:
    """What the service gets; None where the input says nothing of a voice."""
    answer = await user.post(f"/api/lead-magnet/{path}", body)
    assert answer.status_code == 202, answer.text
    job_id = UUID(answer.json()["jobId"])
    with psycopg.connect(gateway.settings.database_url) as connection:
        found = connection.execute(
            "SELECT body->'input'->'voice' FROM outbox WHERE job_id = %s", [job_id]
        ).fetchone()
    assert "voice" not in (await user.job(job_id))["input"] or "voice" in body
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("path", "body"), [IDEATION, EXTRACTION, POSTS], ids=lambda each: str(each)[:9])
async def test_a_job_gets_the_voice_of_the_brand_kit_unless_it_names_one(
    gateway: RunningGateway, user: User, path: str, body: Any
) -> None:
    before = await voice_of_job(gateway, user, path, body)
    await say(user)

    assert before is None
    assert await voice_of_job(gateway, user, path, body) == VOICE
    assert await voice_of_job(gateway, user, path, {**body, "voice": OWN}) == OWN


@pytest.mark.parametrize(("path", "body"), [EXTRACTION, POSTS, ("polish", {}), ("emails", {})])
async def test_so_does_a_job_on_a_lead_magnet(
    gateway: RunningGateway, user: User, path: str, body: Any
) -> None:
    magnet = await with_content(user)
    await say(user)

    assert await voice_of_job(gateway, user, path, {**body, "leadMagnetId": magnet["id"]}) == VOICE


async def test_nobody_speaks_with_the_voice_of_another(gateway: RunningGateway, user: User) -> None:
    await say(gateway.user())

    for path, body in (IDEATION, POSTS):
        assert await voice_of_job(gateway, user, path, body) is None


async def test_a_retry_keeps_the_voice_of_the_job(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    await say(user)
    job_id = (await user.post("/api/lead-magnet/posts", POSTS[1])).json()["jobId"]
    await folding.fail(UUID(job_id))
    await say(user, outputLanguage="es")

    retried = (await user.post(f"/api/jobs/{job_id}/retry")).json()["jobId"]

    with psycopg.connect(gateway.settings.database_url) as connection:
        (kept,) = connection.execute(
            "SELECT body->'input'->'voice'->>'language' FROM outbox WHERE job_id = %s", [retried]
        ).fetchall()
    assert kept == ("fr",)


async def test_who_said_nothing_or_took_it_back_has_no_voice(gateway: RunningGateway, user: User) -> None:
    await say(user)
    await say(user, senderName=None, preferredTone=None, outputLanguage=None)

    assert await voice_of_job(gateway, user, *POSTS) is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("senderName", "x" * 121, "Must have at most 120 characters."),
        ("preferredTone", "x" * 501, "Must have at most 500 characters: say it in a sentence or two."),
        ("outputLanguage", "it", "Must be one of: en, de, fr, es, pt."),
    ],
)
async def test_what_no_prompt_could_use_is_refused_in_a_sentence(
    user: User, field: str, value: str, message: str
) -> None:
    answer = await user.send("PUT", KIT, {field: value})

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["message"] == message


async def test_a_name_that_was_stored_before_there_was_a_bound_is_cut(
    gateway: RunningGateway, user: User
) -> None:
    await say(user)
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(
            "UPDATE brand_kits SET sender_name = repeat('n', 900), preferred_tone = repeat('t', 900)"
            " WHERE user_id = %s",
            [user.id],
        )

    voice = await voice_of_job(gateway, user, *POSTS)

    assert (len(voice["name"]), len(voice["tone"])) == (120, 500)

"""What results write beyond their jobs, in the fold's own transaction and with the projector's role."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import JobCompleted, JobFailed, Reason, Usage
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone.wire import JsonObject
from lodestone_gateway.projector import effects
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import Cursor, CursorMoved, read_cursor
from lodestone_gateway.store.pipeline import Pipeline
from support.api import RunningGateway, User
from support.folding import RESULTS, Folding
from support.lead_magnets import change, lead_magnet, read, usage, with_content
from support.samples import calculator, emails_result, example_input, extracted_content

INPUTS: dict[str, tuple[str, JsonObject]] = {
    "extraction": ("extract", example_input("extraction-single-system")),
    "polish": ("polish", {}),
    "posts": ("posts", example_input("posts")),
    "emails": ("emails", {}),
}
WRITTEN = {
    "extraction": {"extractedContent"},
    "polish": {"polishedContent", "polishedAt"},
    "posts": {"postVariations", "linkedinPost", "dmTemplate", "ctaWord"},
    "emails": set[str](),
}
"""The fields of a lead magnet that a result of the job type changes."""
ALWAYS = {"jobs", "version", "updatedAt", "replaced"}


async def on(user: User, magnet: JsonObject, job_type: str) -> UUID:
    """A job on the lead magnet."""
    path, input = INPUTS[job_type]
    answer = await user.post(f"/api/lead-magnet/{path}", {**input, "leadMagnetId": magnet["id"]})
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])


async def emails_of(user: User, magnet: JsonObject) -> Any:
    return await user.get(f"/api/lead-magnets/{magnet['id']}/emails")


@pytest.mark.parametrize("job_type", INPUTS)
async def test_each_result_writes_its_own_part_alone(user: User, folding: Folding, job_type: str) -> None:
    before = await with_content(user, linkedinPost="Mine", ctaWord="MINE", status="published")
    job_id = await on(user, before, job_type)

    await folding.complete(job_id)

    after = await read(user, before)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - ALWAYS <= WRITTEN[job_type]
    assert after["version"] == before["version"] + 1
    assert after["jobs"] == {**before["jobs"], job_type: str(job_id)}
    assert after["status"] == "published"
    assert (await user.job(job_id))["status"] == "completed"


@pytest.mark.parametrize("job_type", INPUTS)
async def test_a_result_that_replaces_nothing_is_written_without_models(
    user: User, folding: Folding, job_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    magnet = await with_content(user) if job_type != "extraction" else await lead_magnet(user)
    job_id = await on(user, magnet, job_type)
    monkeypatch.setattr(Pipeline, "session", None)

    await folding.complete(job_id)

    assert (await read(user, magnet))["jobs"][job_type] == str(job_id)


async def by_models(*_: Any) -> bool:
    """Effects are applied in the readable form."""
    return False


SITUATIONS: dict[str, JsonObject] = {
    "the owner writes meanwhile": {},
    "nothing is there": {},
    "the same is there": {"extractedContent": extracted_content()},
    "the owner's own is there": {
        "extractedContent": {**extracted_content(), "title": "Mine"},
        "linkedinPost": "Mine",
    },
    "something empty is there": {"linkedinPost": "", "dmTemplate": "", "postVariations": []},
}


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_statements_write_what_the_models_write(
    user: User, folding: Folding, situation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for effects_by in (effects._apply_plainly, by_models):
        magnet = await lead_magnet(user, **SITUATIONS[situation])
        for job_type in (*INPUTS, *INPUTS):  # the second time each replaces a result
            monkeypatch.setattr(effects, "_apply_plainly", effects_by)
            job_id = await on(user, magnet, job_type)
            if situation == "the owner writes meanwhile":
                await change(user, magnet, linkedinPost=f"Mine beside {job_type}")
            await folding.complete(job_id)
        after, emails = await read(user, magnet), (await emails_of(user, magnet)).json()
        kept = [(each["piece"], each["texts"]) for each in after["replaced"]]
        dated = {name: after[name] is None for name in ("polishedAt", "updatedAt")}
        told.append(({**without(after), **dated}, without(emails), kept))

    assert told[0] == told[1]


def without(told: JsonObject) -> JsonObject:
    """What does not differ by lead magnet or moment."""
    differ = {"id", "leadMagnetId", "jobs", "replaced", "createdAt", "updatedAt", "polishedAt"}
    return {name: value for name, value in told.items() if name not in differ}


async def test_nobody_elses_lead_magnet_is_written_to(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    other = gateway.user()
    theirs = await with_content(other)
    job_id = await on(user, await with_content(user), "posts")
    with psycopg.connect(gateway.settings.database_url) as connection:
        at = "UPDATE background_jobs SET lead_magnet_id = %s WHERE id = %s"
        connection.execute(at, [theirs["id"], job_id])

    await folding.complete(job_id)

    assert await read(other, theirs) == theirs
    assert (await user.job(job_id))["status"] == "completed"


async def test_content_of_an_extraction_replaces_the_content(user: User, folding: Folding) -> None:
    magnet = await with_content(user, interactiveConfig=None)
    content = {**extracted_content(), "title": "Rewritten"}

    await folding.complete(await on(user, magnet, "extraction"), {"extractedContent": content})

    assert (await read(user, magnet))["extractedContent"] == content


async def test_a_configuration_leaves_the_content(user: User, folding: Folding) -> None:
    magnet = await with_content(user)

    await folding.complete(await on(user, magnet, "extraction"), {"interactiveConfig": calculator()})

    after = await read(user, magnet)
    assert after["interactiveConfig"] == calculator()
    assert after["extractedContent"] == extracted_content()


async def test_polish_and_posts_are_kept_as_they_were_written(user: User, folding: Folding) -> None:
    magnet = await with_content(user)

    await folding.complete(await on(user, magnet, "polish"))
    await folding.complete(await on(user, magnet, "posts"))

    after, posts = await read(user, magnet), RESULTS["posts"]
    assert after["polishedContent"] == RESULTS["polish"]["polishedContent"]
    assert after["polishedAt"] == RESULTS["polish"]["polishedAt"]
    assert after["postVariations"] == posts["variations"]
    assert after["linkedinPost"] == posts["variations"][0]["post"]
    assert (after["dmTemplate"], after["ctaWord"]) == (posts["dmTemplate"], posts["ctaWord"])
    assert after["version"] == magnet["version"] + 2


async def test_emails_become_a_draft_and_never_more(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    result = {**emails_result(), "usedFallback": True, "fallbackReason": "AI_ERROR"}

    await folding.complete(await on(user, magnet, "emails"), result)

    shown = (await emails_of(user, magnet)).json()
    assert (shown["emails"], shown["status"]) == (result["emails"], "draft")
    assert (shown["usedFallback"], shown["fallbackReason"]) == (True, "AI_ERROR")


async def test_an_edit_made_before_a_result_is_refused_after_it(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    await folding.complete(await on(user, magnet, "posts"))

    late = await user.send(
        "PATCH", f"/api/lead-magnets/{magnet['id']}", {"title": "Late"}, If_Match=f'"{magnet["version"]}"'
    )

    assert late.status_code == 409


async def test_edits_and_results_at_once_lose_nothing(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    jobs = [await on(user, magnet, job_type) for job_type in INPUTS]

    async def complete_all() -> None:
        for job_id in jobs:
            await folding.complete(job_id)

    edits = [change(user, magnet, externalUrl=f"https://example.org/{number}") for number in range(10)]
    await asyncio.gather(complete_all(), *edits)

    after = await read(user, magnet)
    assert after["version"] == magnet["version"] + len(jobs) + len(edits)
    assert all(after["jobs"].values())
    assert after["externalUrl"].startswith("https://example.org/")


@pytest.mark.parametrize("job_type", INPUTS)
async def test_a_lead_magnet_that_is_gone_is_passed_over(user: User, folding: Folding, job_type: str) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, job_type)
    await user.send("DELETE", f"/api/lead-magnets/{magnet['id']}")

    await folding.complete(job_id)

    job = await user.job(job_id)
    assert (job["status"], job["result"]) == ("completed", RESULTS[job_type])
    assert job["leadMagnetId"] == magnet["id"]


async def test_a_job_without_lead_magnet_keeps_its_result_in_itself(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    answer = await user.post("/api/lead-magnet/posts", INPUTS["posts"][1])

    await folding.complete(UUID(answer.json()["jobId"]))

    assert await read(user, magnet) == magnet


async def test_deleting_and_completing_at_once_both_succeed(user: User, folding: Folding) -> None:
    for _ in range(5):
        magnet = await with_content(user)
        job_id = await on(user, magnet, "emails")

        deleted, _ = await asyncio.gather(
            user.send("DELETE", f"/api/lead-magnets/{magnet['id']}"), folding.complete(job_id)
        )

        assert deleted.status_code == 204
        assert (await user.job(job_id))["status"] == "completed"
        assert (await emails_of(user, magnet)).status_code == 404


async def test_a_failed_job_writes_nothing(user: User, folding: Folding) -> None:
    magnet = await with_content(user)

    await folding.fail(await on(user, magnet, "posts"))

    assert await read(user, magnet) == magnet


@pytest.mark.parametrize("result", [{}, {"polishedContent": None}, {"polishedContent": 5, "polishedAt": "x"}])
async def test_a_result_that_is_none_stays_in_its_job(
    user: User, folding: Folding, result: JsonObject
) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, "polish")

    await folding.complete(job_id, result)

    assert (await user.job(job_id))["status"] == "completed"
    assert await read(user, magnet) == magnet


async def test_the_first_end_decides_what_is_written(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, "posts")
    await folding.fail(job_id)

    await folding.complete(job_id)

    assert await read(user, magnet) == magnet


async def test_a_batch_that_is_thrown_away_writes_nothing(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, "posts")
    at = await read_cursor(folding.engine)
    common: dict[str, Any] = {"job_id": job_id, "job_type": "posts", "user_id": user.id, "attempt": 1}
    done = JobCompleted(**common, result=RESULTS["posts"], usage=Usage())

    with pytest.raises(CursorMoved):
        await commit_batch(
            folding.tables,
            Cursor(at.version + 1, at.sequence),
            [Entry(at.sequence + 1, str(new_id()), now(), done)],
            at.sequence + 1,
        )

    assert await read(user, magnet) == magnet
    assert (await user.job(job_id))["status"] == "pending"


async def test_the_same_event_again_writes_and_settles_once(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    common: dict[str, Any] = {"job_id": job_id, "job_type": "ideation", "user_id": user.id, "attempt": 0}
    reason = Reason(code=ErrorCode.AI_ERROR, message="m")
    failed = Entry(0, str(new_id()), now(), JobFailed(**common, error=reason, usage=Usage()))
    done = Entry(0, str(new_id()), now(), JobCompleted(**common, result=RESULTS["ideation"], usage=Usage()))

    for entries in ([failed, done], [failed], [done]):
        cursor = await read_cursor(folding.engine)
        await commit_batch(folding.tables, cursor, entries, cursor.sequence + 1)

    assert (await usage(user))["used"] == (await usage(user))["reserved"] == 0
    with psycopg.connect(gateway.settings.database_url) as connection:
        ended = connection.execute(
            "SELECT state, ended_at FROM usage_reservations WHERE job_id = %s", [job_id]
        ).fetchall()
    assert ended == [("released", failed.time)]


async def test_what_is_not_there_is_null_in_the_tables_too(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    await folding.begin(await user.submit(example_input("ideation-fitness-coach")))
    await with_content(user, generatedContent=None)
    await user.send("PUT", "/api/brand-kit", {"styleProfile": None})

    with psycopg.connect(gateway.settings.database_url) as connection:
        found = connection.execute(
            "SELECT result IS NULL, style_profile IS NULL, generated_content IS NULL"
            " FROM background_jobs JOIN brand_kits USING (user_id) JOIN lead_magnets USING (user_id)"
            " WHERE user_id = %s",
            [user.id],
        ).fetchall()

    assert found == [(True, True, True)]


async def versions(user: User, magnet: JsonObject) -> list[JsonObject]:
    return list((await user.get(f"/api/lead-magnets/{magnet['id']}/versions")).json()["items"])


async def texts(user: User, magnet: JsonObject, version: JsonObject) -> JsonObject:
    return dict(
        (await user.get(f"/api/lead-magnets/{magnet['id']}/versions/{version['id']}")).json()["texts"]
    )


async def test_an_edit_made_while_a_job_runs_stays_and_the_result_is_offered(
    user: User, folding: Folding
) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, "extraction")
    mine = {**extracted_content(), "title": "My own words"}
    edited = await change(user, magnet, extractedContent=mine)

    await folding.complete(job_id)

    after = await read(user, magnet)
    assert (after["extractedContent"], after["version"]) == (mine, edited["version"])
    offered = (await versions(user, magnet))[0]
    assert (offered["author"], offered["jobId"], offered["isOffered"]) == ("ai", str(job_id), True)
    assert (await texts(user, magnet, offered))["extractedContent"] == RESULTS["extraction"][
        "extractedContent"
    ]
    path = f"/api/lead-magnets/{magnet['id']}/versions/{offered['id']}"
    assert (await user.send("POST", f"{path}/decline")).status_code == 204
    assert not (await versions(user, magnet))[0]["isOffered"]
    await user.send("POST", f"{path}/restore")
    chosen = await read(user, magnet)
    assert chosen["extractedContent"] == RESULTS["extraction"]["extractedContent"]
    assert chosen["jobs"]["extraction"] == str(job_id)


async def test_an_edit_of_another_piece_holds_no_result_back(user: User, folding: Folding) -> None:
    magnet = await with_content(user, dmTemplate="Mine")
    job_id = await on(user, magnet, "posts")
    await change(user, magnet, extractedContent={**extracted_content(), "title": "Mine"}, title="New")

    await folding.complete(job_id)

    assert (await read(user, magnet))["jobs"]["posts"] == str(job_id)
    assert not any(each["isOffered"] for each in await versions(user, magnet))


async def test_writing_again_over_an_edit_keeps_it_as_a_version(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    first = await on(user, magnet, "posts")
    await folding.complete(first)
    await change(user, magnet, dmTemplate="Hi {first_name}, mine: [LINK]")
    second = await on(user, magnet, "posts")

    await folding.complete(second)

    mine, of_ai = await versions(user, magnet)
    assert (mine["author"], mine["jobId"], mine["replacedBy"]) == ("owner", str(first), str(second))
    assert (await texts(user, magnet, mine))["dmTemplate"] == "Hi {first_name}, mine: [LINK]"
    assert (of_ai["author"], of_ai["jobId"], of_ai["replacedBy"]) == ("ai", str(first), None)
    assert (await texts(user, magnet, of_ai))["dmTemplate"] == RESULTS["posts"]["dmTemplate"]


async def test_emails_edited_while_a_job_runs_stay(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    await folding.complete(await on(user, magnet, "emails"))
    job_id = await on(user, magnet, "emails")
    mine = [{**each, "subject": f"Mine {each['day']}"} for each in emails_result()["emails"]]
    await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/emails", {"emails": mine})

    await folding.complete(job_id)

    assert (await emails_of(user, magnet)).json()["emails"] == mine
    offered = (await versions(user, magnet))[0]
    assert (offered["piece"], offered["jobId"], offered["isOffered"]) == ("emails", str(job_id), True)


async def test_a_template_is_offered_and_never_put_in_the_place_of_emails(
    user: User, folding: Folding
) -> None:
    magnet = await with_content(user)
    await folding.complete(await on(user, magnet, "emails"))
    before = (await emails_of(user, magnet)).json()
    template = [{**each, "subject": "[SUBJECT]"} for each in emails_result()["emails"]]
    stood_in = {"emails": template, "usedFallback": True, "fallbackReason": "AI_ERROR"}

    await folding.complete(await on(user, magnet, "emails"), stood_in)

    assert (await emails_of(user, magnet)).json() == before
    [offered] = await versions(user, magnet)
    assert (offered["author"], offered["isOffered"]) == ("template", True)
    await user.send("POST", f"/api/lead-magnets/{magnet['id']}/versions/{offered['id']}/restore")
    chosen = (await emails_of(user, magnet)).json()
    assert (chosen["emails"], chosen["usedFallback"], chosen["status"]) == (template, True, "draft")


@pytest.mark.parametrize("job_type", INPUTS)
async def test_a_result_that_takes_the_place_of_another_result_keeps_nothing_twice(
    user: User, folding: Folding, job_type: str
) -> None:
    magnet = await with_content(user)
    if job_type == "extraction":
        await folding.complete(await on(user, magnet, job_type))
    before = (await read(user, magnet))["replaced"]
    for _ in range(2):
        await folding.complete(await on(user, magnet, job_type))

    assert (await read(user, magnet))["replaced"] == before


async def test_emails_are_not_activated_while_a_job_writes_them_again(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    await folding.complete(await on(user, magnet, "emails"))
    job_id = await on(user, magnet, "emails")
    path = f"/api/lead-magnets/{magnet['id']}/emails"

    refused = await user.post(f"{path}/activate")
    await folding.complete(job_id)
    accepted = await user.post(f"{path}/activate")

    assert (refused.status_code, refused.json()["jobId"]) == (409, str(job_id))
    assert "Wait for the new ones, or stop that job first" in refused.json()["detail"]
    assert (accepted.status_code, accepted.json()["status"]) == (200, "active")

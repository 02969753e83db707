"""Lead magnets: created from a concept or an own idea, changed without lost updates, deleted with jobs."""

import asyncio
import copy
import functools
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.jobs.lead_magnet import ARCHETYPES
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import OWN_IDEA, change, lead_magnet, read, with_content
from support.samples import (
    assessment,
    calculator,
    example_input,
    extracted_content,
    gpt,
    ideation_result,
    polished_content,
    posts_result,
)

COACH = example_input("ideation-fitness-coach")
PATH = "/api/lead-magnets"


def errors(answer: Any) -> dict[str, str]:
    """The fields of a 422 and the message for each."""
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR"), answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def patch(user: User, magnet: Any, body: Any, **headers: str) -> Any:
    return await user.send("PATCH", f"{PATH}/{magnet['id']}", body, **headers)


async def test_an_own_idea_needs_title_and_pain_alone(user: User) -> None:
    answer = await user.post(PATH, OWN_IDEA)

    magnet = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{PATH}/{magnet['id']}"
    assert answer.headers["etag"] == '"1"'
    assert (magnet["title"], magnet["archetype"]) == ("The Two-Page Quote", "single-breakdown")
    assert (magnet["status"], magnet["version"], magnet["isCustomIdea"]) == ("draft", 1, True)
    assert magnet["concept"]["painSolved"] == OWN_IDEA["painSolved"]
    assert magnet["concept"]["viralCheck"] == {
        "highValue": True,
        "urgentPain": True,
        "actionableUnder1h": True,
        "simple": True,
        "authorityBoosting": True,
    }
    assert magnet["concept"]["creationTimeEstimate"] == "1–2 hours"
    assert magnet["concept"]["bundlePotential"] == []
    assert (magnet["concept"]["contents"], magnet["concept"]["whyNowHook"]) == ("", "")


async def test_a_new_lead_magnet_shows_every_field(user: User) -> None:
    magnet = await lead_magnet(user)

    assert magnet["jobs"] == {"extraction": None, "polish": None, "posts": None, "emails": None}
    for empty in (
        "ideationJobId",
        "extractedContent",
        "generatedContent",
        "interactiveConfig",
        "polishedContent",
        "polishedAt",
        "linkedinPost",
        "postVariations",
        "dmTemplate",
        "ctaWord",
        "externalUrl",
        "scheduledTime",
        "publishedAt",
    ):
        assert magnet[empty] is None
    assert magnet["createdAt"] == magnet["updatedAt"]
    assert magnet["createdAt"].endswith("Z")


async def test_a_concept_becomes_a_lead_magnet(user: User, folding: Folding) -> None:
    job_id = await user.submit(COACH)
    await folding.complete(job_id)

    answer = await user.post(PATH, {"ideationJobId": str(job_id), "conceptIndex": 3})

    magnet, concept = answer.json(), ideation_result()["concepts"][3]
    assert answer.status_code == 201
    assert (magnet["ideationJobId"], magnet["isCustomIdea"]) == (str(job_id), False)
    assert (magnet["title"], magnet["archetype"]) == (concept["title"], ARCHETYPES[3])
    assert magnet["concept"] == {**concept, "groundedIn": ""}


async def test_a_concept_can_be_taken_while_the_others_are_written(user: User, folding: Folding) -> None:
    job_id = await user.submit(COACH)
    await folding.begin(job_id, *ideation_result()["concepts"][:2])

    taken = await user.post(PATH, {"ideationJobId": str(job_id), "conceptIndex": 1})
    early = await user.post(PATH, {"ideationJobId": str(job_id), "conceptIndex": 2})

    assert taken.json()["archetype"] == ARCHETYPES[1]
    assert (early.status_code, early.json()["code"]) == (409, "CONFLICT")


async def test_a_title_that_is_too_long_for_a_name_is_cut(user: User, folding: Folding) -> None:
    job_id, result = await user.submit(COACH), ideation_result()
    result["concepts"][0]["title"] = "x" * 300
    await folding.complete(job_id, result)

    magnet = (await user.post(PATH, {"ideationJobId": str(job_id), "conceptIndex": 0})).json()

    assert magnet["title"] == "x" * 200
    assert magnet["concept"]["title"] == "x" * 300


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title", "painSolved"}),
        ({"title": "T"}, {"painSolved"}),
        ({**OWN_IDEA, "title": "x" * 201}, {"title"}),
        ({**OWN_IDEA, "title": " "}, {"title"}),
        ({**OWN_IDEA, "archetype": "nope"}, {"archetype"}),
        ({"ideationJobId": str(new_id())}, {"conceptIndex"}),
        ({"ideationJobId": "x", "conceptIndex": 10}, {"ideationJobId", "conceptIndex"}),
    ],
)
async def test_what_is_missing_or_wrong_in_a_new_one_is_named(
    user: User, body: dict[str, Any], fields: set[str]
) -> None:
    assert set(errors(await user.post(PATH, body))) == fields


async def test_only_an_ideation_job_of_ones_own_has_concepts(gateway: RunningGateway, user: User) -> None:
    foreign = await gateway.user().submit(COACH)
    posts = (await user.post("/api/lead-magnet/posts", example_input("posts"))).json()["jobId"]

    for job_id in (str(foreign), posts, str(new_id())):
        answer = await user.post(PATH, {"ideationJobId": job_id, "conceptIndex": 0})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_lead_magnets_are_listed_newest_first_in_pages(user: User) -> None:
    made = [(await lead_magnet(user, title=f"T{number}"))["id"] for number in range(5)]

    first = (await user.get(f"{PATH}?limit=2")).json()
    second = (await user.get(f"{PATH}?limit=2&cursor={first['nextCursor']}")).json()
    third = (await user.get(f"{PATH}?limit=2&cursor={second['nextCursor']}")).json()

    shown = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert shown == made[::-1]
    assert third["nextCursor"] is None
    assert "concept" not in first["items"][0]


async def test_a_change_touches_what_it_names_alone(user: User) -> None:
    magnet = await with_content(user, linkedinPost="Mine")

    changed = await change(
        user, magnet, title="Another", externalUrl="https://example.org/q", ctaWord="QUOTE"
    )

    assert changed["version"] == magnet["version"] + 1
    assert changed["updatedAt"] >= magnet["updatedAt"]
    kept = set(magnet) - {"title", "externalUrl", "ctaWord", "version", "updatedAt"}
    assert {name: changed[name] for name in kept} == {name: magnet[name] for name in kept}
    assert await read(user, magnet) == changed


async def test_a_change_of_nothing_changes_nothing(user: User) -> None:
    magnet = await lead_magnet(user)

    assert await change(user, magnet) == magnet


async def test_null_takes_a_part_away(user: User) -> None:
    magnet = await with_content(user, polishedContent=polished_content())

    changed = await change(user, magnet, extractedContent=None, polishedContent=None, externalUrl="")

    assert (changed["extractedContent"], changed["polishedContent"], changed["externalUrl"]) == (
        None,
        None,
        "",
    )


async def test_an_edit_of_what_somebody_else_changed_is_refused(user: User) -> None:
    magnet = await lead_magnet(user)
    tag = (await user.get(f"{PATH}/{magnet['id']}")).headers["etag"]
    await change(user, magnet, title="Theirs")

    lost = await patch(user, magnet, {"title": "Mine"}, If_Match=tag)
    now = (await user.get(f"{PATH}/{magnet['id']}")).headers["etag"]
    won = await patch(user, magnet, {"title": "Mine"}, If_Match=f"W/{now}")

    assert (lost.status_code, lost.json()["code"]) == (409, "CONFLICT")
    assert (won.status_code, won.headers["etag"]) == (200, '"3"')
    assert (await patch(user, magnet, {"title": "Any"}, If_Match="*")).status_code == 200


async def test_of_twenty_edits_of_one_version_at_once_one_wins(user: User) -> None:
    magnet = await lead_magnet(user)

    answers = await asyncio.gather(
        *(patch(user, magnet, {"title": f"T{number}"}, If_Match='"1"') for number in range(20))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (await read(user, magnet))["title"] == winner["title"]


async def test_older_shapes_of_content_are_kept_in_the_present_one(user: User) -> None:
    content = extracted_content()
    content["structure"][0]["contents"] = ["Ask about delay. Then wait."]
    content["commonMistakes"] = [{"mistake": "Too long", "why": "Nobody reads it"}, "Plain"]

    kept = (await lead_magnet(user, extractedContent=content))["extractedContent"]

    assert kept["structure"][0]["contents"] == [
        {"headline": "Ask about delay.", "summary": "Ask about delay. Then wait.", "detail": ""}
    ]
    assert kept["commonMistakes"] == ["Too long: Nobody reads it", "Plain"]


async def test_an_edited_page_is_counted_anew(user: User) -> None:
    page = polished_content()
    page["sections"][0]["blocks"].append({"type": "hologram", "content": "one two three", "depth": 3})
    page["metadata"] = {"readingTimeMinutes": 99, "wordCount": 9999}

    kept = (await lead_magnet(user, polishedContent=page))["polishedContent"]

    assert kept["metadata"] == {"readingTimeMinutes": 1, "wordCount": 20}
    assert kept["sections"][0]["blocks"][1] == {"type": "hologram", "content": "one two three", "depth": 3}


@pytest.mark.parametrize(
    ("archetype", "config"),
    [("single-calculator", calculator()), ("assessment", assessment()), ("prompt", gpt())],
)
async def test_a_configuration_must_fit_the_archetype(user: User, archetype: str, config: Any) -> None:
    magnet = await lead_magnet(user, archetype=archetype, interactiveConfig=config)
    described = "description"
    broken = {name: value for name, value in config.items() if name != described}

    assert magnet["interactiveConfig"][described] == config[described]
    found = errors(await patch(user, magnet, {"interactiveConfig": broken}))
    assert found == {f"interactiveConfig.{described}": "This field is required."}
    plain = {"archetype": "one-story", "interactiveConfig": config}
    assert "interactiveConfig" in errors(await patch(user, magnet, plain))


def with_end(config: Any, *path: Any, value: Any) -> Any:
    """The configuration with one value changed."""
    changed = copy.deepcopy(config)
    *inside, last = path
    functools.reduce(lambda part, key: part[key], inside, changed)[last] = value
    return changed


@pytest.mark.parametrize(
    ("archetype", "config", "path"),
    [
        ("assessment", assessment(), ("questions", 1, "scaleMax")),
        ("assessment", assessment(), ("questions", 0, "options", 0, "value")),
        ("assessment", assessment(), ("scoring", "ranges", 1, "max")),
        ("single-calculator", calculator(), ("inputs", 0, "max")),
        ("single-calculator", calculator(), ("resultInterpretation", 1, "range", 1)),
        ("prompt", gpt(), ("maxTokens",)),
    ],
)
@pytest.mark.parametrize("value", [3_000_000_000_000_000, 10**400])
async def test_a_number_without_bounds_is_refused_by_the_name_of_its_field(
    user: User, archetype: str, config: Any, path: tuple[Any, ...], value: int
) -> None:
    magnet = await lead_magnet(user, archetype=archetype)

    found = errors(await patch(user, magnet, {"interactiveConfig": with_end(config, *path, value=value)}))

    assert list(found) == ["interactiveConfig." + ".".join(map(str, path))]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": None}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"status": "processing"}, "status"),
        ({"status": None}, "status"),
        ({"archetype": "nope"}, "archetype"),
        ({"concept": {"title": "T"}}, "concept.painSolved"),
        ({"externalUrl": "javascript:alert(1)"}, "externalUrl"),
        ({"externalUrl": "https://"}, "externalUrl"),
        ({"scheduledTime": "2026-11-24T10:00:00"}, "scheduledTime"),
        ({"scheduledTime": "0001-01-01T00:00:00+14:00"}, "scheduledTime"),
        ({"extractedContent": {**extracted_content(), "structure": []}}, "extractedContent.structure"),
        ({"postVariations": [{**posts_result()["variations"][0], "post": ""}]}, "postVariations.0.post"),
        ({"generatedContent": "x"}, "generatedContent"),
        ({"generatedContent": {"a": "b\x00"}}, "generatedContent.a"),
        ({"linkedinPost": "a\ud800"}, "linkedinPost"),
    ],
)
async def test_a_wrong_change_is_named(user: User, body: Any, field: str) -> None:
    magnet = await lead_magnet(user)

    assert field in errors(await patch(user, magnet, body))
    assert await read(user, magnet) == magnet


async def test_a_block_is_located_where_the_caller_put_it(user: User) -> None:
    magnet, page = await lead_magnet(user), polished_content()
    page["sections"][0]["blocks"] = [{"type": "paragraph"}, {"type": "embed", "url": "x", "provider": "loom"}]

    found = errors(await patch(user, magnet, {"polishedContent": page}))

    blocks = "polishedContent.sections.0.blocks"
    assert set(found) == {f"{blocks}.0.content", f"{blocks}.1.url"}


async def test_json_that_is_nested_too_deeply_is_refused(user: User) -> None:
    magnet, deep = await lead_magnet(user), "[" * 300 + "]" * 300
    body = f'{{"generatedContent": {{"a": {deep}}}}}'.encode()

    assert "generatedContent" in errors(await patch(user, magnet, body))


async def test_publishing_is_dated_once(user: User) -> None:
    magnet = await lead_magnet(user, status="published")
    first = magnet["publishedAt"]

    again = await change(user, await change(user, magnet, status="archived"), status="published")

    assert first is not None
    assert again["publishedAt"] == first


async def test_a_time_is_kept_in_utc(user: User) -> None:
    magnet = await lead_magnet(user, status="scheduled", scheduledTime="2026-11-24T10:00:00+02:00")

    assert magnet["scheduledTime"] == "2026-11-24T08:00:00.000Z"


async def test_deleting_takes_the_emails_along_and_leaves_the_jobs(user: User, folding: Folding) -> None:
    magnet = await with_content(user)
    job_id = await on(user, magnet, "emails")
    await folding.complete(job_id)
    assert (await user.get(f"{PATH}/{magnet['id']}/emails")).status_code == 200

    deleted = await user.send("DELETE", f"{PATH}/{magnet['id']}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    for path in ("", "/emails"):
        assert (await user.get(f"{PATH}/{magnet['id']}{path}")).status_code == 404
    assert (await user.job(job_id))["leadMagnetId"] == magnet["id"]
    assert (await user.send("DELETE", f"{PATH}/{magnet['id']}")).status_code == 404


async def test_deleting_asks_for_the_end_of_the_jobs_that_still_run(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    magnet, other = await with_content(user), await with_content(user)
    ended, live, elsewhere = [
        await on(user, magnet, "emails"),
        await on(user, magnet, "polish"),
        await on(user, other, "polish"),
    ]
    await folding.complete(ended)

    await user.send("DELETE", f"{PATH}/{magnet['id']}")

    with psycopg.connect(gateway.settings.database_url) as connection:
        asked = connection.execute(
            "SELECT job_id, body->>'requestedBy' FROM outbox"
            " WHERE event = 'cancel_requested' AND user_id = %s",
            [user.id],
        ).fetchall()
    assert asked == [(live, str(user.id))]
    assert elsewhere != live


async def test_a_job_is_never_left_on_a_lead_magnet_that_is_deleted_at_the_same_time(
    gateway: RunningGateway, user: User
) -> None:
    for _ in range(5):
        magnet = await with_content(user)
        answers = await asyncio.gather(
            *(user.post("/api/lead-magnet/emails", {"leadMagnetId": magnet["id"]}) for _ in range(4)),
            user.send("DELETE", f"{PATH}/{magnet['id']}"),
            *(user.post("/api/lead-magnet/emails", {"leadMagnetId": magnet["id"]}) for _ in range(4)),
        )
        made = {answer.json()["jobId"] for answer in answers if answer.status_code == 202}

        with psycopg.connect(gateway.settings.database_url) as connection:
            stopped = connection.execute(
                "SELECT job_id FROM outbox WHERE event = 'cancel_requested' AND job_id = ANY(%s)",
                [[UUID(job_id) for job_id in made]],
            ).fetchall()
        assert {str(row[0]) for row in stopped} == made
        assert {answer.status_code for answer in answers} <= {202, 204, 404}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_somebody_elses_malformed_and_unknown_ids_are_404(
    gateway: RunningGateway, user: User, method: str
) -> None:
    theirs = (await lead_magnet(gateway.user()))["id"]
    body = {"title": "Stolen"} if method == "PATCH" else None

    for id in (theirs, "nope", str(new_id())):
        answer = await user.send(method, f"{PATH}/{id}", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_nothing_is_told_without_a_token(gateway: RunningGateway) -> None:
    for path in (PATH, f"{PATH}/{new_id()}", "/api/brand-kit", "/api/usage", "/api/wizard-drafts"):
        assert (await gateway.client.get(path)).status_code == 401


async def on(user: User, magnet: Any, path: str) -> UUID:
    """A job on the lead magnet."""
    answer = await user.post(f"/api/lead-magnet/{path}", {"leadMagnetId": magnet["id"]})
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])

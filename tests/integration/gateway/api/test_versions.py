"""Versions over HTTP: every change keeps what was there, and bringing it back loses nothing."""

from typing import Any

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from lodestone_gateway.job_types import versions as kept_versions
from support.api import RunningGateway, User
from support.lead_magnets import change, lead_magnet, read
from support.samples import emails_result, extracted_content, posts_result


def content(title: str) -> JsonObject:
    return {**extracted_content(), "title": title}


def posts(*texts: str) -> list[JsonObject]:
    samples = posts_result()["variations"]
    return [{**sample, "post": text} for sample, text in zip(samples, texts, strict=True)]


def emails(first: str) -> list[JsonObject]:
    return [{**each, "subject": first if each["day"] == 0 else "S"} for each in emails_result()["emails"]]


def path(magnet: JsonObject, rest: str = "") -> str:
    return f"/api/lead-magnets/{magnet['id']}/versions{rest}"


async def listed(user: User, magnet: JsonObject, query: str = "") -> list[JsonObject]:
    answer = await user.get(path(magnet, query))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def texts(user: User, magnet: JsonObject, id: str) -> JsonObject:
    return dict((await user.get(path(magnet, f"/{id}"))).json()["texts"])


async def test_every_change_keeps_what_was_there_whoever_knew_it(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))
    tag = (await user.get(f"/api/lead-magnets/{magnet['id']}")).headers["ETag"]
    second = {"extractedContent": content("Second"), "title": "Other"}
    await user.send("PATCH", f"/api/lead-magnets/{magnet['id']}", second, If_Match=tag)
    await change(user, magnet, extractedContent=content("Third"))
    await change(user, magnet, extractedContent=content("Third"), title="No text of a piece")

    newest, oldest = await listed(user, magnet)

    assert [each["piece"] for each in (newest, oldest)] == ["extraction", "extraction"]
    assert "texts" not in newest
    assert (newest["author"], newest["jobId"], newest["isOffered"]) == ("owner", None, False)
    assert oldest["madeAt"] <= oldest["keptAt"] <= newest["madeAt"] <= newest["keptAt"]
    assert (await texts(user, magnet, newest["id"]))["extractedContent"]["title"] == "Second"
    assert (await texts(user, magnet, oldest["id"]))["extractedContent"]["title"] == "First"


async def test_a_version_is_restored_and_what_was_there_becomes_one(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))
    magnet = await change(user, magnet, extractedContent=content("Second"))
    [first] = await listed(user, magnet)

    restored = await user.send(
        "POST", path(magnet, f"/{first['id']}/restore"), If_Match=f'"{magnet["version"]}"'
    )

    assert restored.status_code == 200, restored.text
    assert restored.json()["texts"]["extractedContent"]["title"] == "First"
    after = await read(user, magnet)
    assert after["extractedContent"]["title"] == "First"
    assert restored.headers["ETag"] == f'"{after["version"]}"' == f'"{restored.json()["version"]}"'
    kept = [
        (await texts(user, magnet, each["id"]))["extractedContent"]["title"]
        for each in await listed(user, magnet)
    ]
    assert kept == ["Second", "First"]


async def test_restoring_over_something_newer_changes_nothing(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))
    old = await change(user, magnet, extractedContent=content("Second"))
    await change(user, magnet, title="Newer")
    [first] = await listed(user, magnet)

    refused = await user.send("POST", path(magnet, f"/{first['id']}/restore"), If_Match=f'"{old["version"]}"')

    assert (refused.status_code, refused.json()["version"]) == (409, old["version"] + 1)
    assert (await read(user, magnet))["extractedContent"]["title"] == "Second"


async def test_one_post_is_restored_and_the_others_stay(user: User) -> None:
    magnet = await lead_magnet(user, postVariations=posts("a1", "b1", "c1"), linkedinPost="a1")
    await change(user, magnet, postVariations=posts("a2", "b1", "c1"), linkedinPost="a2")
    await change(user, magnet, postVariations=posts("a2", "b2", "c1"))
    of_first = await listed(user, magnet, "?piece=posts&part=0")
    of_third = await listed(user, magnet, "?piece=posts&part=2")

    assert [len(of_first), len(of_third)] == [2, 1]
    oldest = of_first[-1]["id"]
    await user.send("POST", path(magnet, f"/{oldest}/restore?part=0"))

    after = await read(user, magnet)
    assert [each["post"] for each in after["postVariations"]] == ["a1", "b2", "c1"]
    assert after["linkedinPost"] == "a1"


async def test_emails_have_versions_whole_and_one_by_one(user: User) -> None:
    magnet = await lead_magnet(user)
    at = f"/api/lead-magnets/{magnet['id']}/emails"
    for subject in ("First", "Second", "Third"):
        await user.send("PUT", at, {"emails": emails(subject)})
    tag = (await user.get(at)).headers["ETag"]
    second, first = await listed(user, magnet, "?piece=emails&part=0")
    assert len(await listed(user, magnet, "?piece=emails&part=1")) == 1

    stale = await user.send("POST", path(magnet, f"/{first['id']}/restore"), If_Match='"1"')
    one = await user.send("POST", path(magnet, f"/{second['id']}/restore?part=0"), If_Match=tag)
    whole = await user.send("POST", path(magnet, f"/{first['id']}/restore"), If_Match=one.headers["ETag"])

    assert [stale.status_code, one.status_code, whole.status_code] == [409, 200, 200]
    assert one.json()["texts"]["emails"][0]["subject"] == "Second"
    shown = (await user.get(at)).json()
    assert (shown["emails"][0]["subject"], shown["status"], shown["usedFallback"]) == (
        "First",
        "draft",
        False,
    )
    assert len(await listed(user, magnet)) == 3, "the same texts are kept once"


@pytest.mark.parametrize(
    ("query", "field"),
    [("?piece=other", "piece"), ("?piece=polish&part=0", "part"), ("?part=0", "part"), ("?part=-1", "part")],
)
async def test_a_piece_or_part_that_is_none_is_named(user: User, query: str, field: str) -> None:
    magnet = await lead_magnet(user)

    answer = await user.get(path(magnet, query))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_part_that_is_not_there_is_named(user: User) -> None:
    magnet = await lead_magnet(user, postVariations=posts("a", "b", "c"), dmTemplate="Mine")
    await change(user, magnet, postVariations=posts("a", "b", "d"))
    [version] = await listed(user, magnet)

    answer = await user.send("POST", path(magnet, f"/{version['id']}/restore?part=3"))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "part")


async def test_versions_are_nobody_elses_and_go_with_their_lead_magnet(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await lead_magnet(user, dmTemplate="Mine")
    await change(user, magnet, dmTemplate="New")
    [version] = await listed(user, magnet)
    other = gateway.user()
    theirs = await lead_magnet(other)

    for somebody, where in ((other, magnet), (other, theirs), (user, await lead_magnet(user))):
        assert (await somebody.get(path(where, f"/{version['id']}"))).status_code == 404
        for action in ("restore", "decline"):
            answer = await somebody.send("POST", path(where, f"/{version['id']}/{action}"))
            assert answer.status_code == 404
    assert (await other.get(path(magnet))).status_code == 404
    assert (await user.get(path(magnet, "/nonsense"))).status_code == 404
    assert (await user.send("DELETE", f"/api/lead-magnets/{magnet['id']}")).status_code == 204
    assert (await user.get(path(magnet, f"/{version['id']}"))).status_code == 404


def rows(gateway: RunningGateway, statement: str, *values: Any) -> list[Any]:
    with psycopg.connect(gateway.settings.database_url) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


KEPT = """INSERT INTO piece_versions (id, user_id, lead_magnet_id, piece, texts, author, kept_at)
    SELECT gen_random_uuid(), user_id, id, 'posts', jsonb_build_object('dm_template', %s || place), %s,
        now() - interval '1 day' - place * interval '1 second'
    FROM lead_magnets, generate_series(1, %s) AS place WHERE id = %s"""


async def test_beyond_the_bound_the_ais_oldest_go_first_and_then_the_owners_oldest(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await lead_magnet(user, dmTemplate="now")
    rows(gateway, KEPT, "ai ", "ai", 10, magnet["id"])
    rows(gateway, KEPT, "mine ", "owner", kept_versions.MOST - 5, magnet["id"])

    await change(user, magnet, dmTemplate="next")

    kept = await listed(user, magnet)
    authors = [each["author"] for each in kept]
    assert len(kept) == kept_versions.MOST
    assert (authors.count("owner"), authors.count("ai")) == (kept_versions.MOST - 4, 4)
    of_ai = [await texts(user, magnet, each["id"]) for each in kept if each["author"] == "ai"]
    assert [each["dmTemplate"] for each in of_ai] == ["ai 1", "ai 2", "ai 3", "ai 4"]


async def test_the_owners_newest_version_stays_however_large_it_is(
    gateway: RunningGateway, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    magnet = await lead_magnet(user, dmTemplate="first")
    rows(gateway, KEPT, "old ", "owner", 3, magnet["id"])
    monkeypatch.setattr(kept_versions, "MOST_BYTES", 50)

    await change(user, magnet, dmTemplate="second " + "x" * 200)
    await change(user, magnet, dmTemplate="third")

    kept = [await texts(user, magnet, each["id"]) for each in await listed(user, magnet)]
    assert [each["dmTemplate"][:6] for each in kept] == ["second", "first"]


async def test_versions_count_in_what_is_stored(gateway: RunningGateway, user: User) -> None:
    magnet = await lead_magnet(user)
    before = rows(gateway, "SELECT lodestone_stored(%s)", user.id)[0][0]
    rows(gateway, KEPT, str(new_id()) * 100, "ai", 10, magnet["id"])

    after = rows(gateway, "SELECT lodestone_stored(%s)", user.id)[0][0]

    assert after - before > 10 * 36

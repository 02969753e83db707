"""Drafts of the wizard: ids from the client, up to 500,000 bytes, private to each user."""

import asyncio
import json
from typing import Any

import pytest
from lodestone.ids import new_id
from support.api import RunningGateway, User
from support.lead_magnets import lead_magnet

PATH = "/api/wizard-drafts"
PENDING = {"jobId": str(new_id()), "jobType": "ideation", "startedAt": "2026-11-24T10:00:00.000Z"}
STATE = {"currentStep": 2, "pendingJob": PENDING, "extractionAnswers": {"a": "🚀 ש"}}


async def put(user: User, id: object, body: Any) -> Any:
    return await user.send("PUT", f"{PATH}/{id}", body)


def of_size(size: int) -> bytes:
    """A draft with a body of this many bytes."""
    empty = json.dumps({"wizardState": {"a": ""}}).encode()
    return empty[:-3] + b"x" * (size - len(empty)) + empty[-3:]


async def test_the_first_put_makes_the_draft_and_the_next_replaces_it(user: User) -> None:
    id = new_id()

    first = await put(user, id, {"wizardState": STATE, "title": "Quotes", "currentStep": 2})
    second = await put(user, id, {"wizardState": {"currentStep": 3}, "currentStep": 3})

    assert first.status_code == second.status_code == 200
    assert (first.json()["id"], first.json()["wizardState"]) == (str(id), STATE)
    assert (second.json()["wizardState"], second.json()["title"]) == ({"currentStep": 3}, "Quotes")
    assert second.json()["createdAt"] == first.json()["createdAt"]
    assert (await user.get(f"{PATH}/{id}")).json() == second.json()


async def test_drafts_are_listed_newest_first_with_their_pending_jobs(user: User) -> None:
    old, new = new_id(), new_id()
    await put(user, old, {"wizardState": STATE})
    await put(user, new, {"wizardState": {}})
    await put(user, old, {"wizardState": STATE})

    items = (await user.get(PATH)).json()["items"]

    assert [item["id"] for item in items] == [str(old), str(new)]
    assert items[0]["wizardState"] == {"pendingJob": PENDING}
    assert items[1]["wizardState"] == {}


async def test_a_deleted_draft_is_gone(user: User) -> None:
    id = new_id()
    await put(user, id, {"wizardState": {}})

    deleted = await user.send("DELETE", f"{PATH}/{id}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await user.get(f"{PATH}/{id}")).status_code == 404
    assert (await user.send("DELETE", f"{PATH}/{id}")).status_code == 404


async def test_a_draft_that_somebody_has_not_read_or_does_not_own_is_not_deleted(user: User) -> None:
    id = new_id()
    old = (await put(user, id, {"wizardState": {"form": {"a": ["first"]}}})).headers["etag"]
    new = (await put(user, id, {"wizardState": {"form": {"a": ["second"]}}})).headers["etag"]

    refused = await user.send("DELETE", f"{PATH}/{id}", If_Match=old)
    not_theirs = await user.send("DELETE", f"{PATH}/{id}", If_Match=new, Lodestone_Owner=str(new_id()))
    deleted = await user.send("DELETE", f"{PATH}/{id}", If_Match=new, Lodestone_Owner=str(user.id))

    assert (refused.status_code, refused.json()["etag"]) == (409, new)
    assert not_theirs.status_code == 409
    assert deleted.status_code == 204


async def test_somebody_elses_draft_is_404_and_stays(gateway: RunningGateway, user: User) -> None:
    id, other = new_id(), gateway.user()
    await put(other, id, {"wizardState": STATE})

    assert (await user.get(f"{PATH}/{id}")).status_code == 404
    assert (await user.send("DELETE", f"{PATH}/{id}")).status_code == 404
    assert (await other.get(f"{PATH}/{id}")).json()["wizardState"] == STATE


async def test_an_id_belongs_to_its_owner_whoever_used_it_first(gateway: RunningGateway, user: User) -> None:
    id, stranger = new_id(), gateway.user()
    assert (await put(stranger, id, {"wizardState": {"whose": "theirs"}})).status_code == 200

    assert (await put(user, id, {"wizardState": {"whose": "mine"}})).status_code == 200

    assert (await user.get(f"{PATH}/{id}")).json()["wizardState"] == {"whose": "mine"}
    assert (await stranger.get(f"{PATH}/{id}")).json()["wizardState"] == {"whose": "theirs"}
    assert (await user.send("DELETE", f"{PATH}/{id}")).status_code == 204
    assert (await stranger.get(f"{PATH}/{id}")).status_code == 200


async def test_a_list_of_large_drafts_is_small(user: User) -> None:
    large = {"jobId": "x" * 2000}
    for state in ({"text": "x" * 400_000, "pendingJob": PENDING}, {"pendingJob": large}):
        assert (await put(user, new_id(), {"wizardState": state, "title": "Quotes"})).status_code == 200

    answer = await user.get(PATH)

    assert [item["wizardState"] for item in answer.json()["items"]] == [{}, {"pendingJob": PENDING}]
    assert len(answer.content) < 1000


async def test_there_are_twenty_drafts_and_the_twenty_first_is_told_what_to_do(user: User) -> None:
    ids = [new_id() for _ in range(21)]
    answers = await asyncio.gather(*(put(user, id, {"wizardState": {}}) for id in ids))

    refused = [answer for answer in answers if answer.status_code != 200]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "CONFLICT")]
    assert "Delete one, then save again" in refused[0].json()["detail"]
    kept = [id for id, answer in zip(ids, answers, strict=True) if answer.status_code == 200]
    assert (await put(user, kept[0], {"wizardState": {"n": 1}})).status_code == 200
    await user.send("DELETE", f"{PATH}/{kept[0]}")
    assert (await put(user, new_id(), {"wizardState": {}})).status_code == 200


async def test_answers_for_a_lead_magnet_are_not_counted_as_a_draft(user: User) -> None:
    magnet = await lead_magnet(user)
    for _ in range(20):
        await put(user, new_id(), {"wizardState": {}})

    assert (
        await put(user, magnet["id"], {"wizardState": {"answers": {"steps": ["Two"]}}})
    ).status_code == 200
    assert (await put(user, new_id(), {"wizardState": {}})).status_code == 409


async def test_drafts_hold_so_many_bytes_in_all(user: User) -> None:
    ids = [new_id() for _ in range(11)]
    statuses = [(await put(user, id, of_size(495_000))).status_code for id in ids]

    assert statuses == [200] * 10 + [409]
    assert (await put(user, ids[0], {"wizardState": {}})).status_code == 200
    assert (await put(user, ids[10], of_size(495_000))).status_code == 200


async def test_an_id_that_is_no_uuid_is_404(user: User) -> None:
    for answer in (
        await put(user, "nope", {"wizardState": {}}),
        await user.get(f"{PATH}/nope"),
        await user.send("DELETE", f"{PATH}/nope"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_first_puts_at_once_make_one_draft(user: User) -> None:
    id = new_id()

    answers = await asyncio.gather(*(put(user, id, {"wizardState": {"n": n}}) for n in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert len((await user.get(PATH)).json()["items"]) == 1


async def test_a_draft_may_have_500_000_bytes_and_not_one_more(user: User) -> None:
    fits, too_large = await put(user, new_id(), of_size(500_000)), await put(user, new_id(), of_size(500_001))

    assert fits.status_code == 200
    assert (too_large.status_code, too_large.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "500,000 bytes" in too_large.json()["detail"]


async def test_elsewhere_the_limit_stays_256_kib(user: User) -> None:
    answer = await user.send("PUT", "/api/brand-kit", of_size(256 * 1024 + 1))

    assert answer.status_code == 413
    assert "256 KiB" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "wizardState"),
        ({"wizardState": []}, "wizardState"),
        ({"wizardState": None}, "wizardState"),
        ({"wizardState": {"a": {"b": "\x00"}}}, "wizardState.a.b"),
        ({"wizardState": {}, "currentStep": "two"}, "currentStep"),
        ({"wizardState": {"form": None}}, "wizardState"),
        ({"wizardState": {"form": 5}}, "wizardState"),
        ({"wizardState": {"form": {"businessType": []}}}, "wizardState"),
        ({"wizardState": {"form": {"businessType": "freelancer"}}}, "wizardState"),
        ({"wizardState": {"own": {"title": [5]}}}, "wizardState"),
        (b'{"wizardState": {"a": 1e999}}', "wizardState.a"),
        (b'{"wizardState": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}", "wizardState"),
        (b'{"wizardState": {"a": ' + b"[" * 9000 + b"]" * 9000 + b"}}", "body"),
    ],
)
async def test_what_cannot_be_kept_is_named(user: User, body: Any, field: str) -> None:
    answer = await put(user, new_id(), body)

    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_draft_that_was_saved_elsewhere_meanwhile_is_not_overwritten_unknowingly(user: User) -> None:
    id = new_id()
    known = (await put(user, id, {"wizardState": {"a": 1}})).headers["etag"]
    assert (await user.get(f"{PATH}/{id}")).headers["etag"] == known
    await put(user, id, {"wizardState": {"a": 2}})

    refused = await user.send("PUT", f"{PATH}/{id}", {"wizardState": {"a": 3}}, **{"If-Match": known})

    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert (await user.get(f"{PATH}/{id}")).json()["wizardState"] == {"a": 2}
    present = {"If-Match": refused.json()["etag"]}
    assert (await user.send("PUT", f"{PATH}/{id}", {"wizardState": {"a": 3}}, **present)).status_code == 200


async def test_a_draft_that_is_expected_and_not_there_is_not_made(user: User) -> None:
    answer = await user.send("PUT", f"{PATH}/{new_id()}", {"wizardState": {}}, **{"If-Match": "*"})

    assert answer.status_code == 409


async def test_a_draft_that_is_new_to_its_page_does_not_overwrite_one_that_is_there(user: User) -> None:
    id, is_new = new_id(), {"If-None-Match": "*"}
    made = await user.send("PUT", f"{PATH}/{id}", {"wizardState": {"a": 1}}, **is_new)

    refused = await user.send("PUT", f"{PATH}/{id}", {"wizardState": {"a": 2}}, **is_new)

    assert (made.status_code, refused.status_code) == (200, 409)
    assert refused.json()["etag"] == made.headers["etag"]
    assert (await user.get(f"{PATH}/{id}")).json()["wizardState"] == {"a": 1}


async def test_a_text_is_saved_for_the_user_who_typed_it_alone(gateway: RunningGateway, user: User) -> None:
    id, stranger = new_id(), gateway.user()

    refused = await stranger.send(
        "PUT", f"{PATH}/{id}", {"wizardState": STATE}, **{"Lodestone-Owner": str(user.id)}
    )
    saved = await user.send(
        "PUT", f"{PATH}/{id}", {"wizardState": STATE}, **{"Lodestone-Owner": str(user.id)}
    )

    assert (refused.status_code, saved.status_code) == (409, 200)
    assert (await stranger.get(PATH)).json()["items"] == []

"""The emails of a lead magnet: written by a job or by hand, activated by their owner only."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import lead_magnet
from support.samples import emails_result

EMAILS: list[JsonObject] = emails_result()["emails"]


def path(magnet: Any, end: str = "") -> str:
    return f"/api/lead-magnets/{magnet['id']}/emails{end}"


def edited(index: int, **changes: Any) -> list[JsonObject]:
    """The five emails, one of them with these changes."""
    return [{**email, **(changes if day == index else {})} for day, email in enumerate(EMAILS)]


async def put(user: User, magnet: Any, emails: Any) -> Any:
    return await user.send("PUT", path(magnet), {"emails": emails})


async def test_before_there_are_emails_there_are_none(user: User) -> None:
    magnet = await lead_magnet(user)

    assert (await user.get(path(magnet))).status_code == 404
    assert (await user.post(path(magnet, "/activate"))).status_code == 404


async def test_emails_written_by_hand_are_a_draft(user: User) -> None:
    magnet = await lead_magnet(user)

    answer = await put(user, magnet, EMAILS)

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["emails"], shown["status"]) == (EMAILS, "draft")
    assert (shown["usedFallback"], shown["fallbackReason"]) == (False, None)
    assert shown["leadMagnetId"] == magnet["id"]
    assert (await user.get(path(magnet))).json() == shown


async def test_first_emails_at_once_are_one_sequence(user: User) -> None:
    magnet = await lead_magnet(user)

    answers = await asyncio.gather(*(put(user, magnet, EMAILS) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_activated_emails_are_a_draft_again_after_an_edit(user: User) -> None:
    magnet = await lead_magnet(user)
    await put(user, magnet, EMAILS)

    activated = await user.post(path(magnet, "/activate"))
    again = await user.post(path(magnet, "/activate"))
    after = await put(user, magnet, edited(1, subject="Other"))

    assert (activated.status_code, activated.json()["status"]) == (200, "active")
    assert again.json() == activated.json()
    assert (after.json()["status"], after.json()["emails"][1]["subject"]) == ("draft", "Other")


async def test_placeholders_keep_emails_from_being_activated(user: User) -> None:
    magnet = await lead_magnet(user)
    await put(user, magnet, edited(2, body="Get it: [DOWNLOAD LINK] or [TIP 1], twice [TIP 1]"))

    answer = await user.post(path(magnet, "/activate"))

    [error] = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["field"] == "emails.2.body"
    assert "[DOWNLOAD LINK] and [TIP 1] in emails[2].body" in error["message"]
    assert (await user.get(path(magnet))).json()["status"] == "draft"


@pytest.mark.parametrize("place", ["subject", "body", "replyTrigger"])
async def test_a_placeholder_is_found_wherever_it_stands(user: User, place: str) -> None:
    magnet = await lead_magnet(user)
    await put(user, magnet, edited(1, **{place: "see [LINK]"}))

    answer = await user.post(path(magnet, "/activate"))

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, f"emails.1.{place}")
    assert error["message"] == f"Replace [LINK] in emails[1].{place} with your own words."


@pytest.mark.parametrize("body", ["[sic]", "{{first_name}}", "a [b C] d", "[]", "see [1]"])
async def test_other_brackets_are_text(user: User, body: str) -> None:
    magnet = await lead_magnet(user)
    await put(user, magnet, edited(0, body=body))

    assert (await user.post(path(magnet, "/activate"))).status_code == 200


@pytest.mark.parametrize(
    ("emails", "field"),
    [
        (EMAILS[:4], "emails"),
        ([*EMAILS[:4], EMAILS[0]], "emails"),
        ([], "emails"),
        (None, "emails"),
        (edited(3, body=" "), "emails.3.body"),
        (edited(1, day=7), "emails.1.day"),
    ],
)
async def test_other_than_five_whole_emails_are_refused(user: User, emails: Any, field: str) -> None:
    answer = await put(user, await lead_magnet(user), emails)

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


async def test_new_emails_of_a_job_are_a_draft_whatever_was_there(user: User, folding: Folding) -> None:
    magnet = await lead_magnet(user)
    await put(user, magnet, edited(0, subject="Mine"))
    await user.post(path(magnet, "/activate"))
    asked = await user.post("/api/lead-magnet/emails", {"leadMagnetId": magnet["id"]})

    await folding.complete(UUID(asked.json()["jobId"]), emails_result())

    shown = (await user.get(path(magnet))).json()
    assert (shown["status"], shown["emails"]) == ("draft", EMAILS)


async def test_somebody_elses_emails_are_404(gateway: RunningGateway, user: User) -> None:
    other = gateway.user()
    theirs = await lead_magnet(other)
    await put(other, theirs, EMAILS)

    for magnet in (theirs, {"id": "nope"}, {"id": str(new_id())}):
        assert (await user.get(path(magnet))).status_code == 404
        assert (await put(user, magnet, EMAILS)).status_code == 404
        assert (await user.post(path(magnet, "/activate"))).status_code == 404
    assert (await other.get(path(theirs))).json()["status"] == "draft"


async def test_a_change_of_emails_that_were_changed_meanwhile_is_refused(user: User) -> None:
    magnet = await lead_magnet(user)
    known = (await put(user, magnet, edited(0))).headers["ETag"]
    newer = await put(user, magnet, edited(0, subject="Newer"))
    body = {"emails": edited(0, subject="Older")}

    refused = await user.send("PUT", path(magnet), body, If_Match=known)
    unread = await user.post(path(magnet, "/activate"), If_Match=known)

    assert [answer.status_code for answer in (refused, unread)] == [409, 409]
    assert refused.json()["version"] == newer.json()["version"] == 2
    kept = await user.get(path(magnet))
    assert (kept.json()["emails"][0]["subject"], kept.json()["status"]) == ("Newer", "draft")
    accepted = await user.send("PUT", path(magnet), body, If_Match=f"W/{kept.headers['ETag']}")
    assert (accepted.status_code, accepted.headers["ETag"]) == (200, '"3"')
    activated = await user.post(path(magnet, "/activate"), If_Match='"3"')
    assert (activated.status_code, activated.headers["ETag"]) == (200, '"4"')


async def test_emails_that_are_not_there_have_no_version(user: User) -> None:
    magnet = await lead_magnet(user)

    refused = await user.send("PUT", path(magnet), {"emails": edited(0)}, If_Match='"1"')

    assert refused.status_code == 409
    assert (await user.get(path(magnet))).status_code == 404


async def test_a_change_that_knows_no_version_keeps_what_it_takes_the_place_of(user: User) -> None:
    magnet = await lead_magnet(user)
    first = (await put(user, magnet, edited(0, subject="First"))).json()["emails"]
    await put(user, magnet, edited(0, subject="Second"))

    [kept] = (await user.get(f"/api/lead-magnets/{magnet['id']}")).json()["replaced"]

    assert (kept["piece"], kept["texts"], kept["replacedBy"]) == ("emails", {"emails": first}, None)

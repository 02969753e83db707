"""A change that does not know an owner's newer text keeps that text, for its owner only."""

from typing import Any

from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.lead_magnets import change, lead_magnet, read
from support.samples import extracted_content


def content(title: str) -> JsonObject:
    return {**extracted_content(), "title": title}


async def known(user: User, magnet: JsonObject, **changes: Any) -> None:
    """A change based on the version that was read."""
    tag = (await user.get(f"/api/lead-magnets/{magnet['id']}")).headers["ETag"]
    answer = await user.send("PATCH", f"/api/lead-magnets/{magnet['id']}", changes, If_Match=tag)
    assert answer.status_code == 200


async def test_what_a_change_without_a_version_takes_the_place_of_is_kept(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"), dmTemplate="Mine")

    changed = await change(user, magnet, extractedContent=content("Second"), dmTemplate=None, title="Other")

    by_piece = {each["piece"]: each["texts"] for each in changed["replaced"]}
    assert by_piece == {"extraction": {"extractedContent": content("First")}, "posts": {"dmTemplate": "Mine"}}
    assert (await read(user, magnet))["replaced"] == changed["replaced"]


async def test_a_change_of_the_version_that_was_read_keeps_nothing(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))

    await known(user, magnet, extractedContent=content("Second"))

    assert (await read(user, magnet))["replaced"] == []


async def test_the_same_text_again_takes_nothing_away(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))

    changed = await change(user, magnet, extractedContent=content("First"))

    assert changed["replaced"] == []


async def test_the_newest_five_of_each_piece_are_kept(user: User) -> None:
    magnet = await lead_magnet(user, dmTemplate="0")
    for number in range(1, 8):
        magnet = await change(user, magnet, dmTemplate=str(number))

    assert [each["texts"]["dmTemplate"] for each in magnet["replaced"]] == ["6", "5", "4", "3", "2"]


async def test_they_go_with_their_lead_magnet_and_are_nobody_elses(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await lead_magnet(user, dmTemplate="Mine")
    await change(user, magnet, dmTemplate="New")

    assert (await gateway.user().get(f"/api/lead-magnets/{magnet['id']}")).status_code == 404
    assert (await user.send("DELETE", f"/api/lead-magnets/{magnet['id']}")).status_code == 204

"""`replaced`, which older clients read: the newest few of the owner's versions that were replaced."""

from lodestone.wire import JsonObject
from support.api import User
from support.lead_magnets import change, lead_magnet, read
from support.samples import extracted_content


def content(title: str) -> JsonObject:
    return {**extracted_content(), "title": title}


async def test_what_a_change_takes_the_place_of_is_kept(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"), dmTemplate="Mine")

    changed = await change(user, magnet, extractedContent=content("Second"), dmTemplate=None, title="Other")

    by_piece = {each["piece"]: each["texts"] for each in changed["replaced"]}
    assert by_piece == {"extraction": {"extractedContent": content("First")}, "posts": {"dmTemplate": "Mine"}}
    assert (await read(user, magnet))["replaced"] == changed["replaced"]


async def test_the_same_text_again_takes_nothing_away(user: User) -> None:
    magnet = await lead_magnet(user, extractedContent=content("First"))

    changed = await change(user, magnet, extractedContent=content("First"))

    assert changed["replaced"] == []


async def test_the_newest_five_of_each_piece_are_kept(user: User) -> None:
    magnet = await lead_magnet(user, dmTemplate="0")
    for number in range(1, 8):
        magnet = await change(user, magnet, dmTemplate=str(number))

    assert [each["texts"]["dmTemplate"] for each in magnet["replaced"]] == ["6", "5", "4", "3", "2"]

"""The library: favourites first, searched, sorted, copied."""

import re

import httpx2
import pytest
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.lead_magnets import change, lead_magnet, read, usage, with_content
from support.pages import send
from support.samples import emails_result

TITLE = re.compile(r'shelf-title"><a href="[^"]*">([^<]*)<')


async def shown(gateway: RunningGateway, user: User, query: str = "") -> list[str]:
    """The titles in the library, in their order."""
    answer = await send(gateway, user, "GET", f"/library{query}")
    assert answer.status_code == 200
    return TITLE.findall(answer.text)


async def test_the_library_is_searched_by_title_and_pain_and_sorted(
    gateway: RunningGateway, user: User
) -> None:
    first, *_ = [await lead_magnet(user, title=title) for title in ("Beta", "alpha 100%", "Gamma")]
    await user.post("/api/lead-magnets", {"title": "Delta", "painSolved": "Fees that are too low"})
    await change(user, first, externalUrl="https://example.org")
    await lead_magnet(gateway.user(), title="Beta of somebody else")

    assert await shown(gateway, user) == ["Delta", "Gamma", "alpha 100%", "Beta"]
    assert await shown(gateway, user, "?order=title") == ["alpha 100%", "Beta", "Delta", "Gamma"]
    assert (await shown(gateway, user, "?order=edited"))[0] == "Beta"
    assert await shown(gateway, user, "?q=ALPHA") == ["alpha 100%"]
    assert await shown(gateway, user, "?q=fees+that") == ["Delta"]
    assert await shown(gateway, user, "?q=%25") == ["alpha 100%"], "the sign is a text"
    assert await shown(gateway, user, "?q=nowhere&order=odd") == []


async def test_favourites_stand_first_and_being_one_is_no_new_version(
    gateway: RunningGateway, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone_gateway.web.library.shelves.PAGE", 2)
    made = {title: await lead_magnet(user, title=title) for title in ("A", "B", "C", "D")}
    before = await read(user, made["A"])

    marked = await mark(gateway, user, made["A"], "yes", "/library?order=title")
    await user.send("PATCH", f"/api/lead-magnets/{made['C']['id']}", {"isFavourite": True}, If_Match='"2"')

    assert marked.headers["location"] == "/library?order=title"
    assert await shown(gateway, user) == ["C", "A", "D", "B"]
    assert await shown(gateway, user, "?order=title") == ["A", "C", "B", "D"]
    now = await read(user, made["A"])
    assert now == {**before, "isFavourite": True, "updatedAt": now["updatedAt"]}
    listed = (await user.get("/api/lead-magnets")).json()["items"]
    assert [(each["title"], each["isFavourite"]) for each in listed] == [
        *(("D", False), ("C", True), ("B", False), ("A", True))
    ], "programs get the newest first"
    assert (await mark(gateway, gateway.user(), made["A"], "no", "")).status_code == 404
    elsewhere = await mark(gateway, user, made["C"], "no", "https://example.org/library")
    assert elsewhere.headers["location"] == "/create"
    assert await shown(gateway, user) == ["A", "D", "C"]
    older = re.findall(r"/library(\?cursor=[^\"]+)", (await send(gateway, user, "GET", "/library")).text)
    assert await shown(gateway, user, older[-1]) == ["B"], "each is shown once"
    null = await user.send("PATCH", f"/api/lead-magnets/{made['A']['id']}", {"isFavourite": None})
    assert null.status_code == 422


async def mark(
    gateway: RunningGateway, user: User, magnet: JsonObject, favourite: str, place: str
) -> httpx2.Response:
    form = {"favourite": favourite, "from": place}
    return await send(gateway, user, "POST", f"/library/{magnet['id']}/favourite", form)


async def test_a_copy_has_every_piece_and_costs_nothing(gateway: RunningGateway) -> None:
    user = gateway.user(plan="free")
    made = await with_content(user, title="x" * 200, isFavourite=True)
    emails = {"emails": emails_result()["emails"]}
    await user.send("PUT", f"/api/lead-magnets/{made['id']}/emails", emails)
    await user.send("PUT", f"/api/wizard-drafts/{made['id']}", {"wizardState": {"answers": {"steps": ["A"]}}})
    used = (await usage(user))["used"]
    foreign = await send(gateway, gateway.user(), "POST", f"/library/{made['id']}/copy", {})

    answer = await send(gateway, user, "POST", f"/library/{made['id']}/copy", {})

    assert (foreign.status_code, answer.status_code) == (404, 303)
    id = answer.headers["location"].rpartition("/")[2]
    copy = await read(user, {"id": id})
    original = await read(user, made)
    assert (copy["title"], copy["version"], copy["isFavourite"]) == ("x" * 193 + " (copy)", 1, False)
    assert {**copy, **{name: 0 for name in OWN}} == {**original, **{name: 0 for name in OWN}}
    sequence = (await user.get(f"/api/lead-magnets/{id}/emails")).json()
    assert (sequence["emails"], sequence["status"]) == (emails["emails"], "draft")
    kept = (await user.get(f"/api/wizard-drafts/{id}")).json()
    assert kept["wizardState"] == {"answers": {"steps": ["A"]}}
    assert (await usage(user))["used"] == used
    await change(user, copy, extractedContent=None)
    assert (await read(user, made))["extractedContent"] == original["extractedContent"]


OWN = ("id", "title", "version", "isFavourite", "createdAt", "updatedAt")

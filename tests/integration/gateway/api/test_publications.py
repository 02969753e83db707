"""What is published, everybody reads who has its address, until it is taken back; nothing else of anybody."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest
from lodestone_gateway.turns import BURST_SECONDS
from support.api import RunningGateway, User
from support.block_samples import LETTERS, page
from support.files_read import text_of_html
from support.lead_magnets import OWN_IDEA, change, lead_magnet, read, with_content
from support.pages import send
from support.samples import calculator

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
NOWHERE = "/p/" + 22 * "A"


def place(magnet: dict[str, Any]) -> str:
    return f"/api/lead-magnets/{magnet['id']}/publication"


async def published(user: User, magnet: dict[str, Any], **how: Any) -> str:
    """Publishes it; returns the path of the public page."""
    answer = await user.send("PUT", place(magnet), how)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["path"])


def _field(answer: httpx2.Response, name: str) -> str:
    """What the page's form sends in a hidden field."""
    [value] = re.findall(f'name="{name}" value="([^"]*)"', answer.text)
    return unescape(value)


async def read_by_a_stranger(gateway: RunningGateway, path: str, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await gateway.client.get(path, headers=named)


async def test_a_page_is_public_as_it_was_until_it_is_taken_back(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user, polishedContent=page())
    path = await published(user, magnet)
    await change(user, magnet, polishedContent=page(heroSummary="Changed since."))

    before = await read_by_a_stranger(gateway, path)
    again = await published(user, magnet)
    after = await read_by_a_stranger(gateway, path, If_None_Match=before.headers["etag"])
    taken = await user.send("DELETE", place(magnet))
    gone = await read_by_a_stranger(gateway, path, If_None_Match=after.headers["etag"])

    assert LETTERS in text_of_html(before.text)
    assert "Changed since." not in before.text
    assert again == path
    assert "Changed since." in after.text
    assert (taken.status_code, gone.status_code) == (204, 404)
    assert "taken back" in gone.text
    assert (await user.get(place(magnet))).status_code == 404
    assert await published(user, magnet) != path


async def test_an_operator_takes_a_page_down_and_only_an_operator_puts_it_back(
    gateway: RunningGateway, user: User
) -> None:
    operator = gateway.user(role="operator")
    magnet = await with_content(user, polishedContent=page())
    path = await published(user, magnet)
    ops, shown = f"/api/ops/public-pages/{path[3:]}", f"/library/{magnet['id']}/publish"
    assert (await user.post(f"{ops}/take-down", {})).status_code == 403

    down = (await operator.post(f"{ops}/take-down", {})).json()
    gone = await read_by_a_stranger(gateway, path)
    owners = [(await user.send("PUT", place(magnet), {})), (await user.send("DELETE", place(magnet)))]
    told = (await send(gateway, user, "GET", shown)).text
    forms = [
        await send(gateway, user, "POST", f"/library/{magnet['id']}/{act}", {"version": magnet["version"]})
        for act in ("publish", "unpublish")
    ]
    again = (await operator.post(f"{ops}/take-down", {})).json()
    back = [(await operator.post(f"{ops}/put-back", {})).json()["takenDownAt"] for _ in range(2)]

    assert (down["userId"], down["leadMagnetId"]) == (str(user.id), magnet["id"])
    assert down["takenDownAt"] == again["takenDownAt"] is not None
    assert back == [None, None]
    assert (gone.status_code, "taken back" in gone.text) == (404, True)
    assert [answer.status_code for answer in owners] == [409, 409]
    assert ["An operator took this page down" in text for text in (told, *(form.text for form in forms))] == (
        [True] * 3
    )
    assert (f'{shown}"' in told, "unpublish" in told) == (False, False), "no form that would be refused"
    assert (await read_by_a_stranger(gateway, path)).status_code == 200
    assert (await user.get(place(magnet))).json()["takenDownAt"] is None
    audit = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]
    assert [(entry["action"], entry["targetId"], entry["outcome"]) for entry in audit] == [
        ("put_page_back", magnet["id"], "unchanged"),
        ("put_page_back", magnet["id"], "done"),
        ("take_page_down", magnet["id"], "unchanged"),
        ("take_page_down", magnet["id"], "done"),
    ]
    assert (await operator.get("/api/ops/public-pages/none")).status_code == 404


async def test_in_the_console_a_page_is_found_by_its_link(gateway: RunningGateway, user: User) -> None:
    operator = gateway.user(role="operator")
    path = await published(user, await with_content(user, polishedContent=page()))
    console, form = "/console/public", {"address": path[3:]}

    found = await send(gateway, operator, "GET", f"{console}?link={gateway.url}{path}%3Fa=b")
    nothing = await send(gateway, operator, "GET", f"{console}?link=/p/none")
    refused = await send(gateway, user, "POST", f"{console}/take-down", form)
    down = await send(gateway, operator, "POST", f"{console}/take-down", form)
    after = await send(gateway, operator, "GET", down.headers["location"])

    assert (found.status_code, str(user.id) in found.text, "Take it down" in found.text) == (200, True, True)
    assert (nothing.status_code, "No page was published" in nothing.text) == (404, True)
    assert (refused.status_code, down.status_code) == (403, 303)
    assert "Put it back" in after.text
    assert (await read_by_a_stranger(gateway, path)).status_code == 404
    await send(gateway, operator, "POST", f"{console}/put-back", form)
    assert (await read_by_a_stranger(gateway, path)).status_code == 200


async def test_only_what_the_owner_has_read_is_published(gateway: RunningGateway, user: User) -> None:
    before = await with_content(user, polishedContent=page())
    after = await change(user, before, polishedContent=page(heroSummary="Changed since."))

    late = await user.send("PUT", place(before), {}, If_Match=f'"{before["version"]}"')
    nothing = await user.get(place(before))
    known = await user.send("PUT", place(after), {}, If_Match=f'"{after["version"]}"')

    assert (late.status_code, nothing.status_code, known.status_code) == (409, 404, 200)
    assert "Changed since." in (await read_by_a_stranger(gateway, known.json()["path"])).text
    assert (await read(user, after))["version"] == after["version"]


async def test_the_owner_publishes_what_the_preview_shows(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user, polishedContent=page())
    shown = f"/library/{magnet['id']}/publish"
    form = {"preview": _field(await send(gateway, user, "GET", shown), "preview")}

    # The page itself stays as it is.
    magnet = await change(user, magnet, externalUrl="https://example.com/elsewhere")
    done = await send(gateway, user, "POST", shown, form)
    before = await send(gateway, user, "GET", shown)
    await change(user, magnet, polishedContent=page(heroSummary="Changed since."))
    refused = await send(gateway, user, "POST", shown, form)
    linked = await send(
        gateway,
        user,
        "POST",
        f"/library/{magnet['id']}/details",
        {name: _field(before, name) for name in ("version", "title", "externalUrl")},
    )

    assert (done.status_code, refused.status_code, linked.status_code) == (303, 409, 303)
    assert "Nothing was published: this has changed" in refused.text
    path = (await user.get(place(magnet))).json()["path"]
    assert "Changed since." not in (await read_by_a_stranger(gateway, path)).text
    assert (await read(user, magnet))["externalUrl"].endswith(path)


async def test_each_opening_is_counted_and_nothing_is_kept_of_the_readers(
    gateway: RunningGateway, user: User
) -> None:
    made = await user.post("/api/lead-magnets", {**OWN_IDEA, "archetype": "single-calculator"})
    magnet = await change(user, made.json(), interactiveConfig=calculator())
    path = await published(user, magnet)

    first = await read_by_a_stranger(gateway, path)
    kept = await read_by_a_stranger(gateway, path, If_None_Match=first.headers["etag"])
    by_owner = await send(gateway, user, "GET", path)
    await read_by_a_stranger(gateway, path, Sec_Purpose="prefetch")
    head = await gateway.client.head(path)

    assert (kept.status_code, kept.content) == (304, b"")
    assert (await user.get(place(magnet))).json()["views"] == 3
    assert head.status_code == 200
    for answer in (first, by_owner):
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["cache-control"] == "public, no-cache"
        assert answer.headers["referrer-policy"] == "no-referrer"
    policy = first.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "'unsafe-inline'" not in policy
    assert policy.endswith("sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox")
    assert kept.headers["content-security-policy"] == policy


async def test_the_workspace_says_that_it_is_public_and_how_often_it_was_opened(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await with_content(user, polishedContent=page())
    before = await send(gateway, user, "GET", f"/library/{magnet['id']}/page")
    await read_by_a_stranger(gateway, await published(user, magnet))

    after = await send(gateway, user, "GET", f"/library/{magnet['id']}/page")

    assert "Publish it" in before.text
    assert "Public, opened 1 time<" in after.text


async def test_the_owner_chooses_whether_search_engines_list_it(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user, polishedContent=page())

    path = await published(user, magnet, isListed=True)

    assert "x-robots-tag" not in (await read_by_a_stranger(gateway, path)).headers


async def test_nobody_else_publishes_or_takes_back(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user, polishedContent=page())
    path = await published(user, magnet)

    for other in (gateway.user(), gateway.user(role="operator")):
        for method, body in (("GET", None), ("PUT", {}), ("DELETE", None)):
            assert (await other.send(method, place(magnet), body)).status_code == 404
        assert (
            await send(gateway, other, "GET", f"/library/{magnet['id']}/publish/preview")
        ).status_code == 404
    assert (await read_by_a_stranger(gateway, path)).status_code == 200


async def test_it_goes_with_its_lead_magnet_and_is_away_while_that_is_in_the_bin(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await with_content(user, polishedContent=page())
    path, workspace = await published(user, magnet), f"/library/{magnet['id']}"
    statuses = []

    for action in ("delete", "put-back", "delete", "erase"):
        assert (await send(gateway, user, "POST", f"{workspace}/{action}", {})).status_code == 303
        statuses.append((await read_by_a_stranger(gateway, path)).status_code)

    assert statuses == [404, 200, 404, 404]


async def test_it_goes_with_the_account_at_once(gateway: RunningGateway) -> None:
    user = gateway.user()
    path = await published(user, await with_content(user, polishedContent=page()))

    assert (await user.send("DELETE", "/api/account")).status_code == 202

    assert (await read_by_a_stranger(gateway, path)).status_code == 404


async def test_there_must_be_something_to_publish(user: User) -> None:
    answer = await user.send("PUT", place(await lead_magnet(user)), {})

    assert answer.status_code == 404
    assert answer.json()["detail"] == "This lead magnet has no page yet. Make it first."


@pytest.mark.parametrize("path", [NOWHERE, "/p/%00", "/p/%F0%9F%91%8D", f"/p/{'A' * 2_000}"])
async def test_an_address_that_leads_nowhere_says_so_in_a_frame_too(
    gateway: RunningGateway, path: str
) -> None:
    shown = await read_by_a_stranger(gateway, path, Accept=BROWSER)
    told = await read_by_a_stranger(gateway, path, Accept="application/json")

    assert (shown.status_code, told.status_code) == (404, 404)
    assert "It may have been taken back." in text_of_html(shown.text)
    assert "frame-ancestors *; sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    assert told.json()["code"] == "NOT_FOUND"


async def test_a_reader_who_asks_too_often_has_to_wait(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone_gateway.turns.PATIENCE_SECONDS", -BURST_SECONDS)

    refused = await read_by_a_stranger(gateway, NOWHERE, Accept=BROWSER)

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert "try again in 1 s" in text_of_html(refused.text)

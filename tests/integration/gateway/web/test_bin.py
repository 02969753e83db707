"""The bin: what is deleted on a page can be restored, and nothing else finds it until then."""

from typing import Any

import pytest
from lodestone.ids import new_id
from support.api import RunningGateway, User
from support.lead_magnets import change, with_content
from support.page_routes import owners_routes
from support.pages import send
from support.samples import emails_result, extracted_content

DRAFTS = "/api/wizard-drafts"
TYPED = {"wizardState": {"form": {"businessDescription": ["I raise fees."]}}, "title": "I raise fees."}


async def post(gateway: RunningGateway, user: User, path: str) -> str:
    """Sends a form without fields; returns where it leads."""
    answer = await send(gateway, user, "POST", path, {})
    assert answer.status_code == 303, (path, answer.status_code)
    return answer.headers["location"]


async def page(gateway: RunningGateway, user: User, path: str) -> str:
    answer = await send(gateway, user, "GET", path)
    assert answer.status_code == 200
    return answer.text


async def test_a_lead_magnet_in_the_bin_is_found_nowhere_else_and_comes_back_whole(
    gateway: RunningGateway, user: User
) -> None:
    made = await with_content(user, title="The two-page quote")
    path, api = f"/library/{made['id']}", f"/api/lead-magnets/{made['id']}"
    await change(user, made, extractedContent={**extracted_content(), "proof": "Eleven fees"})
    await change(user, made, extractedContent=extracted_content())
    await user.send("PUT", f"{api}/emails", {"emails": emails_result()["emails"]})
    await user.send("PUT", f"{DRAFTS}/{made['id']}", {"wizardState": {"answers": {"steps": ["A"]}}})
    [version, *_] = (await user.get(f"{api}/versions")).json()["items"]
    job = (await user.post("/api/lead-magnet/polish", {"leadMagnetId": made["id"]})).json()["jobId"]
    reads = ["", "/emails", "/versions", f"/versions/{version['id']}", "/exports/content.md"]
    assert [(await user.get(f"{api}{path}")).status_code for path in reads] == [200] * len(reads)
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", api, {"title": "x"}),
        ("PUT", f"{api}/emails", {"emails": emails_result()["emails"]}),
        ("POST", f"{api}/emails/activate", {}),
        ("POST", f"{api}/versions/{version['id']}/restore", {}),
        ("POST", f"{api}/versions/{version['id']}/decline", {}),
        ("POST", "/api/lead-magnet/polish", {"leadMagnetId": made["id"]}),
    ]

    undo = await post(gateway, user, f"{path}/delete")

    assert "Undo" in await page(gateway, user, undo)
    assert (await user.get(f"/api/jobs/{job}")).json()["status"] in ("pending", "cancelled")
    assert (await user.get("/api/lead-magnets")).json()["items"] == []
    assert [(await user.get(f"{api}{path}")).status_code for path in reads] == [404] * len(reads)
    assert [(await user.send(*write)).status_code for write in writes] == [404] * len(writes)
    assert (await user.get(DRAFTS)).json()["items"] == []
    assert (await user.get(f"{DRAFTS}/{made['id']}")).status_code == 404
    assert (await send(gateway, user, "GET", path)).status_code == 404
    assert "The two-page quote" in await page(gateway, user, "/library/bin")
    stranger = gateway.user()
    assert "The two-page quote" not in await page(gateway, stranger, "/library/bin")
    for act in ("delete", "put-back", "erase"):
        assert (await send(gateway, stranger, "POST", f"{path}/{act}", {})).status_code == 404

    assert await post(gateway, user, f"{path}/put-back") == path
    assert (await user.get(api)).json()["extractedContent"] == extracted_content()
    assert [(await user.get(f"{api}{path}")).status_code for path in reads] == [200] * len(reads)
    assert len((await user.get(DRAFTS)).json()["items"]) == 1
    assert "The two-page quote" not in await page(gateway, user, "/library/bin")
    assert "Undo" not in await page(gateway, user, undo)


@pytest.mark.parametrize("by_api", [True, False])
async def test_what_is_in_the_bin_can_be_deleted_for_good(
    gateway: RunningGateway, user: User, by_api: bool
) -> None:
    made = await with_content(user)
    await post(gateway, user, f"/library/{made['id']}/delete")

    if by_api:
        assert (await user.send("DELETE", f"/api/lead-magnets/{made['id']}")).status_code == 204
    else:
        await post(gateway, user, f"/library/{made['id']}/erase")

    assert "The bin is empty." in await page(gateway, user, "/library/bin")
    restored = await send(gateway, user, "POST", f"/library/{made['id']}/put-back", {})
    assert restored.status_code == 404


async def test_a_job_of_what_is_in_the_bin_leads_to_the_bin_and_of_what_is_gone_nowhere(
    gateway: RunningGateway, user: User
) -> None:
    made = await with_content(user, title="The two-page quote")
    work = f"/library/{made['id']}"
    job = (await user.post("/api/lead-magnet/polish", {"leadMagnetId": made["id"]})).json()["jobId"]
    shown, stop = f'href="/jobs/{job}"', {"from": ""}
    assert shown in await page(gateway, user, "/jobs")
    assert (await send(gateway, user, "GET", f"/jobs/{job}")).headers["location"] == f"{work}/page"

    await post(gateway, user, f"{work}/delete")

    jobs = await page(gateway, user, "/jobs")
    assert (shown in jobs, "In the bin<span" in jobs, "/retry" in jobs) == (False, True, False)
    assert "The two-page quote" in jobs
    assert (await send(gateway, user, "GET", f"/jobs/{job}")).headers["location"] == "/library/bin"
    stopped = await send(gateway, user, "POST", f"/jobs/{job}/cancel", stop)
    assert stopped.headers["location"] == "/library/bin"

    await post(gateway, user, f"{work}/erase")

    jobs = await page(gateway, user, "/jobs")
    assert (shown in jobs, "Deleted lead magnet" in jobs, "/retry" in jobs) == (False, True, False)
    assert (await send(gateway, user, "GET", f"/jobs/{job}")).headers["location"] == "/jobs"


async def test_every_address_of_what_is_in_the_bin_leads_to_the_bin(
    gateway: RunningGateway, user: User
) -> None:
    made = await with_content(user)
    work, away = "/library/{lead_magnet_id}", ["put-back", "erase"]
    asked = [(method, path) for method, path in owners_routes() if path.startswith(work)]
    asked = [(method, path) for method, path in asked if path.removeprefix(f"{work}/") not in away]
    export = f"/api/lead-magnets/{made['id']}/exports/content.md"
    others = [("GET", f"/create/sources?for={made['id']}"), ("GET", export)]
    await post(gateway, user, f"/library/{made['id']}/delete")

    shown = {}
    for method, path in [*asked, *others]:
        place = path.format(lead_magnet_id=made["id"], piece="extraction")
        form = {"id": made["id"], "text": "T"} if method == "POST" else None
        shown[f"{method} {path}"] = await send(gateway, user, method, place, form, Accept="text/html")

    assert len(asked) > 25
    assert {name: page.status_code for name, page in shown.items()} == dict.fromkeys(shown, 404)
    said = ("It is in the bin", 'href="/library/bin"')
    assert [name for name, page in shown.items() if not all(each in page.text for each in said)] == []
    assert (
        "It is in the bin" not in (await send(gateway, gateway.user(), "GET", f"/library/{made['id']}")).text
    )


async def test_a_draft_in_the_bin_is_no_draft_until_it_comes_back_or_somebody_goes_on_writing(
    gateway: RunningGateway,
) -> None:
    user = gateway.user(plan="free")
    ids = [new_id() for _ in range(20)]
    for id in ids:
        assert (await user.send("PUT", f"{DRAFTS}/{id}", TYPED)).status_code == 200
    assert (await user.send("PUT", f"{DRAFTS}/{new_id()}", TYPED)).status_code == 409

    undo = await post(gateway, user, f"/create/drafts/{ids[0]}/delete")

    assert "Undo" in await page(gateway, user, undo)
    assert len((await user.get(DRAFTS)).json()["items"]) == 19
    assert (await user.get(f"{DRAFTS}/{ids[0]}")).status_code == 404
    assert (await user.send("PUT", f"{DRAFTS}/{new_id()}", TYPED)).status_code == 200, "there is room again"
    full = await send(gateway, user, "POST", f"/create/drafts/{ids[0]}/put-back", {})
    assert (full.status_code, "Delete one" in full.text) == (409, True)
    assert (await user.send("PUT", f"{DRAFTS}/{ids[0]}", TYPED)).status_code == 409, "it would count again"
    await post(gateway, user, f"/create/drafts/{ids[1]}/delete")
    assert await post(gateway, user, f"/create/drafts/{ids[0]}/put-back") == f"/create?draft={ids[0]}"
    await post(gateway, user, f"/create/drafts/{ids[0]}/delete")
    assert (await user.send("PUT", f"{DRAFTS}/{ids[0]}", TYPED)).status_code == 200
    assert str(ids[0]) in {item["id"] for item in (await user.get(DRAFTS)).json()["items"]}
    await post(gateway, user, f"/create/drafts/{ids[1]}/erase")
    assert "The bin is empty." in await page(gateway, user, "/library/bin")


async def test_the_bin_counts_in_bytes_and_holds_the_newest_drafts(
    gateway: RunningGateway, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone_gateway.lead_magnets.bin.MOST_SHOWN", 2)
    ids = [new_id() for _ in range(3)]
    for id in ids:
        await user.send("PUT", f"{DRAFTS}/{id}", TYPED)
    full = (await user.get("/api/usage")).json()["caps"]["draftBytes"]["used"]

    for id, left in zip(ids, (full, full, full * 2 // 3), strict=True):
        await post(gateway, user, f"/create/drafts/{id}/delete")
        assert (await user.get("/api/usage")).json()["caps"]["draftBytes"]["used"] == left

    shown = await page(gateway, user, "/library/bin")
    assert [f"/create/drafts/{id}/put-back" in shown for id in ids] == [False, True, True]


async def test_a_form_into_which_nobody_typed_is_no_draft(gateway: RunningGateway, user: User) -> None:
    await send(
        gateway, user, "POST", "/create", {"draft": str(new_id()), "tag": "none", "businessDescription": " "}
    )
    assert (await user.get("/api/account/export")).text.count('"wizardState"') == 0
    blank: list[dict[str, Any]] = [
        {"form": {"businessDescription": [""], "tools": [" \n"]}},
        {"own": {}},
        {"answers": {"steps": None, "more": [{"text": ""}]}, "form": {}},
    ]
    for state in blank:
        await user.send("PUT", f"{DRAFTS}/{new_id()}", {"wizardState": state})

    assert (await user.get(DRAFTS)).json()["items"] == []
    assert (await user.get("/api/usage")).json()["caps"]["drafts"]["used"] == 0
    typed: list[dict[str, Any]] = [
        {"form": {"tools": ["", "Airtable"]}},
        {"form": {}, "pendingJob": {"jobId": "x"}},
        {"answers": {"steps": [{"text": ["deep"]}]}},
        {"answers": {"fee": 22}},
        {"answers": {"isReady": False}},
    ]
    for state in typed:
        await user.send("PUT", f"{DRAFTS}/{new_id()}", {"wizardState": state})
    assert len((await user.get(DRAFTS)).json()["items"]) == len(typed)


async def test_blank_drafts_make_room_for_what_somebody_writes(gateway: RunningGateway) -> None:
    user = gateway.user(plan="free")
    for _ in range(25):
        saved = await user.send("PUT", f"{DRAFTS}/{new_id()}", {"wizardState": {"form": {}}})
        assert saved.status_code == 200

    for _ in range(20):
        assert (await user.send("PUT", f"{DRAFTS}/{new_id()}", TYPED)).status_code == 200
    assert (await user.send("PUT", f"{DRAFTS}/{new_id()}", TYPED)).status_code == 409
    assert (await user.get("/api/account/export")).text.count('"wizardState"') == 20

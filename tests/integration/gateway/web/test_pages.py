"""Pages over HTTP, without a browser: headers, sessions, forms, errors and cacheable files."""

import asyncio
import re

import pytest
from support.api import RunningGateway, User
from support.pages import send

CONTEXT = {
    "businessDescription": "I raise fees.",
    "businessType": "freelancer",
    "urgentPains": ["A", "", "B"],
}


@pytest.mark.parametrize("path", ["/create", "/create/own", "/library", "/jobs", "/account"])
async def test_every_page_has_a_strict_policy_and_is_not_kept(
    gateway: RunningGateway, user: User, path: str
) -> None:
    answer = await send(gateway, user, "GET", path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self'" in answer.headers["content-security-policy"]
    )
    assert answer.headers["cache-control"] == "no-store"
    assert "cookie" in answer.headers["vary"].lower()


async def test_a_page_is_packed_only_for_those_who_can_unpack_it(gateway: RunningGateway, user: User) -> None:
    packed = await send(gateway, user, "GET", "/jobs", **{"Accept-Encoding": "gzip"})
    plain = await send(gateway, user, "GET", "/jobs", **{"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "Nothing here yet" in packed.text
    assert "Nothing here yet" in plain.text


async def test_files_are_kept_for_ever_under_an_address_that_changes(
    gateway: RunningGateway, user: User
) -> None:
    page = await send(gateway, user, "GET", "/create")
    urls = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)

    assert {url.rpartition("/")[2] for url in urls} == {
        "mark.svg",
        "app.css",
        "theme.js",
        "htmx.min.js",
        "main.js",
    }
    for url in urls:
        answer = await send(gateway, None, "GET", url)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    other = await send(gateway, None, "GET", re.sub(r"/static/\w+/", "/static/000000000000/", urls[0]))
    assert other.status_code == 404


async def test_without_a_session_a_page_shows_nothing_and_says_so(gateway: RunningGateway) -> None:
    for path in ("/create", "/library", "/jobs"):
        answer = await send(gateway, None, "GET", path)
        assert answer.status_code == 401
        assert "You are not signed in" in answer.text
        assert "set-cookie" not in answer.headers


async def test_a_form_of_a_foreign_page_changes_nothing(gateway: RunningGateway, user: User) -> None:
    for origin in ("https://elsewhere.example", "null"):
        answer = await send(gateway, user, "POST", "/create", CONTEXT, Origin=origin)
        assert answer.status_code == 403
        assert "Your account can’t open this" in answer.text

    assert (await user.get("/api/jobs")).json()["items"] == []
    assert (await user.get("/api/brand-kit")).json()["businessDescription"] is None


async def test_a_form_replaces_no_text_that_another_tab_saved_since(
    gateway: RunningGateway, user: User
) -> None:
    id = "01a2157c-e62c-730f-9594-aa9213403ba6"
    saved = await user.send("PUT", f"/api/wizard-drafts/{id}", {"wizardState": {"form": {"tools": ["A"]}}})
    await user.send("PUT", f"/api/wizard-drafts/{id}", {"wizardState": {"form": {"tools": ["B"]}}})
    form = {**CONTEXT, "draft": id, "tag": saved.headers["etag"], "owner": str(user.id)}

    refused = await send(gateway, user, "POST", "/create", form)

    assert refused.status_code == 409
    assert "changed in another tab" in refused.text
    assert "I raise fees." in refused.text
    kept = await user.get(f"/api/wizard-drafts/{id}")
    assert kept.json()["wizardState"] == {"form": {"tools": ["B"]}}
    known = {**form, "tag": kept.headers["etag"]}
    assert (await send(gateway, user, "POST", "/create", known)).status_code == 303


async def test_a_form_of_somebody_else_is_not_taken_for_ones_own(gateway: RunningGateway, user: User) -> None:
    form = {**CONTEXT, "owner": str(gateway.user().id)}

    answer = await send(gateway, user, "POST", "/create", form)

    assert answer.status_code == 409
    assert "This text belongs to whoever typed it." in answer.text
    assert (await user.get("/api/wizard-drafts")).json()["items"] == []
    assert (await user.get("/api/jobs")).json()["items"] == []


async def test_the_form_starts_one_job_however_often_it_is_sent(gateway: RunningGateway, user: User) -> None:
    form = {**CONTEXT, "draft": "01a2157c-e62c-730f-9594-aa9213403ba5", "key": "one"}

    first = await send(gateway, user, "POST", "/create", form)
    second = await send(gateway, user, "POST", "/create", form)

    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    (job,) = (await user.get("/api/jobs")).json()["items"]
    assert first.headers["location"] == f"/create/ideas/{job['id']}"
    kit = (await user.get("/api/brand-kit")).json()
    assert (kit["businessDescription"], kit["urgentPains"]) == ("I raise fees.", ["A", "B"])


async def test_the_same_form_sent_again_asks_before_it_uses_the_last_of_the_plan(
    gateway: RunningGateway,
) -> None:
    user = gateway.user(plan="free")
    form = {"businessDescription": "I raise fees.", "businessType": "freelancer"}
    first = await send(gateway, user, "POST", "/create", {**form, "key": "one"})

    again = await send(gateway, user, "POST", "/create", {**form, "key": "two"})

    assert again.status_code == 409
    assert "The ideas of this form are being written already." in again.text
    assert first.headers["location"] in again.text
    assert "(uses your last)" in again.text
    [job] = (await user.get("/api/jobs")).json()["items"]
    another = {**form, "key": "three", "again": job["id"]}
    assert (await send(gateway, user, "POST", "/create", another)).status_code == 303
    assert len((await user.get("/api/jobs")).json()["items"]) == 2


async def test_the_same_idea_of_ones_own_sent_again_asks_before_it_uses_the_last_of_the_plan(
    gateway: RunningGateway,
) -> None:
    user = gateway.user(plan="free")
    idea = {"title": "The two-page quote", "painSolved": "Fees", "archetype": "single-system"}
    sent = [send(gateway, user, "POST", "/create/own", idea) for _ in range(2)]

    first, again = sorted(await asyncio.gather(*sent), key=lambda answer: answer.status_code)

    assert (first.status_code, again.status_code) == (303, 409)
    [made] = (await user.get("/api/lead-magnets")).json()["items"]
    assert f'href="/library/{made["id"]}"' in again.text
    assert "(uses your last)" in again.text
    assert 'value="The two-page quote"' in again.text, "the form is still there"
    another = await send(gateway, user, "POST", "/create/own", {**idea, "again": made["id"]})
    assert another.status_code == 303
    assert len((await user.get("/api/lead-magnets")).json()["items"]) == 2


async def test_a_draft_is_thrown_away_by_its_owner_alone(gateway: RunningGateway, user: User) -> None:
    path = "/create/drafts/01a2157c-e62c-730f-9594-aa9213403bff/delete"
    await send(gateway, user, "POST", "/create", {"draft": path.split("/")[3], "businessType": "freelancer"})

    theirs = await send(gateway, gateway.user(), "POST", path, {})
    own = await send(gateway, user, "POST", path, {})

    assert (theirs.status_code, own.status_code) == (404, 303)
    assert (await user.get("/api/wizard-drafts")).json()["items"] == []


@pytest.mark.parametrize("body", [b"\xff=1", b"&".join(b"a=1" for _ in range(3000))])
async def test_a_form_that_cannot_be_read_is_refused(
    gateway: RunningGateway, user: User, body: bytes
) -> None:
    answer = await send(gateway, user, "POST", "/create", body)

    assert answer.status_code == 422
    assert "We could not read this form." in answer.text


async def test_what_an_owner_wrote_is_shown_as_text(gateway: RunningGateway, user: User) -> None:
    nasty = "<script>alert(1)</script>\" onload='x'"

    answer = await send(
        gateway, user, "POST", "/create", {"businessDescription": nasty, "urgentPains": [nasty]}
    )

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "onload='x'\"" not in answer.text


async def test_unknown_ids_are_a_page_that_says_so(gateway: RunningGateway, user: User) -> None:
    for path in (
        "/create/ideas/x",
        "/library/x",
        "/library/x/questions",
        "/jobs/x",
        "/create?draft=01a2157c-e62c-730f-9594-aa9213403bee",
    ):
        answer = await send(gateway, user, "GET", path)
        assert answer.status_code == 404, path
        assert "Page not found" in answer.text


async def test_the_icon_is_there(gateway: RunningGateway) -> None:
    answer = await send(gateway, None, "GET", "/favicon.ico", **{"Accept-Encoding": "identity"})

    assert answer.headers["content-type"] == "image/svg+xml"

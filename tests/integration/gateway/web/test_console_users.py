"""The console's pages of users, pauses and the audit: their forms do what they say, and nothing else."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from support.api import RunningGateway, User
from support.pages import send
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
PAGES = ("/console/users", "/console/users/{user}", "/console/audit", "/console/pauses", "/console/public")
FORMS = (
    "/console/users/{user}/plan",
    "/console/users/{user}/caps",
    "/console/public/take-down",
    "/console/public/put-back",
    "/console/pauses/pause",
    "/console/pauses/resume",
)


@pytest.fixture(autouse=True)
async def _nothing_stays_paused(gateway: RunningGateway) -> AsyncIterator[None]:
    yield
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute("TRUNCATE paused_job_types, paused_users")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_for_operators_only(
    gateway: RunningGateway, operator: User, user: User, path: str
) -> None:
    await user.submit(COACH)

    shown = await send(gateway, operator, "GET", path.format(user=user.id))
    refused = await send(gateway, user, "GET", path.format(user=user.id))

    assert (shown.status_code, refused.status_code) == (200, 403), shown.text
    assert "Only operators can do this." in refused.text


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_is_for_operators_only(gateway: RunningGateway, user: User, path: str) -> None:
    form = {"plan": "unlimited", "kind": "everything"}

    assert (await send(gateway, user, "POST", path.format(user=user.id), form)).status_code == 403


async def test_somebody_who_is_found_is_shown_at_once(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()

    found = await send(gateway, operator, "GET", f"/console/users?search={user.id}")
    nobody = await send(gateway, operator, "GET", f"/console/users?search={UUID(int=3)}")
    wrong = await send(gateway, operator, "GET", "/console/users?search=x")

    assert (found.status_code, found.headers["location"]) == (303, f"/console/users/{user.id}")
    assert "Nobody with this id or address has signed in yet." in nobody.text
    assert (wrong.status_code, "email address." in wrong.text) == (422, True)
    assert (await send(gateway, operator, "GET", f"/console/users/{UUID(int=3)}")).status_code == 404


async def test_plan_and_caps_are_changed_by_their_forms(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user(plan="free")
    path = f"/console/users/{user.id}"

    plan = await send(gateway, operator, "POST", f"{path}/plan", {"plan": "pro"})
    caps = await send(gateway, operator, "POST", f"{path}/caps", {"liveJobs": "3", "spendAMonth": "none"})
    wrong = await send(gateway, operator, "POST", f"{path}/caps", {"liveJobs": "many", "drafts": "4"})

    assert [(each.status_code, each.headers.get("location")) for each in (plan, caps)] == [(303, path)] * 2
    detail = (await operator.get(f"/api/ops/users/{user.id}")).json()
    assert (detail["plan"], detail["ownCaps"]) == ("pro", {"liveJobs": 3, "spendAMonth": None})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert 'aria-describedby="liveJobs-err"' in wrong.text


async def test_only_what_is_valid_now_is_offered(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()
    path = f"/console/users/{user.id}"
    before = (await send(gateway, operator, "GET", path)).text

    form = {"kind": "user", "key": str(user.id)}
    paused = await send(gateway, operator, "POST", "/console/pauses/pause", form)
    while_paused = (await send(gateway, operator, "GET", path)).text
    wrong = await send(gateway, operator, "POST", "/console/pauses/resume", {**form, "perMinute": "0"})
    await send(gateway, operator, "POST", "/console/pauses/resume", {**form, "perMinute": "6"})
    resumed = (await send(gateway, operator, "GET", path)).text

    assert (paused.status_code, paused.headers["location"]) == (303, path)
    assert ("Pause this user" in before, "Pause this user" in while_paused) == (True, False)
    assert ("Resume</button>" in before, "Resume</button>" in while_paused) == (False, True)
    assert (wrong.status_code, "Nothing was resumed." in wrong.text) == (422, True)
    assert "Resumed gradually, 6 a minute" in resumed


async def test_what_is_paused_is_listed_and_cannot_be_paused_again(
    gateway: RunningGateway, operator: User
) -> None:
    await send(gateway, operator, "POST", "/console/pauses/pause", {"kind": "job_type", "key": "posts"})
    await send(gateway, operator, "POST", "/console/pauses/pause", {"kind": "everything"})
    lost = await send(gateway, operator, "POST", "/console/pauses/pause", {"kind": "job_type", "key": "x"})

    page = (await send(gateway, operator, "GET", "/console/pauses")).text

    assert lost.status_code == 404
    assert ("Pause posts" in page, "Pause emails" in page, "Pause everything…" in page) == (
        False,
        True,
        False,
    )
    assert str(operator.id) in page


async def test_the_audit_lists_what_a_form_did_and_no_wrong_filter(gateway: RunningGateway) -> None:
    operator, user = gateway.user(role="operator"), gateway.user(plan="free")
    await send(gateway, operator, "POST", f"/console/users/{user.id}/plan", {"plan": "pro"})

    page = await send(gateway, operator, "GET", f"/console/audit?userId={user.id}&since=2026-01-31T09:00")
    wrong = await send(gateway, operator, "GET", "/console/audit?user=x")

    assert "set plan" in page.text
    assert "plan pro, before free" in page.text
    assert (wrong.status_code, "There is no such filter." in wrong.text) == (422, True)

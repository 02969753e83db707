"""The console over HTTP: for operators only, honest about filters, and reached by nobody else."""

import re
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from support.api import RunningGateway, User, running_gateway
from support.pages import send
from support.samples import example_input

PAGES = ("/console", "/console?period=day", "/console/runs", "/console/runs?status=failed&period=hour")
FORMS = ("/console/runs/views", "/console/runs/views/forget")
IDEATION = example_input("ideation-fitness-coach")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_of_the_console_is_for_operators_only(
    gateway: RunningGateway, operator: User, user: User, path: str
) -> None:
    shown = await send(gateway, operator, "GET", path)
    refused = await send(gateway, user, "GET", path)

    assert shown.status_code == 200
    assert "default-src 'none'; script-src 'self'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    assert not re.search(r"<style|style=|<script(?! src)", shown.text), "nothing inline"
    assert refused.status_code == 403
    assert "Only operators can do this." in refused.text


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_the_console_is_for_operators_only(
    gateway: RunningGateway, user: User, path: str
) -> None:
    assert (await send(gateway, user, "POST", path, {"name": "Mine"})).status_code == 403


@pytest.mark.parametrize("path", ["/create", "/library", "/jobs", "/account", "/console"])
async def test_no_page_that_a_user_sees_leads_to_the_console(
    gateway: RunningGateway, user: User, path: str
) -> None:
    page = await send(gateway, user, "GET", path)

    assert 'href="/console' not in page.text


async def test_whoever_is_signed_out_is_sent_to_sign_in(postgres_url: str) -> None:
    login = "https://login.example.com/start"
    async with running_gateway(postgres_url, sign_in_url=login) as gateway:
        answer = await send(gateway, None, "GET", "/console/runs?status=failed")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{login}?return_to=")
    assert "console%2Fruns%3Fstatus%3Dfailed" in answer.headers["location"]


async def test_a_form_without_a_session_leads_back_to_its_page_by_the_login(postgres_url: str) -> None:
    async with running_gateway(postgres_url, sign_in_url="https://login.example.com/start") as gateway:
        page, path = f"{gateway.url}/console/bulk/1?outcome=open", "/console/bulk/1/abort"
        answer = await send(gateway, None, "POST", path, {}, Referer=page)
        foreign = await send(gateway, None, "POST", path, {}, Referer="https://evil.example.com/console")

    assert (answer.status_code, foreign.status_code) == (401, 401), "a browser would not follow to the login"
    assert 'href="/console/bulk/1?outcome=open">Sign in</a>' in answer.text
    assert 'href="/create">Sign in</a>' in foreign.text


@pytest.mark.parametrize("address", ["runs/{}?all=perhaps", f"bulk/{{}}?outcome={'x' * 30}"])
async def test_an_address_that_no_page_can_show_is_a_page_that_says_so(
    gateway: RunningGateway, operator: User, address: str
) -> None:
    answer = await send(gateway, operator, "GET", f"/console/{address.format(new_id())}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "This address has something that no page can show." in answer.text


async def test_a_foreign_page_cannot_send_a_form(gateway: RunningGateway, operator: User) -> None:
    answer = await send(
        gateway, operator, "POST", FORMS[0], {"name": "Mine"}, Origin="https://evil.example.com"
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("userId=me", "userId"),
        ("since=soon", "since"),
        ("period=year", "period"),
        ("costAbove=x", "costAbove"),
        ("id=zz", "id"),
        ("stat=failed", "stat"),
        ("cursor=x", "cursor"),
    ],
)
async def test_a_wrong_filter_lists_nothing_and_says_which_it_is(
    gateway: RunningGateway, operator: User, query: str, field: str
) -> None:
    page = await send(gateway, operator, "GET", f"/console/runs?{query}")

    assert page.status_code == 422
    assert "Nothing is listed: a filter is wrong." in page.text
    assert f'<span class="mono">{field}</span>' in page.text


async def test_a_run_is_found_by_its_id_and_by_the_beginning_of_it(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    job_id = await user.submit(IDEATION)

    whole = await send(gateway, operator, "GET", f"/console/runs?id={job_id}")
    beginning = await send(gateway, operator, "GET", f"/console/runs?id={str(job_id)[:13]}")

    assert (whole.status_code, whole.headers["location"]) == (303, f"/console/runs/{job_id}")
    assert f'data-key="{job_id}"' in beginning.text


def rows(page: str) -> list[UUID]:
    return [UUID(id) for id in re.findall(r'<tr data-key="([^"]+)"', page)]


async def test_a_page_that_fetches_itself_again_holds_newer_runs_back_and_offers_them(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    first = await user.submit(IDEATION)
    page = (await send(gateway, operator, "GET", f"/console/runs?userId={user.id}")).text
    [again] = re.findall(r'data-refresh="([^"]+)"', page)
    second = await user.submit(IDEATION)

    refreshed = (await send(gateway, operator, "GET", again.replace("&amp;", "&"))).text

    assert rows(page) == rows(refreshed) == [first]
    [newer] = re.findall(r'href="([^"]+)">Show 1 newer', refreshed)
    assert rows((await send(gateway, operator, "GET", newer)).text) == [second, first]


async def test_a_run_that_waits_is_not_called_running_and_offers_what_can_be_done(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    waiting, failed = await user.submit(IDEATION), await user.submit(IDEATION)
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute(
            "UPDATE background_jobs SET status = 'failed', completed_at = now(), waiting_for = NULL"
            " WHERE id = %s",
            [failed],
        )

    page = (await send(gateway, operator, "GET", f"/console/runs?userId={user.id}")).text

    assert ">Running<" not in page
    assert f"/console/runs/{waiting}?ask=cancel" in page
    assert f"/console/runs/{failed}?ask=replay" in page
    assert page.count("?ask=") == 2


async def test_a_saved_view_is_kept_by_the_browser_and_can_be_forgotten(
    gateway: RunningGateway, operator: User
) -> None:
    query = "status=failed&jobType=posts"
    saved = await send(gateway, operator, "POST", FORMS[0], {"name": "Posts", "query": query})
    cookie = saved.headers["set-cookie"].partition(";")[0]
    own = {"Cookie": f"{cookie}; __Host-lodestone_session={operator.token}"}

    page = await send(gateway, operator, "GET", "/console/runs", **own)

    assert saved.headers["location"] == f"/console/runs?{query}"
    assert f'href="/console/runs?{query.replace("&", "&amp;")}">Posts</a>' in page.text

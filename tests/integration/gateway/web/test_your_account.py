"""The account page: what it offers, how an account is deleted, and what browsers with an old session get."""

import time
from collections.abc import AsyncIterator

import httpx2
import psycopg
import pytest
from lodestone_gateway.auth import CurrentUser, sign_session
from lodestone_gateway.cookies import HOST_COOKIE, LOCAL_COOKIE
from support.api import RunningGateway, User, running_gateway, token
from support.folding import Folding
from support.lead_magnets import OWN_IDEA
from support.pages import send
from support.samples import example_input

LOGIN = "https://login.example.com"
SURE = {"sure": "yes"}
GONE = f'{HOST_COOKIE}=""; '


@pytest.fixture(scope="module")
async def with_login(gateway: RunningGateway) -> AsyncIterator[RunningGateway]:
    """A gateway with a login on another host, with the same database."""
    async with running_gateway(gateway.settings.database_url, sign_in_url=f"{LOGIN}/in") as other:
        yield other


@pytest.fixture
def deleted(gateway: RunningGateway, user: User) -> User:
    """A user whose account has been deleted."""
    finish_deletion(gateway, user)
    return user


def finish_deletion(gateway: RunningGateway, user: User, asked: str = "0 s") -> None:
    """Leaves what deletion and eraser leave of a user without jobs who asked this long ago."""
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("DELETE FROM deleted_accounts WHERE user_id = %s", [user.id])
        sql = "INSERT INTO deleted_accounts (user_id, requested_at, done_at)"
        connection.execute(f"{sql} VALUES (%s, now() - %s::interval, now())", [user.id, asked])
        connection.execute("DELETE FROM users WHERE id = %s", [user.id])


async def test_the_frame_leads_to_the_account_and_that_to_the_file_and_the_end(
    gateway: RunningGateway, user: User
) -> None:
    frame = await send(gateway, user, "GET", "/jobs")
    page = await send(gateway, user, "GET", "/account")
    file = await send(gateway, user, "GET", "/api/account/export")

    assert 'href="/account"' in frame.text
    assert 'href="/api/account/export" download' in page.text
    assert 'href="/account/delete"' in page.text
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.json()["userId"] == str(user.id)


async def test_the_page_tells_what_this_months_work_was_and_what_the_cache_saved(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    nothing = await send(gateway, user, "GET", "/account")
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    await folding.begin(job_id)
    await folding.pay(job_id, "0.25")
    page = await send(gateway, user, "GET", "/account")

    assert "nothing yet" in nothing.text
    for told in ("1 job<", "30 tokens (4 written)", "20% of the AI work"):
        assert told in page.text


async def test_the_account_goes_when_the_box_is_ticked_and_its_user_is_signed_out(
    gateway: RunningGateway, user: User
) -> None:
    await user.post("/api/lead-magnets", OWN_IDEA)

    unsure = await send(gateway, user, "POST", "/account/delete", {})
    kept = (await user.get("/api/lead-magnets")).json()["items"]
    done = await send(gateway, user, "POST", "/account/delete", SURE)
    told = await send(gateway, None, "GET", done.headers["location"])

    assert (unsure.status_code, len(kept)) == (422, 1)
    assert "Nothing was deleted. Tick the box" in unsure.text
    assert (done.status_code, done.headers["location"]) == (303, "/account/deleted")
    assert done.headers["set-cookie"].startswith(GONE)
    assert done.headers["clear-site-data"] == '"storage"'
    assert (told.status_code, "Your account is being deleted" in told.text) == (200, True)
    with psycopg.connect(gateway.settings.database_url) as connection:
        assert connection.execute("SELECT 1 FROM lead_magnets WHERE user_id = %s", [user.id]).fetchall() == []
        (asked,) = connection.execute(
            "SELECT done_at FROM deleted_accounts WHERE user_id = %s", [user.id]
        ).fetchall()
    assert asked == (None,), "the eraser does the rest"


async def test_a_foreign_page_deletes_nothing(gateway: RunningGateway, user: User) -> None:
    for origin in ("https://evil.example", "null"):
        answer = await send(gateway, user, "POST", "/account/delete", SURE, Origin=origin)
        assert answer.status_code == 403

    assert (await user.get("/api/usage")).status_code == 200


async def test_a_browser_with_an_older_session_forgets_it(gateway: RunningGateway, deleted: User) -> None:
    answer = await send(gateway, deleted, "GET", "/library")

    assert answer.status_code == 401
    assert "This account was deleted" in answer.text
    assert answer.headers["set-cookie"].startswith(GONE)
    assert answer.headers["clear-site-data"] == '"storage"'


async def test_a_browser_with_an_older_session_is_led_to_the_login(
    with_login: RunningGateway, deleted: User
) -> None:
    away = await send(with_login, deleted, "GET", "/library")
    old = await send(with_login, None, "POST", "/sign-in", {"token": deleted.token}, Origin=LOGIN)
    newer = {"token": token(deleted.id, iat=time.time() + 5)}
    back = await send(with_login, None, "POST", "/sign-in", newer, Origin=LOGIN)

    assert away.status_code == 302
    assert away.headers["location"].startswith(f"{LOGIN}/in?return_to=")
    assert away.headers["set-cookie"].startswith(GONE)
    assert old.status_code == 401, "no endless redirect if the login returns the same token"
    assert "set-cookie" not in old.headers
    assert (back.status_code, back.headers["location"]) == (303, "/create")


async def test_a_script_of_an_open_page_is_told_and_changes_no_session(
    with_login: RunningGateway, deleted: User
) -> None:
    answer = await send(with_login, deleted, "GET", "/library", **{"Sec-Fetch-Mode": "cors"})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_on_one_machine_the_first_user_begins_anew(gateway: RunningGateway, user: User) -> None:
    async with running_gateway(
        gateway.settings.database_url, local=True, local_users={"demo": user.id}
    ) as local:
        held = sign_session(local.settings, CurrentUser(user.id), 3600)
        assert (await open_with(local, held)).status_code == 200
        gone = await local.client.delete("/api/account", headers=session(local, held))
        meanwhile = await open_with(local, held)
        signed_out = await open_with(local, None)
        finish_deletion(local, user, asked="2 s")
        back = await open_with(local, None)

    assert gone.status_code == 202
    assert (meanwhile.status_code, meanwhile.headers["location"]) == (303, "/create")
    assert meanwhile.headers["set-cookie"].startswith(f'{LOCAL_COOKIE}=""; ')
    assert signed_out.status_code == 401, "nobody may sign in until everything is deleted"
    assert not signed_out.headers.get("set-cookie", "").startswith(f"{LOCAL_COOKIE}=ey")
    assert back.status_code == 200
    assert back.headers["set-cookie"].startswith(f"{LOCAL_COOKIE}=ey")


def session(local: RunningGateway, held: str | None) -> dict[str, str]:
    return {"Origin": local.url} | ({"Cookie": f"{LOCAL_COOKIE}={held}"} if held else {})


async def open_with(local: RunningGateway, held: str | None) -> httpx2.Response:
    local.client.cookies.clear()
    return await local.client.get("/create", headers=session(local, held))

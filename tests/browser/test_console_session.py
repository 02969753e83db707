"""An operator's session ends while a bulk action runs: it goes on, and the page says so and leads back."""

import re
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from anyio.from_thread import start_blocking_portal
from lodestone.ids import new_id
from lodestone_gateway.cookies import LOCAL_COOKIE
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules
from support.api import RunningGateway, running_gateway, token
from support.browser import PATIENCE
from support.dead_jobs import make_dead_jobs, sql
from support.waiting import eventually_sync

OPERATOR = new_id()
FORM = """<form method="post" action="{origin}/sign-in"><input type="hidden" name="token" value="{token}">
    <input type="hidden" name="return_to" value="{place}"><button>Sign in</button></form>"""


class Login(BaseHTTPRequestHandler):
    """The login on another host: whoever presses its button is the operator."""

    def do_GET(self) -> None:
        place = parse_qs(urlsplit(self.path).query).get("return_to", [""])[0]
        there = urlsplit(place)
        held = token(OPERATOR, role="operator")
        form = FORM.format(origin=f"{there.scheme}://{there.netloc}", token=held, place=escape(place))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(form.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def gateway(postgres_server_url: str, module_postgres_url: str) -> Iterator[RunningGateway]:
    """A gateway with that login, over tables that the tests fill."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Login) as login, start_blocking_portal() as portal:
        Thread(target=login.serve_forever, daemon=True).start()
        how = {"sign_in_url": f"http://localhost:{login.server_port}/in", "local": True}
        running = running_gateway(module_postgres_url, **how)
        with portal.wrap_async_context_manager(running) as gateway:
            yield gateway
        login.shutdown()


@pytest.fixture
def page(browser: Browser, gateway: RunningGateway) -> Iterator[Page]:
    """The operator's window."""
    context = browser.new_context(base_url=gateway.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    hold_a_token(page, gateway, seconds=3600)
    yield page
    context.close()


def hold_a_token(page: Page, gateway: RunningGateway, *, seconds: float) -> None:
    """Puts the operator's token into the window; below zero it ended before."""
    held = token(OPERATOR, role="operator", seconds=seconds)
    page.context.add_cookies([{"name": LOCAL_COOKIE, "value": held, "url": gateway.url, "sameSite": "Lax"}])


def done(gateway: RunningGateway, user_id: UUID) -> int:
    """How many of the user's jobs were run again."""
    statement = "SELECT count(*) FROM background_jobs WHERE user_id = %s AND parent_job_id IS NOT NULL"
    [[count]] = sql(gateway, statement, user_id)
    return int(count)


def test_the_action_goes_on_and_its_page_says_sign_in_and_shows_it_afterwards(
    page: Page, gateway: RunningGateway
) -> None:
    user_id = new_id()
    make_dead_jobs(gateway, user_id, 100)
    page.goto(f"/console/bulk?userId={user_id}")
    page.get_by_label("Most a minute").fill("120")
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Replay 100 runs").click()
    meter, ended = page.get_by_role("img", name="done"), page.locator("#ended")
    expect(meter).to_have_accessible_name(re.compile(r"[1-9]\d* done"))
    address = page.url

    hold_a_token(page, gateway, seconds=-60)
    expect(ended).to_contain_text("Your session as an operator has ended. This page is not up to date")
    expect(page.locator("#said")).to_contain_text("Your session as an operator has ended.")
    expect(page.locator("#offline")).to_be_hidden()
    before = done(gateway, user_id)
    eventually_sync(lambda: done(gateway, user_id) > before, within=20, told="it goes on")

    page.get_by_role("button", name="Abort").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.locator("main")).to_contain_text("Nothing was changed.")
    for link in ("Sign in", "Sign in again"):
        page.get_by_role("link", name=link, exact=True).click()
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(address)
        expect(ended).to_be_hidden()
        shown = int((meter.get_attribute("aria-label") or "").partition(" done")[0])
        assert shown > before
        hold_a_token(page, gateway, seconds=-60)
        expect(ended).to_be_visible()

    hold_a_token(page, gateway, seconds=3600)
    expect(ended).to_be_hidden()
    page.get_by_role("button", name="Abort").click()
    expect(page.get_by_text("It does not go on.")).to_be_visible()


def test_a_page_whose_gateway_does_not_answer_says_so_until_it_does(
    page: Page, gateway: RunningGateway
) -> None:
    page.goto("/console")
    note = page.locator("#offline")

    page.route("**/console", lambda route: route.fulfill(status=503, body="away"))
    expect(note).to_contain_text("No answer. This page is not up to date")
    page.unroute("**/console")

    expect(note).to_be_hidden()


def test_the_notes_have_no_violations(browser: Browser, gateway: RunningGateway) -> None:
    context = browser.new_context(base_url=gateway.url, bypass_csp=True)
    page = context.new_page()
    hold_a_token(page, gateway, seconds=3600)
    page.goto("/console")
    hold_a_token(page, gateway, seconds=-60)

    expect(page.locator("#ended")).to_be_visible()
    hold_to_the_rules(page, "console-ended-session")
    context.close()

"""A gateway with an external login: the account menu, and a session that ends while a page is open."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from lodestone.ids import new_id
from lodestone_gateway.cookies import LOCAL_COOKIE
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules
from support.api import running_gateway, token
from support.browser import PATIENCE

TYPED = "I help owner-led engineering consultancies raise their fees."


@pytest.fixture(scope="module")
def url(postgres_server_url: str, module_postgres_url: str) -> Iterator[str]:
    """A gateway with a login on another host; TLS would change nothing."""
    login = {"sign_in_url": "https://login.example.com/in", "local": True}
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_gateway(module_postgres_url, **login)) as gateway,
    ):
        yield gateway.url


def sign_in(page: Page, url: str, held: str) -> None:
    """Sets the cookie that the login's page would set."""
    page.context.add_cookies([{"name": LOCAL_COOKIE, "value": held, "url": url, "sameSite": "Lax"}])


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A window of a signed-in user that ignores our content security policy, which would block axe."""
    context = browser.new_context(base_url=url, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, url, token(new_id()))
    page.goto("/create")
    yield page
    context.close()


def test_the_account_menu_has_no_violations_and_fits(page: Page) -> None:
    menu = page.locator("details.who")

    menu.locator("summary").press("Enter")

    expect(menu.get_by_role("link", name="Your account")).to_be_visible()
    hold_to_the_rules(page, "account-menu")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        box = menu.locator("form").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    menu.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("signed out")
    assert page.context.cookies() == []


def test_text_typed_after_the_session_ended_comes_back_to_its_user_alone(page: Page, url: str) -> None:
    owner = new_id()
    sign_in(page, url, token(owner))
    page.goto("/create/own")
    sign_in(page, url, token(owner, seconds=-60))
    page.get_by_label("Title").fill(TYPED)
    expect(page.locator("[data-saved]")).to_have_text("Your session ended. Sign in; your text is safe.")
    expect(page.locator("#ended")).to_be_visible()

    sign_in(page, url, token(new_id()))
    page.get_by_role("button", name="Go to the questions").click()
    expect(page.locator("[data-saved]")).to_contain_text("You are signed in as somebody else now.")
    page.goto("/create/own")
    expect(page.get_by_label("Title")).to_have_value("")

    sign_in(page, url, token(owner))
    page.goto("/create/own")
    expect(page.get_by_label("Title")).to_have_value(TYPED)
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_a_session_that_ends_takes_nothing_away_and_can_be_begun_again(page: Page, url: str) -> None:
    note, field = page.locator("#ended"), page.get_by_label("What you do")
    draft = page.url
    field.fill(TYPED)
    expect(page.locator("[data-saved]")).to_have_text("Saved")

    sign_in(page, url, token(new_id(), seconds=-60))
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(note).to_have_text("Your session ended. Sign in; your text is safe.")
    expect(page.locator("#said")).to_have_text("Your session ended. Sign in; your text is safe.")
    expect(page.locator("#offline")).to_be_hidden()
    expect(field).to_have_value(TYPED)
    hold_to_the_rules(page, "ended-session")
    sign_in(page, url, token(new_id()))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(note).to_be_hidden()
    expect(field).to_have_value(TYPED)
    assert page.url == draft

"""Every page in both themes: no axe violations, no sideways scroll, and everything works by keyboard."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules, violations
from support.browser import Visitor, generate
from support.keyboard import open_forms, press_until, walk_backwards, walk_forwards
from support.lead_magnets import OWN_IDEA
from support.running_system import RunningSystem
from support.sample_account import SampleAccount

PAGES = {
    "create": "/create",
    "own": "/create/own",
    "example": "/example",
    "ideas": "/create/ideas/{ideas}",
    "stopped": "/create/ideas/{stopped}",
    "failed": "/create/ideas/{failed}",
    "running": "/create/ideas/{running}",
    "waiting": "/create/ideas/{waiting}",
    "library": "/library",
    "content": "/library/{made}",
    "page": "/library/{made}/page",
    "posts": "/library/{made}/posts",
    "emails": "/library/{made}/emails",
    "settings": "/library/{made}/settings",
    "no-versions": "/library/{made}/versions/polish",
    "tool": "/library/{tool}",
    "posts-being-written": "/library/{tool}/posts",
    "assessment": "/library/{assessment}",
    "declined": "/library/{prompt}/posts",
    "template": "/library/{prompt}/emails",
    "being-written": "/library/{training}",
    "idea-only": "/library/{bare}",
    "questions": "/library/{bare}/questions",
    "all-questions": "/library/{bare}/questions?all=1",
    "jobs": "/jobs",
    "failed-jobs": "/jobs?only=failed",
    "account": "/account",
    "voice": "/account/voice",
    "delete-account": "/account/delete",
    "nothing": "/library/01a2157c-e62c-730f-9594-aa9213403ba5",
}
"""Every page, in the states that it has for an active user."""


@pytest.fixture(scope="module")
def account(shared_system: RunningSystem, browser: Browser) -> Iterator[SampleAccount]:
    with Visitor(shared_system, browser) as visitor:
        account = SampleAccount(shared_system, visitor)
        account.fill()
        yield account
        account.stop()


@pytest.fixture(scope="module")
def page(account: SampleAccount) -> Page:
    """A window that ignores our content security policy, which would block axe."""
    return account.visitor.open("/create", bypass_csp=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_violations_and_no_sideways_scroll(
    page: Page, account: SampleAccount, name: str
) -> None:
    page.goto(PAGES[name].format(**account.ids))

    hold_to_the_rules(page, name)


def unsure(page: Page) -> None:
    page.goto("/account/delete")
    page.locator("form[action='/account/delete']").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was deleted")).to_be_visible()


def deleted(page: Page) -> None:
    page.goto("/account")
    for target in (
        page.get_by_role("link", name="Delete my account"),
        page.get_by_label("Yes, delete everything for good"),
    ):
        press_until(page, target)
        page.keyboard.press("Enter" if target.get_attribute("href") else "Space")
    press_until(page, page.get_by_role("button", name="Delete my account"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is being deleted")


def empty(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("section.empty")).to_be_visible()


def wrong(page: Page) -> None:
    page.get_by_role("button", name="Generate 10 ideas").click()
    expect(page.get_by_label("What you do")).to_have_attribute("aria-invalid", "true")


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("What you do").fill("I help consultancies.")
    expect(page.locator("#offline")).to_be_visible()


def used_up(page: Page) -> None:
    for what in ("I raise fees.", "I win tenders."):
        page.goto("/create")
        generate(page, what)
    expect(page.locator("li.picks")).to_be_visible()  # else the form would say that it is being written
    page.goto("/create")
    page.get_by_role("link", name="Write the form for then").click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Generate 10 ideas").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have used")
    page.wait_for_function("() => localStorage.length === 0")
    assert not [url for url in asked if "wizard-drafts" in url], "submitting the form saves no draft"


STATES: dict[str, Callable[[Page], None]] = {
    "empty-library": lambda page: empty(page, "/library"),
    "empty-jobs": lambda page: empty(page, "/jobs"),
    "unsure": unsure,
    "deleted-account": deleted,
    "wrong": wrong,
    "offline": offline,
    "used-up": used_up,
}
"""Pages that only a new user sees, or that appear after an action."""


@pytest.mark.parametrize("name", STATES)
def test_a_state_has_no_violations_and_no_sideways_scroll(
    system: RunningSystem, browser: Browser, name: str
) -> None:
    with Visitor(system, browser, plan="free") as visitor:
        page = visitor.open("/create", bypass_csp=True)
        STATES[name](page)

        hold_to_the_rules(page, name)


def test_nobody_else_sees_any_of_it(account: SampleAccount, shared_system: RunningSystem) -> None:
    for name, path in PAGES.items():
        url = shared_system.gateway + path.format(**account.ids)
        answer = shared_system.http.get(
            url, headers={"Authorization": f"Bearer {shared_system.token('second')}"}
        )
        assert answer.status_code == (404 if "{" in path or name == "nothing" else 200), name
        assert not any(id in answer.text for id in account.ids.values() if id not in url), name


LONE = """most => {
  const shelves = document.querySelector(".shelves"), lone = [], first = shelves.firstElementChild;
  shelves.replaceChildren();
  for (let count = 1; count <= most; count++) {
    shelves.append(first.cloneNode(true));
    const [last, before] = [...shelves.children].reverse().map((each) => each.getBoundingClientRect());
    const isAlone = before && last.top > before.top && last.width < shelves.clientWidth - 1;
    if (isAlone) lone.push(count);
  }
  return lone;
}"""  # counts of cards that leave one alone in the last row


@pytest.mark.parametrize("width", [768, 1100, 1280, 1920])
def test_no_card_of_the_library_stands_alone_in_the_last_row(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/library")

    assert page.evaluate(LONE, 24) == []


def test_the_checker_sees_what_is_wrong(page: Page) -> None:
    page.goto("/create/own")
    page.evaluate("document.querySelector('#main').append(document.createElement('input'))")

    assert violations(page, ["wcag2a"])


WALKED = [
    *("create", "own", "ideas", "all-questions", "content", "page", "posts", "emails", "settings", "tool"),
    *("assessment", "being-written", "declined"),
]
MORE_WALKED = {
    "versions side by side": "/library/{made}/versions/posts",
    "publishing": "/library/{made}/publish",
    "sources": "/create/sources",
    "drafted answers": "/library/{own}/answers",
    "bin": "/library/bin",
}


def fill_more(visitor: Visitor, ids: dict[str, str]) -> None:
    """An earlier version of posts, a source, and two ideas of the user's own."""
    made = f"/api/lead-magnets/{ids['made']}"
    first, *rest = visitor.api("GET", made)["postVariations"]
    visitor.api("PATCH", made, json={"postVariations": [{**first, "post": "Mine."}, *rest]})
    visitor.api("POST", "/api/sources", json={"name": "Call", "text": "Mara: We send two pages."})
    for name in ("own", "thrown away"):
        ids[name] = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]


def test_no_control_is_missed_by_key_and_none_is_under_a_bar_or_a_menu(account: SampleAccount) -> None:
    ids = {**account.ids}
    fill_more(account.visitor, ids)
    page = account.visitor.open(f"/library/{ids['own']}/answers", width=360)
    page.get_by_role("button", name="Draft my answers").click()
    expect(page.get_by_text("5 drafts wait for you.")).to_be_visible()
    page.goto("/library/{thrown away}/settings".format(**ids))
    page.get_by_role("button", name="Delete this lead magnet").click()
    expect(page.locator("#toasts")).to_contain_text("is in the bin.")

    for path in [*(PAGES[name] for name in WALKED), *MORE_WALKED.values()]:
        page.goto(path.format(**ids))
        open_forms(page)
        walk_forwards(page)
        walk_backwards(page)
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto("/library/{made}".format(**ids))
    walk_forwards(page)


def follow(page: Page, place: str) -> None:
    """Goes to a place of the workspace by keyboard."""
    pieces = page.get_by_role("navigation", name="Pieces")
    press_until(page, pieces.get_by_role("link", name=re.compile(rf"^{place}\b")))
    page.keyboard.press("Enter")
    expect(pieces.locator("[aria-current=page]")).to_have_text(re.compile(rf"^\s*{place}"))


def test_the_way_from_the_form_to_active_emails_needs_no_mouse(
    system: RunningSystem, browser: Browser
) -> None:
    system.pace(first_byte_seconds=0.05, duration_seconds=0.3)
    with Visitor(system, browser) as visitor:
        page = visitor.open("/create")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator("main :focus")).to_be_visible()
        press_until(page, page.get_by_label("What you do"))
        page.keyboard.type("I raise fees.")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("Lost tenders")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Remove: Lost tenders")).to_be_visible()
        press_until(page, page.get_by_role("button", name="Generate 10 ideas"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/create/ideas/*")
        expect(page.locator("li.picks")).to_be_visible()
        press_until(page, page.get_by_role("button", name="Choose").first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/questions")
        count = page.locator("ol.steps li").count()
        for number in range(1, count + 1):
            expect(page.get_by_text(f"Question {number} of {count}")).to_be_visible()
            expect(page.locator("textarea")).to_be_focused()
            page.keyboard.type("Two calls and one page.")
            name = "Write the content" if number == count else "Next question"
            press_until(page, page.get_by_role("button", name=name))
            page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Make page, posts, emails")).to_be_visible()
        follow(page, "Settings")
        press_until(page, page.get_by_label("Link for readers"))
        page.keyboard.type("https://example.org/quote")
        press_until(page, page.locator("#details").get_by_role("button", name="Save"))
        page.keyboard.press("Enter")
        expect(page.locator("#details .saves")).to_have_attribute("data-told", "Saved")
        press_until(page, page.get_by_role("button", name="Make page, posts, emails"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Make page, posts, emails")).to_have_count(0)
        follow(page, "Emails")
        emails = page.locator("section#emails")
        expect(emails.get_by_text("Done", exact=True)).to_be_visible()
        press_until(page, emails.get_by_role("button", name="Mark as ready"))
        page.keyboard.press("Enter")
        expect(emails.get_by_text("Ready", exact=True)).to_be_visible()

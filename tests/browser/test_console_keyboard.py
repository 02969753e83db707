"""The console without a mouse: each control of each page is reached and seen, menus give the focus back."""

from collections.abc import Iterator
from uuid import UUID

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from lodestone.ids import new_id
from lodestone_gateway.cookies import LOCAL_COOKIE
from playwright.sync_api import Browser, Page, expect
from support.api import RunningGateway, running_gateway, token
from support.browser import PATIENCE
from support.dead_jobs import make_dead_jobs, sql
from support.keyboard import press_until, walk_backwards
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
PAGES = {
    "overview": "/console?period=day",
    "runs": "/console/runs?status=failed,pending",
    "run": "/console/runs/{dead}?ask=replay",
    "dead letters": "/console/dead-letters",
    "runs of a cause": "/console/dead-letters?jobType=posts&errorCode=AI_ERROR&cause=It+did+not+work.",
    "bulk actions": "/console/bulk?action=replay&errorCode=lost",
    "bulk action": "/console/bulk/{bulk}",
    "pauses": "/console/pauses",
    "users": "/console/users",
    "user": "/console/users/{user}",
    "public pages": "/console/public",
    "audit": "/console/audit",
    "submit": "/console/submit?jobType=posts",
}


@pytest.fixture(scope="module")
def gateway(postgres_server_url: str, module_postgres_url: str) -> Iterator[RunningGateway]:
    """A gateway over tables that the tests fill: these pages need nothing that runs jobs."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_gateway(module_postgres_url, local=True)) as gateway,
    ):
        yield gateway


@pytest.fixture(scope="module")
def operator(gateway: RunningGateway) -> Iterator[httpx2.Client]:
    """An operator's API."""
    headers = {"Authorization": f"Bearer {token(new_id(), role='operator')}"}
    with httpx2.Client(base_url=gateway.url, headers=headers) as client:
        yield client


@pytest.fixture
def page(browser: Browser, gateway: RunningGateway) -> Iterator[Page]:
    """An operator's window."""
    context = browser.new_context(base_url=gateway.url, viewport={"width": 1280, "height": 700})
    context.set_default_timeout(PATIENCE)
    held = token(new_id(), role="operator")
    context.add_cookies([{"name": LOCAL_COOKIE, "value": held, "url": gateway.url, "sameSite": "Lax"}])
    yield context.new_page()
    context.close()


def begin(operator: httpx2.Client, user_id: UUID) -> str:
    """A bulk action that is in the middle for the next half minute."""
    asked = {"action": "replay", "filter": {"userId": str(user_id)}, "ratePerMinute": 2}
    bulk_id = str(operator.post("/api/ops/bulk-actions", json=asked).raise_for_status().json()["id"])
    operator.post(f"/api/ops/bulk-actions/{bulk_id}/start").raise_for_status()
    return bulk_id


def living_job(gateway: RunningGateway, user_id: UUID) -> str:
    """A job that waits."""
    headers = {"Authorization": f"Bearer {token(user_id)}"}
    answer = httpx2.post(f"{gateway.url}/api/lead-magnet/ideate", json=COACH, headers=headers)
    return str(answer.raise_for_status().json()["jobId"])


def test_each_control_of_each_page_is_reached_and_seen_by_tab(
    page: Page, gateway: RunningGateway, operator: httpx2.Client
) -> None:
    user = new_id()
    dead = make_dead_jobs(gateway, user, 3)[0]
    living_job(gateway, user)
    for path in ("job-types/polish/pause", "job-types/posts/pause", f"users/{user}/pause"):
        operator.post(f"/api/ops/{path}").raise_for_status()
    operator.post("/api/ops/job-types/posts/resume", json={"perMinute": 1}).raise_for_status()
    ids = {"user": user, "dead": dead, "bulk": begin(operator, user)}

    for path in PAGES.values():
        page.goto(path.format(**ids))
        walk_backwards(page)


@pytest.mark.parametrize("width", [360, 900, 1200, 1280])
def test_the_bar_at_the_top_takes_no_more_room_than_is_kept_free_below_it(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/console/audit")

    bar = page.locator(".mast").bounding_box()
    kept = page.evaluate("parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)")

    assert bar is not None
    assert bar["height"] + 4 <= kept, "the ring around the focus is seen too"


def test_a_menu_opens_by_key_and_escape_gives_the_focus_back(page: Page) -> None:
    page.goto("/console/pauses")
    account = page.locator(".mast details.who > summary")
    everything = page.get_by_text("Pause everything…")

    for menu, key in ((account, "Enter"), (everything, "Space")):
        press_until(page, menu)
        page.keyboard.press(key)
        page.keyboard.press("Tab")
        expect(menu.locator("..").locator(":focus")).to_be_visible()
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()
        expect(menu.locator("..")).not_to_have_attribute("open", "")

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    resume = page.get_by_role("button", name="Resume everything")
    press_until(page, resume)
    page.keyboard.press("Enter")
    expect(resume).to_have_count(0)


def test_the_focus_goes_on_at_the_question_that_was_asked_for(page: Page, gateway: RunningGateway) -> None:
    user = new_id()
    make_dead_jobs(gateway, user, 0)
    job_id = living_job(gateway, user)
    page.goto(f"/console/runs/{job_id}")

    press_until(page, page.get_by_role("link", name="Cancel…"))
    page.keyboard.press("Enter")
    page.wait_for_url("**ask=cancel*")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Cancel the run")).to_be_focused()
    page.keyboard.press("Space")

    expect(page).to_have_url(f"{gateway.url}/console/runs/{job_id}")
    done = "SELECT count(*) FROM operator_audit WHERE target_id = %s AND action = 'cancel_job'"
    assert sql(gateway, done, job_id) == [(1,)]


def test_when_a_button_goes_while_it_has_the_focus_its_heading_gets_it(
    page: Page, gateway: RunningGateway, operator: httpx2.Client
) -> None:
    user = new_id()
    make_dead_jobs(gateway, user, 3)
    bulk_id = begin(operator, user)
    page.goto(f"/console/bulk/{bulk_id}")
    press_until(page, page.get_by_role("button", name="Abort"))

    operator.post(f"/api/ops/bulk-actions/{bulk_id}/abort").raise_for_status()

    expect(page.get_by_role("heading", name="How far it is")).to_be_focused()

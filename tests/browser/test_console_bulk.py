"""The operators' pages for many runs: dead letters by cause, bulk actions, a job by hand."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from lodestone.ids import new_id
from lodestone_gateway.cookies import LOCAL_COOKIE
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules
from support.api import RunningGateway, running_gateway, token
from support.browser import PATIENCE
from support.dead_jobs import make_dead_jobs, sql


@pytest.fixture(scope="module")
def gateway(postgres_server_url: str, module_postgres_url: str) -> Iterator[RunningGateway]:
    """A gateway over tables that the tests fill: these pages need nothing that runs jobs."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running_gateway(module_postgres_url, local=True)) as gateway,
    ):
        yield gateway


@pytest.fixture
def page(browser: Browser, gateway: RunningGateway) -> Iterator[Page]:
    """An operator's window that ignores our content security policy, which would block axe."""
    context = browser.new_context(base_url=gateway.url, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    held = token(new_id(), role="operator")
    context.add_cookies([{"name": LOCAL_COOKIE, "value": held, "url": gateway.url, "sameSite": "Lax"}])
    yield context.new_page()
    context.close()


def test_from_a_cause_to_its_runs_and_into_a_dry_run(page: Page, gateway: RunningGateway) -> None:
    users = [new_id(), new_id()]
    for number, user_id in enumerate(users):
        make_dead_jobs(gateway, user_id, 3, error=f"Post {number + 1} of 3 is missing.")
    make_dead_jobs(gateway, users[0], 1, code="AI_REFUSED", error="The model declined.")

    page.goto("/console/dead-letters")
    row = page.get_by_role("row", name="Post … of … is missing.")
    expect(row).to_contain_text("posts AI_ERROR 6 2".replace(" ", ""))
    hold_to_the_rules(page, "dead-letters")
    row.get_by_role("link", name="Post … of … is missing.", exact=True).click()
    expect(page.get_by_role("region", name="Runs table").get_by_role("row")).to_have_count(7)
    hold_to_the_rules(page, "dead-letters-of-a-cause")
    page.get_by_role("link", name="Replay…").click()

    expect(page.get_by_label("Cause")).to_have_value("Post … of … is missing.")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("6 runs would be run again")).to_be_visible()


def test_the_whole_filter_of_the_runs_goes_into_a_dry_run(page: Page, gateway: RunningGateway) -> None:
    user_id = new_id()
    make_dead_jobs(gateway, user_id, 2, error="The jars were sealed.")
    make_dead_jobs(gateway, user_id, 1, error="The bread was burnt.")
    page.goto(f"/console/runs?status=failed&userId={user_id}&text=SEALED&period=day")
    page.get_by_role("link", name="Act on all that match…").click()

    expect(page.get_by_label("Text")).to_have_value("SEALED")
    expect(page.get_by_label("User")).to_have_value(str(user_id))
    expect(page.get_by_label("Accepted from")).not_to_have_value("")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("2 runs would be run again")).to_be_visible()
    page.get_by_role("link", name="Show the runs").click()
    expect(page.get_by_label("Runs table").get_by_role("row")).to_have_count(3)


def test_a_bulk_action_is_looked_at_begun_watched_and_aborted(page: Page, gateway: RunningGateway) -> None:
    user_id = new_id()
    make_dead_jobs(gateway, user_id, 4, code="BUDGET_EXCEEDED")
    page.goto("/console/bulk")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_role("alert").filter(has_text="An empty filter is refused")).to_be_visible()

    page.get_by_label("Error").select_option("BUDGET_EXCEEDED")
    page.get_by_label("Most a minute").fill("2")
    hold_to_the_rules(page, "bulk-actions")
    page.get_by_role("button", name="Look first").click()
    hold_to_the_rules(page, "bulk-dry-run")
    page.get_by_role("button", name="Replay 4 runs").click()

    expect(page.get_by_role("img", name="done")).to_have_accessible_name("1 done, 0 refused, 3 not yet")
    page.get_by_role("button", name="Abort").click()
    expect(page.get_by_text("It does not go on.")).to_be_visible()
    hold_to_the_rules(page, "bulk-aborted")
    page.get_by_role("link", name="Look at what is left").click()
    page.get_by_label("Most a minute").fill("60000")
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()
    replayed = sql(
        gateway, "SELECT count(DISTINCT parent_job_id) FROM background_jobs WHERE user_id = %s", user_id
    )
    assert replayed == [(4,)]


def test_runs_that_wait_are_paused_and_resumed(page: Page, gateway: RunningGateway) -> None:
    user_id = new_id()
    make_dead_jobs(gateway, user_id, 1)
    page.goto(f"/console/bulk?action=replay&userId={user_id}")
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Replay 1 run").click()
    expect(page.get_by_text("Complete", exact=True)).to_be_visible()

    page.goto(f"/console/bulk?action=pause&userId={user_id}")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("1 run would be held until a bulk action resumes")).to_be_visible()
    page.get_by_role("button", name="Pause 1 run").click()
    page.get_by_role("link", name="Resume what it paused…").click()
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Resume 1 run").click()

    expect(page.get_by_text("Complete", exact=True)).to_be_visible()
    assert sql(gateway, "SELECT held_by FROM outbox WHERE user_id = %s", user_id) == [(None,)]


def test_a_job_is_submitted_by_hand_from_an_example(page: Page, gateway: RunningGateway) -> None:
    user_id = new_id()
    make_dead_jobs(gateway, user_id, 1)
    page.goto("/console/submit?jobType=posts")
    page.get_by_role("textbox", name="User").fill(str(new_id()))
    page.get_by_role("button", name="Submit it").click()
    expect(page.get_by_role("alert").filter(has_text="There is no such user.")).to_be_visible()

    page.get_by_role("textbox", name="User").fill(str(user_id))
    written = page.get_by_role("textbox", name="Input").input_value()
    page.get_by_role("textbox", name="Input").fill('{"format": "x"}')
    page.get_by_role("button", name="Submit it").click()
    expect(page.get_by_role("alert").filter(has_text="leadMagnetTitle")).to_be_visible()
    hold_to_the_rules(page, "submit-by-hand")
    page.get_by_role("textbox", name="Input").fill(written)
    page.get_by_role("button", name="Submit it").click()

    page.wait_for_url("**/console/runs/*")
    made = sql(
        gateway, "SELECT count(*) FROM background_jobs WHERE user_id = %s AND status = 'pending'", user_id
    )
    assert made == [(1,)]

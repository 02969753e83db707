"""The console's pages of users, pauses and the audit in a browser: an operator acts, and finds it later."""

from collections.abc import Iterator

import pytest
from lodestone.ids import new_id
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.running_system import RunningSystem
from support.samples import example_input

IDEATION = example_input("ideation-fitness-coach")


@pytest.fixture
def operator(system: RunningSystem, browser: Browser) -> Iterator[Visitor]:
    """Somebody on call, whose audit is empty."""
    with Visitor(system, browser, id=new_id(), is_operator=True) as visitor:
        yield visitor


def hold(operator: Visitor, path: str, name: str) -> None:
    page = operator.open(path, bypass_csp=True)
    page.set_viewport_size({"width": 768, "height": 900})
    hold_to_the_rules(page, name)


def submit(visitor: Visitor) -> None:
    visitor.api("POST", "/api/lead-magnet/ideate", json=IDEATION)


def test_a_user_is_found_paused_and_resumed_and_their_page_tells_them(
    system: RunningSystem, operator: Visitor, visitor: Visitor
) -> None:
    system.pace(first_byte_seconds=0.02, duration_seconds=0.2)
    page = operator.open("/console/users")
    page.keyboard.press("/")
    page.keyboard.type(str(visitor.id))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pause this user").click()
    expect(page.locator("#live")).to_contain_text("Paused since")

    submit(visitor)
    theirs = visitor.open("/jobs")
    expect(theirs.locator("main")).to_contain_text("We have paused your jobs.")
    page.reload()
    expect(page.get_by_role("region", name="Live jobs table")).to_contain_text("ideation")

    page.get_by_label("Plan").select_option("pro")
    page.get_by_role("button", name="Change the plan").click()
    page.get_by_label("Jobs at a time").fill("several")
    page.get_by_role("button", name="Save the caps").click()
    expect(page.get_by_role("alert").filter(has_text="No cap was changed.")).to_be_visible()
    expect(page.get_by_label("Jobs at a time")).to_have_value("several")
    page.get_by_label("Jobs at a time").fill("7")
    page.get_by_role("button", name="Save the caps").click()
    expect(page.get_by_role("region", name="Caps table")).to_contain_text("Jobs at a time71")

    page.get_by_label("Jobs a minute").fill("6000")
    page.get_by_role("button", name="Resume").click()
    expect(theirs.locator("main")).to_contain_text("Done")
    expect(page.locator("#live")).to_contain_text("Not paused")
    hold(operator, "/console/users", "console-users")
    hold(operator, f"/console/users/{visitor.id}", "console-user")
    hold(operator, "/console/public", "console-public")


def test_everything_is_paused_only_after_a_question(operator: Visitor) -> None:
    page = operator.open("/console/pauses")
    page.get_by_role("button", name="Pause posts").click()
    expect(page.get_by_role("button", name="Pause posts")).to_have_count(0)

    page.get_by_text("Pause everything…").click()
    page.get_by_role("button", name="Pause everything", exact=True).click()
    expect(page.get_by_role("region", name="Pauses table")).to_contain_text("Everything")
    hold(operator, "/console/pauses", "console-pauses")

    page.get_by_label("Jobs a minute, posts").fill("0")
    page.get_by_role("button", name="Resume posts").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was resumed.")).to_be_visible()
    for what in ("posts", "everything"):
        page.get_by_role("button", name=f"Resume {what}").click()
    expect(page.get_by_role("button", name="Pause posts")).to_be_visible()
    expect(page.get_by_text("Pause everything…")).to_be_visible()


def test_the_audit_shows_who_did_what_by_filters_in_the_address(operator: Visitor, visitor: Visitor) -> None:
    operator.api("PUT", f"/api/ops/users/{visitor.id}/plan", json={"plan": "pro"})
    operator.api("PUT", f"/api/ops/users/{visitor.id}/caps", json={"liveJobs": 9})
    page = operator.open(f"/console/audit?operatorId={operator.id}")
    rows = page.get_by_role("region", name="Audit table").locator("tbody tr")
    expect(rows).to_have_count(2)

    page.get_by_label("Action").select_option("set_plan")
    page.get_by_role("button", name="Apply").click()

    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("plan pro")
    hold(operator, f"/console/audit?operatorId={operator.id}", "console-audit")


def test_a_user_sees_no_way_into_these_pages(visitor: Visitor) -> None:
    page: Page = visitor.open("/console/audit")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your account can’t open this")
    expect(page.locator("a[href^='/console']")).to_have_count(0)

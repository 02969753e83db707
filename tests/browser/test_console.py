"""The console in a browser: what operators see while it happens, and do without a mouse."""

import re
from collections.abc import Iterator

import pytest
from lodestone_local.credentials import OPERATOR
from playwright.sync_api import Browser, Page, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.running_system import RunningSystem
from support.samples import example_input

IDEATION = example_input("ideation-fitness-coach")


@pytest.fixture
def operator(system: RunningSystem, browser: Browser) -> Iterator[Visitor]:
    """Somebody on call, in front of the running system."""
    system.pace(first_byte_seconds=0.02, duration_seconds=0.2)
    with Visitor(system, browser, id=OPERATOR, is_operator=True) as visitor:
        yield visitor


def is_within(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_overview_tells_what_happens_without_a_reload_until_it_is_paused(
    system: RunningSystem, operator: Visitor
) -> None:
    page = operator.open("/console")
    done = page.locator("a.tile", has_text="done, 1 h").locator("b")
    before = done.inner_text()

    system.wait(system.submit("ideation", IDEATION))
    expect(done).not_to_have_text(before)  # by how many depends on whose jobs end beside it
    services = page.get_by_role("region", name="Services table")
    expect(services).to_contain_text("content")
    expect(services).not_to_contain_text("unknown")
    expect(services).not_to_contain_text("Not heard")
    expect(page.get_by_role("region", name="Provider")).to_contain_text("breaker closed in")
    expect(page.get_by_role("region", name="Estimates that held")).to_contain_text("unknown: fewer than 20")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    pause = page.get_by_role("button", name="Pause live updates")
    pause.click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    told, paused = page.locator("#as-of").inner_text(), done.inner_text()
    system.wait(system.submit("ideation", IDEATION))
    pause.click()
    expect(done).not_to_have_text(paused)
    expect(page.locator("#as-of")).not_to_have_text(told)

    is_within(page, 768)
    audited = operator.open("/console?period=day", bypass_csp=True)
    hold_to_the_rules(audited, "console-overview")


def test_runs_are_found_and_opened_by_keyboard_and_newer_ones_wait_until_they_are_asked_for(
    system: RunningSystem, operator: Visitor
) -> None:
    first = system.wait(system.submit("ideation", IDEATION))["id"]
    page = operator.open("/console/runs")
    rows = page.locator("tr[data-key]")
    expect(rows.first).to_have_attribute("data-key", first)

    second = system.wait(system.submit("ideation", IDEATION))["id"]
    newer = page.get_by_role("link", name="Show 1 newer")
    expect(newer).to_be_visible()
    expect(rows.first).to_have_attribute("data-key", first)
    newer.click()
    expect(rows.first).to_have_attribute("data-key", second)
    expect(rows.first).to_contain_text("Done")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(f"tr[data-key='{second}'] a[data-row]")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type(first[:13])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"id={first[:13]}"))
    expect(rows).to_have_count(1)

    page.get_by_label("State").select_option("failed")
    page.get_by_label("Text").fill("no such words anywhere")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("No run matches.")).to_be_visible()
    page.get_by_text("Save this view…").click()
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.get_by_role("link", name="Mine")
    expect(saved).to_have_attribute("href", re.compile("status=failed"))

    is_within(page, 768)
    audited = operator.open("/console/runs", bypass_csp=True)
    hold_to_the_rules(audited, "console-runs")
    audited.goto("/console/runs?status=lost")
    hold_to_the_rules(audited, "console-runs-wrong")


def test_a_run_is_watched_until_its_end_then_run_again_with_an_edited_input(
    system: RunningSystem, operator: Visitor
) -> None:
    system.pace(first_byte_seconds=0.02, duration_seconds=2)
    job_id = system.submit("ideation", IDEATION)
    page = operator.open(f"/console/runs/{job_id}")
    why = page.get_by_role("region", name="Why is it in this state?")
    expect(page.get_by_role("region", name="Waterfall table")).to_contain_text("Attempt 1")
    expect(page.locator("#live")).to_contain_text("Done")
    expect(why).to_contain_text("Completed at")
    expect(page.locator(".fall .ft").first).to_be_attached()
    expect(page.get_by_role("region", name="Events table")).to_contain_text("completed")

    living = system.submit("ideation", IDEATION)
    page.goto(f"/console/runs/{living}")
    page.get_by_role("link", name="Cancel…").press("Enter")
    page.get_by_role("button", name="Cancel the run").press("Enter")
    expect(page.locator("#live")).to_contain_text("Stopped")

    page.get_by_role("link", name="Replay…").press("Enter")
    field = page.get_by_label("With an edited input")
    before = field.input_value()
    field.fill("not JSON")
    page.get_by_role("button", name="Run it with this input").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Must be JSON")).to_be_visible()
    audited = operator.open(f"/console/runs/{living}?ask=replay", bypass_csp=True)
    hold_to_the_rules(audited, "console-run")
    page.get_by_label("With an edited input").fill(before)
    page.get_by_role("button", name="Run it with this input").press("Enter")
    expect(page.get_by_text("Runs again", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=living[:13])).to_be_visible()
    expect(page.locator("#live")).to_contain_text("Done")

    is_within(page, 768)


def test_a_user_sees_that_the_console_is_not_for_them(visitor: Visitor) -> None:
    page = visitor.open("/console")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your account can’t open this")
    expect(page.locator("a[href^='/console']")).to_have_count(0)


def test_on_one_machine_a_page_says_that_the_session_is_not_an_operators_any_more(operator: Visitor) -> None:
    page = operator.open("/console")

    page.context.clear_cookies()
    expect(page.locator("#ended")).to_contain_text("Your session as an operator has ended.")
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("button", name="Sign in as operator").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.locator("#ended")).to_be_hidden()

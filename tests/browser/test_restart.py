"""The gateway dies while somebody types and while ideas arrive: the page recovers by itself."""

from playwright.sync_api import Browser, expect
from support.browser import WRITTEN, Visitor, generate
from support.running_system import RunningSystem


def test_ideas_go_on_arriving_after_the_gateway_was_killed(
    processes: RunningSystem, browser: Browser
) -> None:
    processes.pace(first_byte_seconds=0.2, duration_seconds=8)
    with Visitor(processes, browser) as visitor:
        page = visitor.open("/create")
        url = generate(page)
        expect(page.locator(WRITTEN).first).to_be_visible()

        killed = processes.kill("gateway")
        expect(page.locator(WRITTEN).first).to_be_visible()
        processes.wait_for_restart("gateway", killed)

        expect(page.locator(WRITTEN)).to_have_count(10, timeout=60_000)
        expect(page.get_by_role("heading", name="Three picks, and why")).to_be_visible()
        job = visitor.api("GET", f"/api/jobs/{url.rpartition('/')[2]}")
        assert (job["status"], job["attempt"]) == ("completed", 1)


def test_a_form_that_is_sent_to_a_dead_gateway_stays_and_is_saved_when_it_is_back(
    processes: RunningSystem, browser: Browser
) -> None:
    with Visitor(processes, browser) as visitor:
        page = visitor.open("/create/own")
        killed = processes.kill("gateway")
        page.get_by_label("Title").fill("The two-page quote")
        page.get_by_role("button", name="Go to the questions").click()

        expect(page.locator("#trouble")).to_contain_text("Nothing was sent.")
        expect(page.locator("#trouble")).to_contain_text("Your text is safe in this browser.")
        expect(page.get_by_label("Title")).to_have_value("The two-page quote")
        processes.wait_for_restart("gateway", killed)
        expect(page.locator("[data-saved]")).to_have_text("Saved")
        page.get_by_label("The pain it solves").fill("Tenders are lost.")
        page.get_by_role("button", name="Go to the questions").click()
        page.wait_for_url("**/questions")

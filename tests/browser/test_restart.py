"""The gateway dies while ideas arrive: the page goes on by itself."""

from playwright.sync_api import Browser, expect
from support.browser import Visitor
from support.house import House

WRITTEN = "li.concept:not(.wait):not(.picks)"


def test_ideas_go_on_arriving_after_the_gateway_was_killed(processes: House, browser: Browser) -> None:
    processes.pace(first_byte_seconds=0.2, duration_seconds=8)
    with Visitor(processes, browser) as visitor:
        page = visitor.open("/create")
        page.get_by_label("What you do").fill("I help engineering consultancies raise their fees.")
        page.get_by_label("B2B Service Provider").check()
        page.get_by_role("button", name="Generate 10 ideas").click()
        expect(page.locator(WRITTEN).first).to_be_visible()

        killed = processes.kill("gateway")
        expect(page.locator(WRITTEN).first).to_be_visible()
        processes.wait_for_restart("gateway", killed)

        expect(page.locator(WRITTEN)).to_have_count(10, timeout=60_000)
        expect(page.get_by_role("heading", name="Three picks, and why")).to_be_visible()
        job = visitor.api("GET", f"/api/jobs/{page.url.rpartition('/')[2]}")
        assert (job["status"], job["attempt"]) == ("completed", 1)

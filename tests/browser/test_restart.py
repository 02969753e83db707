"""The gateway dies while ideas arrive: the page recovers by itself."""

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

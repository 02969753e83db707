"""Every page in both themes: no violation that axe can find, no sideways scroll, and all of it by keyboard.

`LODESTONE_TEST_SHOTS=tests/browser/shots` also takes a picture of each page at each width, to look at.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support.browser import Visitor
from support.house import House
from support.samples import example_input

SHOTS = os.environ.get("LODESTONE_TEST_SHOTS")
WIDTHS = (360, 900, 1600)
PAGES = {
    "create": "/create",
    "own": "/create/own",
    "ideas": "/create/ideas/{ideas}",
    "stopped": "/create/ideas/{stopped}",
    "running": "/create/ideas/{running}",
    "library": "/library",
    "workspace": "/library/{made}",
    "tool": "/library/{tool}",
    "idea-only": "/library/{bare}",
    "questions": "/library/{bare}/questions",
    "all-questions": "/library/{bare}/questions?all=1",
    "jobs": "/jobs",
    "nothing": "/library/01a2157c-e62c-730f-9594-aa9213403ba5",
}
"""Every page, in the states that it has once somebody has worked with it."""


class Furnished:
    """A user who has something of everything."""

    def __init__(self, house: House, visitor: Visitor) -> None:
        self.visitor = visitor
        self._house = house
        self.ids: dict[str, str] = {}

    def furnish(self) -> None:
        """Ideas done, stopped and running, a lead magnet with all pieces, a tool, and an idea alone."""
        api, wait = self.visitor.api, self._wait
        api(
            "PUT",
            "/api/brand-kit",
            json={"businessDescription": "I raise fees.", "businessType": "freelancer"},
        )
        self.ids["ideas"] = self._submit("ideation", example_input("ideation-b2b-consultant"))
        wait(self.ids["ideas"])
        for name, place in (("made", 1), ("tool", 3), ("bare", 2)):
            body = {"ideationJobId": self.ids["ideas"], "conceptIndex": place}
            self.ids[name] = api("POST", "/api/lead-magnets", json=body)["id"]
        for name in ("made", "tool"):
            self._answer(name)
        jobs = [self._submit(kind, {"leadMagnetId": self.ids["made"]}) for kind in ("polish", "emails")]
        posts = {"leadMagnetTitle": "T", "contents": "C", "problemSolved": "P"}
        jobs.append(self._submit("posts", posts, self.ids["made"]))
        self._house.fault({"kind": "stall", "afterItems": 1}, match={"jobType": "ideation"}, times=5)
        self.ids["stopped"] = self._submit("ideation", example_input("ideation-b2b-consultant"))
        for job in jobs:
            wait(job)
        api("POST", f"/api/jobs/{self.ids['stopped']}/cancel")
        wait(self.ids["stopped"])
        self._leave_running(posts)

    def stop(self) -> None:
        """Ends what was left running, unless it came to an end by itself."""
        for name in ("running", "posts"):
            with contextlib.suppress(httpx2.HTTPStatusError):
                self.visitor.api("POST", f"/api/jobs/{self.ids[name]}/cancel")

    def _leave_running(self, posts: Mapping[str, object]) -> None:
        """Ten ideas, and the posts of the tool: each has one item and waits for more."""
        for kind, times in (("ideation", 5), ("posts", 1)):
            self._house.fault({"kind": "stall", "afterItems": 1}, match={"jobType": kind}, times=times)
        self.ids["running"] = self._submit("ideation", example_input("ideation-b2b-consultant"))
        self.ids["posts"] = self._submit("posts", posts, self.ids["tool"])
        for name in ("running", "posts"):
            while not self.visitor.api("GET", f"/api/jobs/{self.ids[name]}?wait=20")["items"]:
                pass

    def _answer(self, name: str) -> None:
        lead_magnet = self.visitor.api("GET", f"/api/lead-magnets/{self.ids[name]}")
        archetype = lead_magnet["archetype"]
        questions = self.visitor.api("GET", f"/api/questions?archetype={archetype}")["questions"]
        answers = {question["id"]: "Two calls and one page." for question in questions}
        asked = {"archetype": archetype, "concept": lead_magnet["concept"], "answers": answers}
        self._wait(self._submit("extraction", asked, self.ids[name]))

    def _submit(self, kind: str, job_input: Mapping[str, object], lead_magnet: str | None = None) -> str:
        body = {"jobType": kind, "input": job_input, "leadMagnetId": lead_magnet}
        return str(self.visitor.api("POST", "/api/jobs", json=body)["jobId"])

    def _wait(self, job_id: str) -> None:
        while self.visitor.api("GET", f"/api/jobs/{job_id}?wait=20")["status"] in ("pending", "processing"):
            pass


@pytest.fixture(scope="module")
def furnished(shared_house: House, browser: Browser) -> Iterator[Furnished]:
    shared_house.reset_simulator()
    shared_house.pace(first_byte_seconds=0.05, duration_seconds=0.3)
    with Visitor(shared_house, browser) as visitor:
        furnished = Furnished(shared_house, visitor)
        furnished.furnish()
        yield furnished
        furnished.stop()


@pytest.fixture(scope="module")
def page(furnished: Furnished) -> Page:
    """One window; the policy of our pages would not let the checker in."""
    return furnished.visitor.open("/create", bypass_csp=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_violations_and_no_sideways_scroll(page: Page, furnished: Furnished, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(PAGES[name].format(**furnished.ids))
    page.evaluate("document.querySelectorAll('main details').forEach(element => { element.open = true })")

    assert not violations(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not violations(page, ["cat.color"])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if SHOTS:
        take_all(page, name)


def test_nobody_else_sees_any_of_it(furnished: Furnished, shared_house: House) -> None:
    for name, path in PAGES.items():
        url = shared_house.gateway + path.format(**furnished.ids)
        answer = shared_house.http.get(
            url, headers={"Authorization": f"Bearer {shared_house.token('second')}"}
        )
        assert answer.status_code == (404 if "{" in path or name == "nothing" else 200), name
        assert not any(id in answer.text for id in furnished.ids.values() if id not in url), name


def test_the_checker_sees_what_is_wrong(page: Page) -> None:
    page.goto("/create/own")
    page.evaluate("document.querySelector('#main').append(document.createElement('input'))")

    assert violations(page, ["wcag2a"])


def violations(page: Page, tags: list[str]) -> list[object]:
    """What axe finds with these rules: the rule and the elements."""
    found = Axe().run(page, options={"runOnly": tags, "resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


def take_all(page: Page, name: str) -> None:
    """Pictures of the page as it is first seen: what opens is closed."""
    page.evaluate("document.querySelectorAll('main details').forEach(element => { element.open = false })")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(str(SHOTS)) / f"{name}-{width}-{theme}.png", full_page=True)


def test_the_way_to_ten_ideas_and_a_choice_needs_no_mouse(house: House, browser: Browser) -> None:
    house.pace(first_byte_seconds=0.05, duration_seconds=0.3)
    with Visitor(house, browser) as visitor:
        page = visitor.open("/create")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("What you do")).to_be_focused()
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
        expect(page.locator("textarea")).to_be_focused()


def press_until(page: Page, target: object) -> None:
    """Goes on with Tab until the element has the focus; what has it can always be seen to have it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        hidden = page.evaluate("document.activeElement.matches('input[type=radio]')")
        assert ring != "none" or hidden, page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError(f"the focus never reached {target}")

"""Ten ideas: shown one by one, found again after leaving, stopped, failed and retried."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from support.browser import WRITTEN, Visitor, generate
from support.running_system import RunningSystem

EXAMPLE = Path(__file__).parents[2] / "docs/examples/inputs/ideation-b2b-consultant.json"


def job_of(visitor: Visitor) -> str:
    answer = visitor.api(
        "POST", "/api/jobs", json={"jobType": "ideation", "input": json.loads(EXAMPLE.read_text())}
    )
    return str(answer["jobId"])


def test_ideas_come_one_by_one_and_are_found_again(system: RunningSystem, visitor: Visitor) -> None:
    system.pace(first_byte_seconds=0.2, duration_seconds=3)
    page = visitor.open("/create")
    url = generate(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()

    second, form = visitor.tab(page.context, url), visitor.tab(page.context, "/create")
    expect(form.get_by_text("Your ten ideas are being written.")).to_be_visible()
    expect(page.locator(WRITTEN).first).to_be_visible()
    page.goto("/jobs/" + url.rpartition("/")[2])
    page.go_back()

    for tab in (page, second):
        expect(tab.locator(WRITTEN)).to_have_count(10)
        expect(tab.get_by_role("heading", name="Three picks, and why")).to_be_visible()
        expect(tab).to_have_title("Ideas · Lodestone")
        expect(tab.locator("#running .count")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("10 of 10 ideas ready.")
    expect(page.get_by_text("Ship this week")).to_have_count(2)
    expect(page.get_by_text("Demo text.")).to_be_visible()
    card = page.locator(WRITTEN).first
    expect(card.get_by_text("Case study, 2 pages")).to_be_visible()
    expect(card.get_by_label("What is in it").get_by_role("listitem")).to_have_count(3)
    why = card.get_by_role("button", name="marks, why?")
    why.focus()
    expect(card.get_by_role("tooltip")).to_be_visible()
    why.press("Escape")
    expect(card.get_by_role("tooltip")).to_be_hidden()
    expect(form.get_by_text("You already have ideas.")).to_be_visible()


STAND_IN = """
  window.notices = [];
  window.Notification = class extends EventTarget {
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
    constructor(text, { tag }) { super(); window.notices.push([text, tag]); }
  };
"""
HIDE = """is => {
  Object.defineProperty(document, "hidden", { get: () => is, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_hidden_tab_tells_when_it_is_done(system: RunningSystem, visitor: Visitor) -> None:
    system.pace(first_byte_seconds=0.2, duration_seconds=4)
    page = visitor.open("/create")
    page.add_init_script(STAND_IN)
    job_id = generate(page).rpartition("/")[2]
    page.get_by_role("button", name="Tell me when it is done").click()
    expect(page.get_by_role("button", name="Tell me when it is done")).to_be_hidden()

    page.evaluate(HIDE, True)

    expect(page).to_have_title("(1) Ready: Ten ideas · Lodestone")
    assert page.evaluate("window.notices") == [["Ready: Ten ideas", job_id]]
    page.evaluate(HIDE, False)
    expect(page).to_have_title("Ideas · Lodestone")


def test_a_stop_keeps_what_is_written_and_goes_on_from_there(system: RunningSystem, visitor: Visitor) -> None:
    system.pace(first_byte_seconds=0.1, duration_seconds=2)
    system.fault({"kind": "stall", "afterItems": 1}, match={"jobType": "ideation"}, times=5)
    page = visitor.open(f"/create/ideas/{job_of(visitor)}")
    expect(page.locator(WRITTEN)).to_have_count(5)

    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_text("You stopped this.")).to_be_visible()
    expect(page.get_by_text("5 of 10 ideas, below.")).to_be_visible()
    system.reset_simulator()
    system.pace(duration_seconds=0.3)
    page.get_by_role("button", name="Write the five missing ones").click()
    expect(page.locator(WRITTEN)).to_have_count(10)
    expect(page.locator("li.picks")).to_be_visible()


def test_a_failure_says_what_happened_what_was_kept_and_what_it_cost(
    system: RunningSystem, visitor: Visitor
) -> None:
    system.fault({"kind": "refusal"}, match={"jobType": "ideation"}, times=20)
    page = visitor.open(f"/create/ideas/{job_of(visitor)}")

    note = page.locator("#live").get_by_role("alert")
    expect(note).to_contain_text("No ideas could be written.")
    expect(note).to_contain_text("The AI declined", ignore_case=True)
    expect(note).to_contain_text("Your form, with everything you wrote.")
    expect(note).to_contain_text("Counts")
    system.reset_simulator()
    note.get_by_role("button", name="Try again").click()
    expect(page.locator(WRITTEN).first).to_be_visible()


@pytest.mark.parametrize("path", ["/create/ideas/{job}", "/jobs/{job}"])
def test_another_user_does_not_see_them(
    system: RunningSystem, browser: Browser, visitor: Visitor, path: str
) -> None:
    job = job_of(visitor)

    with Visitor(system, browser) as other:
        page = other.open(path.format(job=job))
        expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_a_used_plan_says_what_still_works_and_keeps_the_form(
    system: RunningSystem, browser: Browser
) -> None:
    with Visitor(system, browser, plan="free") as visitor:
        for _ in range(2):
            job_of(visitor)
        page = visitor.open("/create")
        expect(page.get_by_role("heading", level=1)).to_contain_text("You have used this month’s 2 idea sets")
        page.get_by_role("link", name="Write the form for then").click()
        page.get_by_label("What you do").fill("I help consultancies.")
        page.get_by_label("Freelancer").check()

        page.get_by_role("button", name="Generate 10 ideas").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("You have used this month’s 2 idea sets")
        expect(page.get_by_text("What still works")).to_be_visible()
        page.get_by_role("link", name="Back to the form").click()
        expect(page.get_by_label("What you do")).to_have_value("I help consultancies.")

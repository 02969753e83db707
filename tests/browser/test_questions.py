"""All questions on one page: a few boxes first, the others where they are looked for, needed or filled in."""

from playwright.sync_api import Page, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.lead_magnets import OWN_IDEA


def boxes(page: Page) -> int:
    return page.locator("form.ask textarea:visible").count()


def test_three_boxes_come_first_and_the_others_by_keyboard_when_one_is_filled_in_or_missing(
    visitor: Visitor,
) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    page = visitor.open(f"/library/{magnet}/questions?all=1", bypass_csp=True)
    expect(page.get_by_text(f"Your reader’s problem: “{OWN_IDEA['painSolved']}”")).to_be_visible()
    assert boxes(page) == 3

    page.locator("form.ask textarea").nth(2).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Most people look at the price.")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.reload()

    expect(page.locator("form.ask textarea").nth(3)).to_have_value("Most people look at the price.")
    assert boxes(page) == 5
    hold_to_the_rules(page, "all boxes")


def test_without_scripts_what_is_missing_is_shown(visitor: Visitor) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    page = visitor.open(f"/library/{magnet}/questions?all=1", java_script_enabled=False)
    for number in range(3):
        page.locator("form.ask textarea").nth(number).fill("Two pages, never more.")

    page.get_by_role("button", name="Write the content").click()

    expect(page.locator(".err")).to_have_count(2)
    assert boxes(page) == 5
    expect(page.locator("form.ask textarea").first).to_have_value("Two pages, never more.")

"""Sources in the wizard: pasted and uploaded, with and without scripts; what was typed is never lost."""

from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Page, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.lead_magnets import OWN_IDEA

CALL = "Dana said the two-page quote won the fourth tender, at 22% more than the old price."
VTT = f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Dana>{CALL}\n".encode()


def choose(page: Page, name: str) -> None:
    chosen = FilePayload(name=name, mimeType="text/vtt", buffer=VTT)
    page.get_by_label("A transcript or a document").set_input_files(chosen)


def test_a_call_is_uploaded_corrected_and_offered_beside_the_questions(visitor: Visitor) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)
    page = visitor.open(f"/library/{magnet['id']}/questions", bypass_csp=True)
    page.get_by_role("link", name="Paste or upload").click()

    choose(page, "x.pdf")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#file-e")).to_contain_text("is no PDF")
    hold_to_the_rules(page, "refused")
    choose(page, "call.vtt")
    page.get_by_role("button", name="Upload").click()
    taken = page.get_by_label("Its text")
    expect(taken).to_have_value(f"Dana: {CALL}")
    hold_to_the_rules(page, "taken")
    taken.fill(f"Corrected. {CALL}")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_text("You changed this and did not save it.")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("link", name="call.vtt")).to_be_visible()
    [listed] = visitor.api("GET", f"/api/sources?leadMagnetId={magnet['id']}")["items"]
    assert visitor.api("GET", f"/api/sources/{listed['id']}")["text"] == f"Corrected. {CALL}"
    assert visitor.api("GET", "/api/wizard-drafts")["items"] == []
    page.get_by_role("link", name="Go to the questions").click()
    expect(page.locator(".hints")).to_contain_text("the two-page quote won the fourth tender")


def test_a_pasted_text_survives_a_server_that_cannot_store_it(visitor: Visitor) -> None:
    page = visitor.open("/create/sources")
    refuse = "**/api/wizard-drafts/*"
    page.route(refuse, lambda route: route.fulfill(status=507, body=""))

    page.get_by_label("Its text").fill(CALL)
    page.get_by_role("button", name="Add this text").click()
    expect(page.locator("#trouble")).to_contain_text("Nothing was sent.")
    page.unroute(refuse)
    page.reload()
    expect(page.get_by_label("Its text")).to_have_value(CALL)
    page.get_by_role("button", name="Add this text").click()

    expect(page.get_by_role("link", name="Dana said")).to_be_visible()
    expect(page.get_by_label("Its text")).to_have_value("")


def test_it_works_without_scripts(visitor: Visitor) -> None:
    page = visitor.open("/create/sources", java_script_enabled=False)

    page.get_by_role("button", name="Add this text").click()
    expect(page.locator("#text-e")).to_be_visible()
    page.get_by_label("Its text").fill(CALL)
    page.get_by_label("What it is").fill("The call")
    page.get_by_role("button", name="Add this text").click()
    choose(page, "call.vtt")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Delete").click()

    assert urlsplit(page.url).path == "/create/sources"
    expect(page.locator("main").get_by_role("link", name="The call")).to_be_visible()
    expect(page.get_by_role("link", name="call.vtt")).to_have_count(0)

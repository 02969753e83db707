"""What somebody typed stays in their browser until the server has it, whatever happens in between."""

from typing import Any

import pytest
from lodestone_gateway.cookies import LOCAL_COOKIE
from playwright.sync_api import Browser, Page, Route, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.lead_magnets import OWN_IDEA
from support.running_system import RunningSystem
from support.samples import emails_result, extracted_content, posts_result

TYPED = "I help owner-led engineering consultancies raise their fees."
DRAFTS = "**/api/wizard-drafts/*"


def left_in(page: Page) -> list[str]:
    """The texts that the browser keeps."""
    kept: list[str] = page.evaluate(
        "Object.entries(localStorage).filter(([name]) => name.startsWith('text:')).map(([, text]) => text)"
    )
    return kept


def full_disk(route: Route) -> None:
    """What a server says that cannot store anything."""
    if route.request.method == "GET":
        route.continue_()
    else:
        route.fulfill(status=507, body="")


def sign_in(page: Page, visitor: Visitor) -> None:
    """Lets this browser be another user's from now on."""
    address = page.url.split("/create")[0]
    page.context.add_cookies(
        [{"name": LOCAL_COOKIE, "value": visitor.token, "url": address, "sameSite": "Lax"}]
    )


def test_a_closed_tab_whose_server_could_not_store_a_text_and_another_user_of_the_browser(
    system: RunningSystem, browser: Browser, visitor: Visitor
) -> None:
    page = visitor.open("/create")
    page.route(DRAFTS, full_disk)
    page.get_by_label("What you do").fill(TYPED)
    expect(page.locator("[data-saved]")).to_have_text(
        "Not saved yet: the server cannot store it now. Your text is safe in this browser."
    )
    page.get_by_role("button", name="Generate 10 ideas").click()
    expect(page.locator("#trouble")).to_contain_text("Nothing was sent.")

    with Visitor(system, browser) as other:
        sign_in(page, other)
        page.close()
        next_tab = visitor.tab(page.context, "/create")
        expect(next_tab.get_by_label("What you do")).to_have_value("")
        assert other.api("GET", "/api/wizard-drafts")["items"] == []
        assert len(left_in(next_tab)) == 1
        sign_in(next_tab, visitor)
        next_tab.goto("/create")

    expect(next_tab.get_by_label("What you do")).to_have_value(TYPED)
    [draft] = visitor.api("GET", "/api/wizard-drafts")["items"]
    assert draft["title"] == TYPED
    assert left_in(next_tab) == []


def test_a_text_that_something_in_between_does_not_find_a_place_for_is_kept(visitor: Visitor) -> None:
    page = visitor.open("/create")
    page.route(DRAFTS, lambda route: route.fulfill(status=404, body=""))
    page.get_by_label("What you do").fill(TYPED)

    expect(page.locator("[data-saved]")).to_have_text(
        "Not saved, but kept on this device: the server refused it."
    )
    assert len(left_in(page)) == 1
    page.unroute(DRAFTS)
    page.reload()

    expect(page.get_by_label("What you do")).to_have_value(TYPED)
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_two_tabs_never_overwrite_each_other_unasked(visitor: Visitor) -> None:
    first = visitor.open("/create")
    first.get_by_label("What you do").fill("At first")
    expect(first.locator("[data-saved]")).to_have_text("Saved")
    second = visitor.tab(first.context, "/create")
    story, what = "One success story, in short", "What you do"

    second.get_by_label(story).fill("We changed the quote.")
    expect(second.locator("[data-saved]")).to_have_text("Saved")
    first.get_by_label(what).fill("In the first tab")
    expect(first.locator("[data-saved]")).to_contain_text("Saved")
    expect(first.get_by_label(story)).to_have_value("We changed the quote.")

    offer = second.locator(".note", has_text="There is newer text")
    second.get_by_label(what).fill("In the second tab")
    expect(offer.locator("q")).to_have_text("In the first tab")
    second.get_by_role("button", name="Generate 10 ideas").click()
    expect(second.locator("#trouble")).to_contain_text("choose which text to keep")
    offer.get_by_role("button", name="Use the newer text").click()
    expect(second.get_by_label(what)).to_have_value("In the first tab")

    first.get_by_label(what).fill("Third")
    expect(first.locator("[data-saved]")).to_have_text("Saved")
    second.get_by_label(what).fill("Fourth")
    offer.get_by_role("button", name="Keep what is here").click()
    expect(second.locator("[data-saved]")).to_have_text("Saved")
    second.reload()
    expect(second.get_by_label(what)).to_have_value("Fourth")
    expect(second.get_by_label(story)).to_have_value("We changed the quote.")
    assert left_in(second) == []


@pytest.fixture
def magnet(visitor: Visitor) -> str:
    """The address of a lead magnet with content, posts and emails."""
    id = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    posts = posts_result()
    changes = {"extractedContent": extracted_content(), "postVariations": posts["variations"]}
    visitor.api("PATCH", f"/api/lead-magnets/{id}", json=changes)
    visitor.api("PUT", f"/api/lead-magnets/{id}/emails", json={"emails": emails_result()["emails"]})
    return f"/library/{id}"


def edit(page: Page, place: str, label: str, text: str) -> None:
    """Opens an edit, types, and saves."""
    box = page.locator(place).first
    if box.evaluate("each => each.open === false"):
        box.locator("> summary").click()
    box.get_by_label(label).first.fill(text)
    box.get_by_role("button", name="Save").click()


EDITS = {
    ".title details.edits": ("page", "Title of the lead magnet", "My own title in place"),
    "#extraction details.edits:not(.again)": ("content", "Section name", "My own section"),
    "#posts details.edits:not(.again)": ("posts", "Text", "My own post."),
    "#emails details.edits:not(.again)": ("emails", "Subject", "My own subject"),
    "#details": ("settings", "Title", "My own title"),
}


def test_edits_survive_a_server_that_is_gone_and_one_that_is_full(visitor: Visitor, magnet: str) -> None:
    page = visitor.open(magnet)
    for place, (word, label, text) in EDITS.items():
        page.goto(f"{magnet}/{word}")
        path = f"**{magnet}/*"
        page.route(path, full_disk if word == "posts" else lambda route: route.abort())
        edit(page, place, label, text)
        expect(page.locator("#trouble")).to_contain_text("Your text is safe in this browser")
        expect(page.locator(place).first.get_by_label(label).first).to_have_value(text)
        page.unroute(path)
    assert len(left_in(page)) == len(EDITS)
    unsaved = page.get_by_role("navigation", name="Pieces").get_by_text("Not saved")
    expect(unsaved).to_have_count(len(EDITS) - 1)  # the title stands above all places

    path = f"/api{magnet.replace('library', 'lead-magnets')}"
    posts = visitor.api("GET", path)["postVariations"]
    elsewhere = {
        "title": "From elsewhere",
        "postVariations": [{**posts[0], "post": "From elsewhere"}, *posts[1:]],
    }
    visitor.api("PATCH", path, json=elsewhere)
    for place, (word, label, text) in EDITS.items():
        page.goto(f"{magnet}/{word}")
        expect(page.locator(place).first.get_by_label(label).first).to_have_value(text)
        expect(page.locator(place).first.get_by_text("Not saved yet.")).to_be_visible()
        page.locator(place).first.get_by_role("button", name="Save").click()
        if word == "settings":
            page.get_by_role("link", name="Keep the current version").click()
        elif word in ("page", "posts"):  # of content and emails nobody has changed anything
            page.get_by_role("button", name="Replace it with mine").click()
        expect(page.get_by_text("Not saved yet.")).to_have_count(0)
        expect(page.locator("form.returned")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("My own title in place")
    page.goto(f"{magnet}/content")
    expect(page.locator("#extraction").get_by_role("heading", name="My own section")).to_be_visible()
    page.goto(f"{magnet}/posts")
    expect(page.locator("#post-0")).to_have_text("My own post.")
    page.goto(f"{magnet}/emails")
    expect(page.locator("#emails .sub").first).to_have_text("My own subject")
    expect(unsaved).to_have_count(0)
    assert left_in(page) == []


def test_signing_out_names_what_would_be_lost(visitor: Visitor) -> None:
    page = visitor.open("/create/own")
    page.route(DRAFTS, full_disk)
    page.get_by_label("Title").fill("The two-page quote")
    menu, dialog = page.locator("details.who"), page.get_by_role("dialog")

    menu.locator("summary").click()
    menu.get_by_role("button", name="Sign out").click()
    expect(dialog).to_contain_text("The two-page quote")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_label("Title")).to_have_value("The two-page quote")
    page.unroute(DRAFTS)
    menu.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert left_in(page) == []
    [draft] = visitor.api("GET", "/api/wizard-drafts")["items"]
    assert draft["title"] == "The two-page quote"
    answers: Any = visitor.api("GET", f"/api/wizard-drafts/{draft['id']}")["wizardState"]["own"]
    assert answers["title"] == ["The two-page quote"]


ON_STOP = "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.stop'))"


def press(page: Page, within: str, name: str) -> list[float]:
    """Presses a button with the pointer; returns where the pointer is."""
    button = page.locator(within).get_by_role("button", name=name).first
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    page.mouse.click(*at)
    return at


def test_stop_is_never_where_something_was_just_started(
    system: RunningSystem, visitor: Visitor, magnet: str
) -> None:
    page = visitor.open(magnet)
    for width in (1280, 360):
        system.pace(first_byte_seconds=60, duration_seconds=60)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{magnet}/posts")
        at = press(page, "#posts", "Write again" if width == 1280 else "Try again")
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        assert not page.evaluate(ON_STOP, at), width
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#posts").get_by_role("button", name="Try again").first).to_be_visible()
        page.goto("/jobs")
        with page.expect_navigation():
            at = press(page, "main", "Try again")
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        assert not page.evaluate(ON_STOP, at), width
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="Try again").first).to_be_visible()


def test_what_is_deleted_can_be_brought_back_at_once_and_later(visitor: Visitor, magnet: str) -> None:
    settings, delete = f"{magnet}/settings", "Delete this lead magnet and all its pieces"
    page = visitor.open(settings, bypass_csp=True)  # which would block axe
    page.get_by_role("button", name=delete).click()
    expect(page.locator("#toasts")).to_contain_text("is in the bin.")
    expect(page.locator(".shelves")).to_have_count(0)
    page.get_by_role("button", name="Undo").focus()  # which keeps it there
    hold_to_the_rules(page, "undo")

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#extraction h2").first).to_be_visible()
    page.goto(settings)
    page.get_by_role("button", name=delete).click()
    page.get_by_role("link", name="Bin").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("#extraction h2").first).to_be_visible()

    page.goto(settings)
    page.get_by_role("button", name=delete).click()
    page.get_by_role("link", name="Bin").click()
    page.get_by_text("Delete for good").first.click()
    hold_to_the_rules(page, "bin")
    page.get_by_role("button", name="Yes, delete it for good").click()
    expect(page.get_by_text("The bin is empty.")).to_be_visible()

"""The context form: saved while the user types, filled in from the brand kit, errors beside the fields."""

from lodestone.ids import new_id
from playwright.sync_api import Browser, expect
from support.browser import Visitor
from support.running_system import RunningSystem

DESCRIPTION = "I help owner-led engineering consultancies raise their fees."


def test_a_page_without_a_session_signs_the_demo_user_in(system: RunningSystem, browser: Browser) -> None:
    context = browser.new_context(base_url=system.gateway)
    page = context.new_page()

    page.goto("/create")

    expect(page.get_by_role("heading", level=1)).to_have_text("What do you do, and for whom?")
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.get_by_text("Demo").click()
    page.get_by_role("button", name="Sign in as second").click()
    expect(page.locator("summary", has_text="Second")).to_be_visible()
    context.close()


def test_what_is_typed_is_there_after_a_reload(visitor: Visitor) -> None:
    page = visitor.open("/create")

    page.get_by_label("What you do").fill(DESCRIPTION)
    page.get_by_label("Freelancer").check()
    pains = page.get_by_label("Your clients’ most urgent pains").last
    pains.fill("Tenders lost on price")
    pains.press("Enter")
    pains.fill("Scope creep")
    page.get_by_role("button", name="Add to Your clients’ most urgent pains").click()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.goto("/create")

    expect(page.get_by_label("What you do")).to_have_value(DESCRIPTION)
    expect(page.get_by_label("Freelancer")).to_be_checked()
    expect(page.get_by_role("button", name="Remove: Tenders lost on price")).to_be_visible()
    expect(page.get_by_role("button", name="Remove: Scope creep")).to_be_visible()


def test_an_entry_that_is_removed_hands_the_focus_on(visitor: Visitor) -> None:
    page = visitor.open("/create")
    results = page.get_by_label("Your clients’ results").last
    for text in ("One", "Two"):
        results.fill(text)
        results.press("Enter")

    page.get_by_role("button", name="Remove: One").press("Enter")

    expect(page.get_by_role("button", name="Remove: Two")).to_be_focused()
    page.get_by_role("button", name="Remove: Two").press("Enter")
    expect(results).to_be_focused()


def test_the_first_wrong_field_says_so_and_gets_the_focus(visitor: Visitor) -> None:
    page = visitor.open("/create")
    page.get_by_label("One success story, in short").fill("We changed the quote.")

    page.get_by_role("button", name="Generate 10 ideas").click()

    wrong = page.get_by_label("What you do")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(
        "One or two plain sentences: who you help, and what changes for them. "
        "Say in a sentence or two what you do and for whom."
    )
    expect(page.locator("#businessType-e")).to_contain_text("Choose the closest kind.")
    expect(page.get_by_label("One success story, in short")).to_have_value("We changed the quote.")


def test_a_closed_part_of_the_form_opens_for_what_comes_back_and_for_what_is_refused(
    visitor: Visitor,
) -> None:
    page = visitor.open("/create")
    page.get_by_label("What you do").fill(DESCRIPTION)
    page.get_by_label("Freelancer").check()
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('away')); }")
    page.locator("summary", has_text="Someone else").click()
    page.get_by_label("Its title").fill("Too long. " * 2001)
    page.locator("summary", has_text="Templates, processes").click()
    page.get_by_label("Tools you work with").last.fill("A spreadsheet")
    page.get_by_label("Tools you work with").last.press("Enter")

    page.goto("/create")
    title = page.get_by_label("Its title")
    expect(title).to_be_visible()
    expect(page.get_by_role("button", name="Remove: A spreadsheet")).to_be_visible()
    expect(page.locator("[data-saved]")).to_have_text("Saved")

    page.goto("/create")
    expect(title).to_be_hidden()
    page.get_by_role("button", name="Generate 10 ideas").click()
    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()
    expect(title).to_have_attribute("aria-invalid", "true")


def test_the_form_is_filled_from_the_brand_kit(visitor: Visitor) -> None:
    kit = {"businessDescription": DESCRIPTION, "businessType": "agency-owner", "tools": ["Airtable"]}
    visitor.api("PUT", "/api/brand-kit", json=kit)

    page = visitor.open("/create")

    expect(page.get_by_text("Filled in from your brand kit.")).to_be_visible()
    expect(page.get_by_label("What you do")).to_have_value(DESCRIPTION)
    expect(page.get_by_label("Agency Owner")).to_be_checked()
    page.get_by_text("Templates, processes, tools and questions (1 entries)").click()
    expect(page.get_by_role("button", name="Remove: Airtable")).to_be_visible()


def test_without_a_connection_the_form_is_kept_on_the_device(visitor: Visitor) -> None:
    page = visitor.open("/create")
    page.get_by_label("What you do").fill("Before")
    expect(page.locator("[data-saved]")).to_have_text("Saved")

    page.context.set_offline(True)
    page.get_by_label("What you do").fill(DESCRIPTION)
    expect(page.locator("#offline")).to_contain_text("You are offline.")
    expect(page.locator("[data-saved]")).to_have_text("Kept on this device")
    expect(page.get_by_text("Next try in 0:0")).to_be_visible()
    page.get_by_role("button", name="Generate 10 ideas").click()
    expect(page.get_by_label("What you do")).to_have_value(DESCRIPTION)
    page.context.set_offline(False)

    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.goto("/create")
    expect(page.get_by_label("What you do")).to_have_value(DESCRIPTION)


def test_another_user_sees_nothing_of_it(system: RunningSystem, browser: Browser, visitor: Visitor) -> None:
    page = visitor.open("/create")
    page.get_by_label("What you do").fill(DESCRIPTION)
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    draft = page.locator("form[data-draft]").get_attribute("data-draft")

    with Visitor(system, browser) as other:
        theirs = other.open("/create")
        expect(theirs.get_by_label("What you do")).to_have_value("")
        theirs.goto(f"/create?draft={draft}")
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_an_own_idea_is_kept_until_it_is_made(visitor: Visitor) -> None:
    page = visitor.open("/create/own")
    page.get_by_label("Title").fill("The two-page quote")
    expect(page.locator("[data-saved]")).to_have_text("Saved")

    page.goto("/create/own")
    expect(page.get_by_label("Title")).to_have_value("The two-page quote")
    page.get_by_label("The pain it solves").fill("Tenders are lost.")
    page.get_by_role("button", name="Go to the questions").click()
    page.wait_for_url("**/questions")
    page.goto("/create/own")

    expect(page.get_by_label("Title")).to_have_value("")


def test_a_long_text_with_an_emoji_at_the_cut_of_its_title_is_saved(visitor: Visitor) -> None:
    text = "x" * 79 + "🚀" + " and more than fits into a title"
    page = visitor.open("/create")
    page.get_by_label("What you do").fill(text)
    expect(page.locator("[data-saved]")).to_have_text("Saved")

    page.goto("/create")

    expect(page.get_by_label("What you do")).to_have_value(text)
    [draft] = visitor.api("GET", "/api/wizard-drafts")["items"]
    assert draft["title"] == "x" * 79 + "…"


def test_what_the_server_refuses_stays_on_the_device_and_says_why(visitor: Visitor) -> None:
    page = visitor.open("/create?draft=new")
    for _ in range(20):
        visitor.api("PUT", f"/api/wizard-drafts/{new_id()}", json={"wizardState": {}})
    page.get_by_label("What you do").fill(DESCRIPTION)

    expect(page.locator("[data-saved]")).to_contain_text("Delete one, then save again.")
    left = page.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('text:'))[1]")
    assert DESCRIPTION in left
    [newest, *_] = visitor.api("GET", "/api/wizard-drafts")["items"]
    visitor.api("DELETE", f"/api/wizard-drafts/{newest['id']}")
    page.get_by_label("What you do").press("End")
    page.keyboard.type("!")

    expect(page.locator("[data-saved]")).to_have_text("Saved")
    expect(page.locator("#offline")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).some(name => name.startsWith('text:'))") is False


def test_the_copy_of_a_submitted_form_stays_until_there_is_an_answer(visitor: Visitor) -> None:
    page = visitor.open("/create")
    page.get_by_label("What you do").fill(DESCRIPTION)
    page.get_by_label("B2B Service Provider").check()
    page.route(
        "**/create", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.get_by_role("button", name="Generate 10 ideas").click()
    page.unroute("**/create")
    page.goto("/create")
    expect(page.get_by_label("What you do")).to_have_value(DESCRIPTION)

    page.get_by_role("button", name="Generate 10 ideas").click()
    page.wait_for_url("**/create/ideas/*")

    assert page.evaluate("Object.keys(localStorage).some(name => name.startsWith('text:'))") is False

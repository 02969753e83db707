"""The work leaves the workspace: copied, printed, downloaded; by keyboard too."""

import unicodedata
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.accessibility import hold_to_the_rules
from support.block_samples import LETTERS, page
from support.browser import Visitor, turn_to
from support.files_read import text_of_docx, text_of_pdf
from support.keyboard import press_until
from support.samples import emails_result, extracted_content, posts_result

CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const read = async (type) => (await item.getType(type)).text();
  return { html: await read("text/html"), text: await read("text/plain") };
}"""


@pytest.fixture
def workspace(visitor: Visitor) -> str:
    """The address of a workspace with all pieces."""
    idea = {"title": "The two-page quote", "painSolved": "Tenders lost on price"}
    magnet = visitor.api("POST", "/api/lead-magnets", json=idea)
    posts = posts_result()
    made = {
        "extractedContent": extracted_content(),
        "polishedContent": without_pictures(page()),
        "postVariations": posts["variations"],
        "dmTemplate": posts["dmTemplate"],
        "ctaWord": "LINK",
    }
    visitor.api("PATCH", f"/api/lead-magnets/{magnet['id']}", json=made)
    five = {"emails": emails_result()["emails"]}
    visitor.api("PUT", f"/api/lead-magnets/{magnet['id']}/emails", json=five)
    return f"/library/{magnet['id']}"


def without_pictures(shown: dict[str, Any]) -> dict[str, Any]:
    """The page without what a browser would load from elsewhere."""
    [section] = shown["sections"]
    blocks = [block for block in section["blocks"] if block["type"] != "image"]
    return {**shown, "sections": [{**section, "blocks": blocks}]}


def copy_all(window: Page, piece: str) -> dict[str, Any]:
    turn_to(window, piece)
    window.locator("details.take summary").click()
    window.get_by_role("button", name="Copy all of it").click()
    return copied(window)


def copied(window: Page) -> dict[str, Any]:
    expect(window.locator("#said")).to_have_text("Copied.")
    clipboard: dict[str, Any] = window.evaluate(CLIPBOARD)
    window.evaluate("document.getElementById('said').textContent = ''")
    return clipboard


def test_everything_is_copied_as_text_and_formatted(visitor: Visitor, workspace: str) -> None:
    window = visitor.open(workspace)

    window.locator("section#extraction").get_by_role("button", name="Copy The calls").click()
    section = copied(window)
    whole = copy_all(window, "Page")
    posts = copy_all(window, "Posts")
    turn_to(window, "Emails")
    window.get_by_role("button", name="Copy subject of day 0").click()
    subject = copied(window)
    window.get_by_role("button", name="Copy text of day 0").click()
    body = copied(window)

    assert "<h2>The calls</h2>" in whole["html"]
    assert "<li>one</li><li>two</li>" in whole["html"].replace(" ", "")
    assert LETTERS in whole["text"]
    assert not {"Edit", "minute to read", "Copy"} & {*whole["text"].split("\n")}
    assert section["text"].startswith("The calls\n\nTwo calls, forty minutes.\n\n1. Price the delay")
    assert all(each["post"].strip() in posts["text"] for each in posts_result()["variations"])
    assert " of 9" not in posts["text"]
    first = emails_result()["emails"][0]
    assert (subject["text"], body["text"]) == (first["subject"], first["body"].strip())


def test_where_the_browser_refuses_a_sentence_says_what_to_do(visitor: Visitor, workspace: str) -> None:
    window = visitor.open(f"{workspace}/posts")
    window.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error('no')); }")

    window.get_by_role("button", name="Copy post 1").click()

    expect(window.get_by_text("The text is selected: copy it from here.")).to_be_visible()
    selected = window.evaluate("getSelection().toString()")
    assert selected.split() == posts_result()["variations"][0]["post"].split()


def test_a_file_is_chosen_by_keyboard_and_a_print_is_the_piece(visitor: Visitor, workspace: str) -> None:
    window = visitor.open(f"{workspace}/page", width=360, theme="dark", bypass_csp=True)
    summary = window.locator("section#polish details.take summary")
    press_until(window, summary)
    window.keyboard.press("Enter")
    hold_to_the_rules(window, "menu")
    press_until(window, window.locator("section#polish").get_by_role("link", name="Word"))
    with window.expect_download() as downloaded:
        window.keyboard.press("Enter")
    summary.click()
    window.keyboard.press("Escape")
    expect(summary).to_be_focused()
    window.keyboard.press("Enter")
    expect(summary.locator("..")).to_have_attribute("open", "")
    window.keyboard.press("Shift+Tab")
    expect(summary.locator("..")).not_to_have_attribute("open", "")

    file = downloaded.value
    assert file.suggested_filename == "The two-page quote, page.docx"
    assert LETTERS in text_of_docx(file.path().read_bytes())
    turn_to(window, "Emails")
    printed = " ".join(unicodedata.normalize("NFKC", text_of_pdf(window.pdf())).split())  # no ligatures
    assert " ".join(emails_result()["emails"][4]["body"].split()) in printed
    ours = ("Take it out", "Copy", "Edit", "Write again", "Library", "Demo text", "You changed this")
    assert not [word for word in ours if word in printed]
    assert "I signed it." not in printed

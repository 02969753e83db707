"""What an owner wrote and what the AI wrote, side by side: chosen, brought back, and never lost."""

from typing import Any

from playwright.sync_api import Page, expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.keyboard import press_until
from support.running_system import RunningSystem
from support.samples import extracted_content, posts_result

MINE = "Hi {first_name}, in my own words: [LINK]"


def with_posts(visitor: Visitor) -> str:
    """A lead magnet whose posts the AI wrote; its path in the API."""
    idea = {"title": "The two-page quote", "painSolved": "Tenders are lost on price."}
    path = f"/api/lead-magnets/{visitor.api('POST', '/api/lead-magnets', json=idea)['id']}"
    visitor.api("PATCH", path, json={"extractedContent": extracted_content()})
    return path


def workspace_of(path: str) -> str:
    return path.removeprefix("/api").replace("lead-magnets", "library")


def written(page: Page) -> None:
    expect(page.locator("section#posts").get_by_text("Done", exact=True)).to_be_visible()


def post(visitor: Visitor, path: str, place: int) -> str:
    return str(visitor.api("GET", path)["postVariations"][place]["post"])


def test_an_edit_and_a_late_result_are_both_kept_and_the_owner_chooses(
    system: RunningSystem, visitor: Visitor
) -> None:
    path = with_posts(visitor)
    page = visitor.open(workspace_of(path) + "/posts", bypass_csp=True)
    posts = page.locator("section#posts")
    posts.get_by_role("button", name="Make it").click()
    written(page)
    system.pace(first_byte_seconds=1.0, duration_seconds=0.2)
    posts.get_by_role("button", name="Write again").click()
    expect(posts.get_by_role("button", name="Stop posts")).to_be_visible()
    visitor.api("PATCH", path, json={"dmTemplate": MINE})

    offer = posts.locator("#posts-offer")
    expect(offer).to_contain_text("The AI’s new version is ready.")
    assert visitor.api("GET", path)["dmTemplate"] == MINE
    hold_to_the_rules(page, "offered")
    offer.get_by_role("link", name="Compare").click()
    expect(page.locator(".sides ins").filter(has_text="my own")).to_be_visible()
    hold_to_the_rules(page, "compared")
    page.get_by_role("button", name="Keep what is there now").click()
    expect(posts.get_by_role("link", name="Versions (1)")).to_be_visible()  # the same words are kept once
    expect(offer).to_have_count(0)
    expect(posts.get_by_text("If you write it again, your text stays under Versions.")).to_be_visible()

    posts.get_by_role("link", name="Versions (1)").click()
    restore = page.get_by_role("button", name="Restore this version")
    press_until(page, restore)
    page.keyboard.press("Enter")
    expect(posts.get_by_role("link", name="Versions (2)")).to_be_visible()
    assert visitor.api("GET", path)["dmTemplate"] != MINE
    texts = [visitor.api("GET", f"{path}/versions/{each['id']}")["texts"] for each in versions(visitor, path)]
    assert MINE in [each["dmTemplate"] for each in texts]


def test_one_post_is_brought_back_from_its_own_versions(visitor: Visitor) -> None:
    path = with_posts(visitor)
    first = posts_result()["variations"]
    visitor.api("PATCH", path, json={"postVariations": first})
    second = [first[0], {**first[1], "post": "New second."}, {**first[2], "post": "New third."}]
    visitor.api("PATCH", path, json={"postVariations": second})
    page = visitor.open(workspace_of(path) + "/versions/posts")

    page.get_by_role("link", name="Post 2").click()
    expect(page.get_by_role("row").filter(has_text="New third.")).to_have_count(0)
    page.get_by_role("button", name="Restore this version").click()

    expect(page.locator("#post-1")).to_have_text(first[1]["post"])
    assert (post(visitor, path, 1), post(visitor, path, 2)) == (first[1]["post"], "New third.")


def versions(visitor: Visitor, path: str) -> list[Any]:
    return list(visitor.api("GET", f"{path}/versions")["items"])

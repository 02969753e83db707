"""A page or a tool is looked at, published, used on another site, and taken back."""

from pathlib import Path

from playwright.sync_api import Page, expect
from support.accessibility import RULES, hold_to_the_rules, violations
from support.block_samples import LETTERS, page
from support.browser import Visitor
from support.elsewhere import serving
from support.samples import calculator, gpt

UNKNOWN_LANGUAGE = "html-has-lang"  # of a text whose language nobody told us


def made(visitor: Visitor, archetype: str, **pieces: object) -> str:
    """The address of a workspace with these pieces."""
    idea = {"title": "What churn costs", "painSolved": "Nobody knows", "archetype": archetype}
    magnet = visitor.api("POST", "/api/lead-magnets", json=idea)
    visitor.api("PATCH", f"/api/lead-magnets/{magnet['id']}", json=pieces)
    return f"/library/{magnet['id']}"


def published(window: Page) -> str:
    """Publishes what the page shows; returns the code for another site."""
    window.get_by_role("button", name="Publish").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("It is public")
    return window.get_by_label("Code for your own site").input_value()


def test_a_tool_is_published_works_on_another_site_and_is_taken_back(
    visitor: Visitor, tmp_path: Path
) -> None:
    window = visitor.open(
        f"{made(visitor, 'single-calculator', interactiveConfig=calculator())}/publish", bypass_csp=True
    )
    preview = window.frame_locator("iframe.preview")
    preview.get_by_label("Customers").fill("100")
    expect(preview.locator("[data-figure]")).to_have_text("48")
    hold_to_the_rules(window, "unpublished")
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Elsewhere</title>{published(window)}")
    hold_to_the_rules(window, "published")

    with serving(tmp_path) as origin:
        site = visitor.open(origin.replace("127.0.0.1", "localhost"))
        frame = site.frame_locator("iframe")
        frame.get_by_label("Customers").fill("200")
        expect(frame.locator("[data-figure]")).to_have_text("96")
        assert site.frames[1].evaluate("origin") == "null", "it has no access to what is ours"

        window.reload()
        expect(window.get_by_text("Opened 1 time.")).to_be_visible()
        window.get_by_role("button", name="Unpublish").click()
        expect(window.get_by_role("heading", level=1)).to_have_text("Publish it")
        site.reload()
        expect(site.frame_locator("iframe").get_by_text("It may have been taken back.")).to_be_visible()


def test_a_prompt_is_copied_where_it_is_embedded(visitor: Visitor, tmp_path: Path) -> None:
    window = visitor.open(f"{made(visitor, 'prompt', interactiveConfig=gpt())}/publish")
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Elsewhere</title>{published(window)}")

    with serving(tmp_path) as origin:
        site = visitor.open(origin)
        site.frame_locator("iframe").get_by_role("button", name="Copy the whole prompt").click()

        expect(site.frame_locator("iframe").get_by_text("Copied.")).to_be_visible()
        assert gpt()["systemPrompt"] in site.evaluate("navigator.clipboard.readText()")


def test_a_changed_page_is_published_once_it_was_looked_at(visitor: Visitor) -> None:
    workspace = made(visitor, "single-system", polishedContent=page())
    window = visitor.open(f"{workspace}/publish")
    magnet = f"/api/lead-magnets/{workspace.rpartition('/')[2]}"
    visitor.api("PATCH", magnet, json={"polishedContent": page(heroSummary="Changed since.")})

    window.get_by_role("button", name="Publish").click()
    expect(window.get_by_text("this has changed since you opened the page")).to_be_visible()
    expect(window.frame_locator("iframe.preview").get_by_text("Changed since.")).to_be_visible()
    published(window)
    with window.expect_popup() as opened:
        window.get_by_role("link", name="Open it").click()

    public = opened.value
    expect(public.get_by_text(LETTERS)).to_be_visible()
    public.set_viewport_size({"width": 360, "height": 900})
    assert public.evaluate("document.documentElement.scrollWidth") <= 360
    with window.expect_navigation():
        window.get_by_role("button", name="Let new emails link to it").click()
    assert visitor.api("GET", magnet)["externalUrl"] == public.url
    unsafe = visitor.open(public.url, bypass_csp=True)
    assert all(UNKNOWN_LANGUAGE in str(each) for each in violations(unsafe, RULES))

"""Endless words and long addresses in every text: no page scrolls sideways, and every name works."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from support.accessibility import SHOTS
from support.browser import Visitor
from support.hostile import WORD, Hostile
from support.running_system import RunningSystem
from support.samples import assessment, calculator

WIDTHS = (320, 375, 768, 1200)
PAGES = {
    "create": "/create",
    "own": "/create/own",
    "ideas": "/create/ideas/{completed}",
    "ideas-failed": "/create/ideas/{failed}",
    "ideas-running": "/create/ideas/{processing}",
    "ideas-stopped": "/create/ideas/{cancelled}",
    "library": "/library",
    "full": "/library/{full}",
    "full-page": "/library/{full}/page",
    "full-posts": "/library/{full}/posts",
    "full-emails": "/library/{full}/emails",
    "settings": "/library/{full}/settings",
    "calculator": "/library/{calculator}",
    "assessment": "/library/{assessment}",
    "prompt": "/library/{prompt}",
    "failed-pieces": "/library/{bare}/posts",
    "question": "/library/{bare}/questions",
    "questions": "/library/{bare}/questions?all=1",
    "jobs": "/jobs",
    "nothing": "/library/nothing",
}
WIDER = """width => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > width + 1 && each.offsetParent)
    .filter(each => !each.closest('pre, .scroll, .pieces'))
    .reverse().slice(0, 8).map(each => each.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def hostile(shared_system: RunningSystem, browser: Browser) -> Iterator[Hostile]:
    with Visitor(shared_system, browser) as visitor:
        hostile = Hostile(shared_system, visitor)
        hostile.make()
        yield hostile


@pytest.fixture(scope="module")
def page(hostile: Hostile) -> Page:
    return hostile.visitor.open("/create")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(page: Page, hostile: Hostile, name: str) -> None:
    answer = page.goto(PAGES[name].format(**hostile.ids))

    assert answer is not None
    assert answer.status == (404 if name == "nothing" else 200)
    for opened in ("false", "true"):
        page.evaluate(
            f"document.querySelectorAll('main details').forEach(each => {{ each.open = {opened} }})"
        )
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if SHOTS and opened == "false":
                page.screenshot(path=f"{SHOTS}/hostile-{name}-{width}.png", full_page=True)
            too_wide = page.evaluate("document.documentElement.scrollWidth") - width
            assert too_wide <= 0, (width, too_wide, page.evaluate(WIDER, width))


def test_a_form_that_comes_back_scrolls_nowhere(page: Page, hostile: Hostile) -> None:
    path = f"/library/{hostile.ids['full']}"
    page.goto(f"{path}/posts")
    page.locator("#posts details.edits:not(.again)").first.evaluate("element => { element.open = true }")
    page.get_by_label("Text").first.fill(WORD * 3)
    hostile.visitor.api("PATCH", f"/api/lead-magnets/{hostile.ids['full']}", json={"ctaWord": "NEW"})
    page.locator("#posts details.edits:not(.again)").first.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Choose which one to keep.")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/hostile-returned-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


IDS = ["dataset", "elements", "querySelector", "submit", "action", "name", "constructor", "__proto__", "h"]


def test_a_figure_may_have_any_name(visitor: Visitor) -> None:
    config = {**calculator(), "formula": " + ".join([*IDS, "customers * 0"])}
    figure = {"type": "number", "defaultValue": 2}
    named = [{**figure, "id": id, "label": f"Figure {id}"} for id in IDS]
    config["inputs"] = [*named, {**figure, "id": "customers", "label": "Customers"}]
    page = tool(visitor, "single-calculator", config)

    page.get_by_label("Figure dataset").fill("6")

    expect(page.locator("[data-figure]")).to_have_text(str(2 * len(IDS) + 4))
    expect(page.locator(".result").get_by_text("A routine is enough.")).to_be_visible()


def test_a_question_may_have_any_name(visitor: Visitor) -> None:
    config = assessment()
    config["questions"] = [
        {**question, "id": id} for question, id in zip(config["questions"], IDS[:2], strict=True)
    ]
    page = tool(visitor, "assessment", config)

    page.get_by_label("Always").check()
    page.get_by_label("5", exact=True).check()
    page.get_by_role("button", name="Show the result").click()

    expect(page.locator(".result").get_by_text("Hard to copy.")).to_be_visible()


def tool(visitor: Visitor, archetype: str, config: dict[str, object]) -> Page:
    idea = {"title": "T", "painSolved": "P", "archetype": archetype}
    id = visitor.api("POST", "/api/lead-magnets", json=idea)["id"]
    visitor.api("PATCH", f"/api/lead-magnets/{id}", json={"interactiveConfig": config})
    return visitor.open(f"/library/{id}")

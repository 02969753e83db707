"""The rules that every page must meet in both themes and at four widths, and screenshots to look at.

`LODESTONE_TEST_SHOTS=FOLDER` saves a picture of each page at each width.
"""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SHOTS = os.environ.get("LODESTONE_TEST_SHOTS")
WIDTHS = (360, 768, 1280, 1920)
OPEN = """() => {
  const edits = [...document.querySelectorAll("main .edits")];
  for (const each of document.querySelectorAll("main details")) {
    if (each.matches(".take:not([open])")) each.dataset.opened = "";
    each.open = edits.indexOf(each) % 2 !== 1;
  }
}"""  # an open form replaces its text: every other text stays
CLOSE = """() => {
  for (const each of document.querySelectorAll("main .take[data-opened]")) each.open = false;
}"""  # a menu that was opened for this lies over what comes next
EDGES = """() => [".mast-in", "main"].map((part) => {
  const { paddingLeft, paddingRight } = getComputedStyle(document.querySelector(part));
  const { left, right } = document.querySelector(part).getBoundingClientRect();
  return [left + parseFloat(paddingLeft), right - parseFloat(paddingRight)];
})"""
ASTRAY = """() => {
  const main = document.querySelector("main");
  const at = main.getBoundingClientRect(), its = getComputedStyle(main);
  const left = at.left + parseFloat(its.paddingLeft), right = at.right - parseFloat(its.paddingRight);
  const blocks = [...main.querySelectorAll(":scope > *, :scope > #live > *")];
  return blocks.filter((each) => each.offsetParent && each.matches(":not(#live, .empty, [role=alert])"))
    .map((each) => [each.className, each.getBoundingClientRect()])
    .filter(([, at]) => Math.abs(at.left - left) > 1 || at.right > right + 1)
    .map(([name, at]) => [name, at.left, at.right]);
}"""  # blocks of the page that do not begin where the masthead does, or reach beyond its end
IS_WHOLE = """() => [...document.querySelectorAll(".rail .pieces")].every(
  (strip) => strip.scrollWidth <= strip.clientWidth)"""
SQUEEZED = """() => [...document.querySelectorAll("main :is(p, h2, h3)")]
  .filter((each) => each.offsetParent && !each.closest(".vh") && each.textContent.trim().length > 40)
  .filter((each) => each.getBoundingClientRect().width < 120)
  .map((each) => each.textContent.trim())"""  # sentences in a column of a word or two
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def hold_to_the_rules(page: Page, name: str) -> None:
    """With everything expanded, axe finds no violation and the page does not scroll sideways."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(OPEN)
    _find_nothing(page, RULES)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    _find_nothing(page, ["cat.color"])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        of_masthead, of_content = page.evaluate(EDGES)
        assert of_masthead == of_content, f"one grid at {width}"
        assert page.evaluate(ASTRAY) == [], f"one grid at {width}"
        assert page.evaluate(IS_WHOLE), f"every piece is in view at {width}"
        assert page.evaluate(SQUEEZED) == [], f"sentences have room at {width}"
    page.evaluate(CLOSE)
    if SHOTS:
        _take_all(page, Path(SHOTS), name)


def _find_nothing(page: Page, tags: list[str]) -> None:
    found = violations(page, tags)
    assert not found, found


def violations(page: Page, tags: list[str]) -> list[object]:
    """The violations of these rules that axe finds, with their elements."""
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": tags, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


def _take_all(page: Page, folder: Path, name: str) -> None:
    """Takes pictures of the page as a visitor first sees it, with everything collapsed."""
    page.evaluate("document.querySelectorAll('main details').forEach(element => { element.open = false })")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)

"""Pages used by keyboard alone: where the focus goes, and whether it can be seen there."""

from playwright.sync_api import Locator, Page, expect

_COLLECT = """() => {
    const controls = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const all = document.querySelectorAll(controls);
    const isUsed = (each) => !each.disabled && each.type !== "hidden" && each.checkVisibility()
        && !each.closest(".take > div");
    window.unreached = new Set([...all].filter(isUsed));
    return window.unreached.size;
}"""
_LOOK = """() => {
    document.querySelector(".toast")?.remove();  // a job may end meanwhile
    const held = document.activeElement;
    if (held === document.body) return { isEnd: true };
    const isTogether = (each) => each === held || (held.type === "radio" && each.name === held.name);
    for (const each of [...window.unreached].filter(isTogether)) window.unreached.delete(each);
    const [box] = held.getClientRects();
    const { zIndex } = getComputedStyle(held);
    const ring = (each) => getComputedStyle(each).boxShadow;
    const shadow = [held, held.closest("label") ?? held].map(ring).find((each) => each !== "none") ?? "none";
    const at = (x, y) => document.elementFromPoint(x, y);
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const rows = [top + 2, bottom - 2];
    const corners = [box.left + 2, box.right - 2].flatMap((x) => rows.map((y) => [x, y]));
    const hits = corners.map(([x, y]) => at(x, y)).filter(Boolean);
    const isOther = (there) => !held.contains(there) && !there.contains(held);
    const covered = hits.filter((there) => isOther(there) && !there.closest("[role=tooltip]"));
    const [middle, centre] = [(box.left + box.right) / 2, (top + bottom) / 2];
    const upright = [[middle, box.top - 3], [middle, box.bottom + 3]];
    const around = [...upright, [box.left - 3, centre], [box.right + 3, centre]];
    const clips = [];
    for (let each = held.parentElement; each; each = each.parentElement) {
        if (getComputedStyle(each).overflow !== "visible") clips.push(each.getBoundingClientRect());
    }
    const isIn = (clip, x, y) => clip.left <= x && x <= clip.right && clip.top <= y && y <= clip.bottom;
    const isOver = (there) => there && (there.contains(held) || zIndex !== "auto");
    const isFree = ([x, y]) => isOver(at(x, y)) && clips.every((clip) => isIn(clip, x, y));
    const sides = around.filter(isFree);
    return {
        isEnd: false,
        what: held.outerHTML.slice(0, 200),
        isHidden: covered.length === hits.length || (box.height < 200 && covered.length > 0),
        covered: covered.map((there) => there.outerHTML.slice(0, 100)),
        hasRing: shadow.includes("inset") || (shadow !== "none" && sides.length > 1),
    };
}"""
_OPEN = """() => {
    const edits = [...document.querySelectorAll("main .edits")];
    for (const each of document.querySelectorAll("main details:not(.take)")) {
        each.open = edits.indexOf(each) % 2 !== 1;
    }
}"""  # an open form replaces its text: every other text stays
_UNREACHED = """() => [...window.unreached]
    .filter((each) => each.isConnected)
    .map((each) => each.outerHTML.slice(0, 200))"""  # what an event of a job took away is not missed


def press_until(page: Page, target: Locator) -> None:
    """Presses Tab until the element has the focus; the focus must always be visible."""
    expect(target).to_be_visible()
    for _ in range(200):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        # The body has the focus at the end of the page; a radio button's ring is on its label.
        hidden = page.evaluate("document.activeElement.matches('input[type=radio], body')")
        assert ring != "none" or hidden, page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the focus never reached {target}")


def open_forms(page: Page) -> None:
    """Opens what is folded, except menus; of the forms that edit a text, every other one."""
    page.evaluate(_OPEN)


def walk_backwards(page: Page) -> None:
    """From the end of the page to its beginning, which no key leads past bars at the top more often.

    Each control gets the focus, is seen with it, and lets it go.
    """
    _walk(page, "Shift+Tab")


def walk_forwards(page: Page) -> None:
    """From the beginning of the page to its end, past bars at the bottom; else as `walk_backwards`."""
    _walk(page, "Tab")


def _walk(page: Page, key: str) -> None:
    count = page.evaluate(_COLLECT)
    has_begun = False
    for _ in range(2 * count + 10):
        page.keyboard.press(key)
        seen = page.evaluate(_LOOK)
        if seen["isEnd"] and has_begun and not page.evaluate(_UNREACHED):
            return
        has_begun = has_begun or not seen["isEnd"]
        assert seen["isEnd"] or (seen["hasRing"] and not seen["isHidden"]), (page.url, key, seen)
    raise AssertionError((page.url, key, "does not reach", page.evaluate(_UNREACHED)))

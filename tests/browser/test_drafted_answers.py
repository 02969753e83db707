"""Answers drafted from sources: marked as drafts, taken one by one or all; with and without scripts."""

from playwright.sync_api import expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.lead_magnets import OWN_IDEA

ESSAY = (
    "We had a client who lost three tenders. We looked at the quote together. It had twelve pages. "
    "Nobody had read it. We wrote two pages instead. The fourth tender was won. Do the same with one quote."
)


def answers_of(visitor: Visitor, magnet: str) -> dict[str, list[str]]:
    drafts = {draft["id"]: draft for draft in visitor.api("GET", "/api/wizard-drafts")["items"]}
    if magnet not in drafts:
        return {}
    kept = visitor.api("GET", f"/api/wizard-drafts/{magnet}")["wizardState"]["answers"]
    return {id: texts for id, texts in kept.items() if texts[0]}


def test_drafts_are_taken_one_by_one_or_all_and_none_is_an_answer_before(visitor: Visitor) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    source = {"name": "Call", "text": "Mara: We send two pages, never more.", "leadMagnetId": magnet}
    visitor.api("POST", "/api/sources", json=source)
    page = visitor.open(f"/library/{magnet}/questions", bypass_csp=True)
    page.get_by_role("link", name="Have your answers drafted").click()
    hold_to_the_rules(page, "before")

    page.get_by_role("button", name="Draft my answers").click()
    expect(page.get_by_text("5 drafts wait for you.")).to_be_visible()
    hold_to_the_rules(page, "drafted")
    expect(page.locator(".badge", has_text="Draft")).to_have_count(5)
    assert answers_of(visitor, magnet) == {}
    first = page.locator(".drafted li").first
    draft = first.locator("p.text").inner_text()
    first.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("4 drafts wait for you.")).to_be_visible()
    assert [*answers_of(visitor, magnet).values()] == [[draft]]
    page.get_by_role("button", name="Take and change").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("textarea#a").fill("My own words.")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    page.get_by_role("link", name="Have your answers drafted").click()
    page.get_by_role("button", name="Take all of them").click()

    expect(page.locator(".badge", has_text="Draft")).to_have_count(0)
    kept = answers_of(visitor, magnet)
    assert len(kept) == 5
    assert [draft] in kept.values()
    assert ["My own words."] in kept.values()


def test_an_essay_that_was_emptied_is_kept_nowhere(visitor: Visitor) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    page = visitor.open(f"/library/{magnet}/answers")
    essay, saved = page.get_by_label("Tell it all in one go"), page.locator("[data-saved]")
    essay.fill(ESSAY)
    expect(saved).to_have_text("Saved")
    assert len(visitor.api("GET", "/api/wizard-drafts")["items"]) == 1

    essay.fill("")
    expect(saved).to_have_text("Saved")

    assert visitor.api("GET", "/api/wizard-drafts")["items"] == []
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('text:'))") == []
    page.reload()
    expect(essay).to_have_value("")


def test_an_essay_is_split_into_answers_without_scripts(visitor: Visitor) -> None:
    magnet = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)["id"]
    page = visitor.open(f"/library/{magnet}/answers", java_script_enabled=False)

    page.get_by_label("Tell it all in one go").fill(ESSAY)
    page.get_by_role("button", name="Draft my answers").click()
    [job] = visitor.api("GET", "/api/jobs?jobType=answers")["items"]
    while visitor.api("GET", f"/api/jobs/{job['id']}?wait=20")["status"] in ("pending", "processing"):
        pass
    page.reload()

    expect(page.locator(".drafted p.text").first).to_have_text(ESSAY.split(". ")[0] + ".")
    expect(page.get_by_label("Tell it all in one go")).to_have_value(ESSAY)
    page.get_by_role("button", name="Take all of them").click()
    kept = answers_of(visitor, magnet)
    asked = visitor.api("GET", "/api/questions?archetype=single-breakdown")["questions"]
    assert " ".join(kept[question["id"]][0] for question in asked) == ESSAY

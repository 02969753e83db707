"""One part of a piece made again in its place, with a chip."""

import pytest
from playwright.sync_api import expect
from support.accessibility import hold_to_the_rules
from support.browser import Visitor
from support.lead_magnets import OWN_IDEA
from support.running_system import RunningSystem
from support.samples import emails_result, extracted_content, posts_result


def test_a_post_is_made_again_in_its_place(system: RunningSystem, visitor: Visitor) -> None:
    sample = posts_result()
    hooks = ("contrarian", "time-saved", "confession")
    posts = [{**each, "hookType": hook} for each, hook in zip(sample["variations"], hooks, strict=True)]
    idea = {"title": "The two-page quote", "painSolved": "Tenders are lost on price."}
    path = f"/api/lead-magnets/{visitor.api('POST', '/api/lead-magnets', json=idea)['id']}"
    made = {
        "extractedContent": extracted_content(),
        "postVariations": posts,
        "dmTemplate": sample["dmTemplate"],
        "ctaWord": sample["ctaWord"],
    }
    visitor.api("PATCH", path, json=made)
    page = visitor.open(
        path.removeprefix("/api").replace("lead-magnets", "library") + "/posts", bypass_csp=True
    )
    second = page.get_by_role("article", name="Post 2")
    before = second.locator(".text").inner_text()

    second.get_by_text("Make again").first.click()
    system.pace(first_byte_seconds=1.0, duration_seconds=0.2)
    second.get_by_role("button", name="Shorter post 2").click()

    expect(second.get_by_role("button", name="Stop posts")).to_be_visible()
    expect(second.locator(".text")).to_have_text(before)  # until the new one is there
    expect(page.get_by_role("article", name="Post 1").get_by_text("Make again").first).to_be_visible()
    expect(second.locator(".text")).not_to_have_text(before)
    expect(second.get_by_role("button", name="Stop posts")).to_have_count(0)
    after = visitor.api("GET", path)["postVariations"]
    assert [after[0], after[2]] == [posts[0], posts[2]]
    job = visitor.api("GET", f"/api/jobs/{visitor.api('GET', path)['jobs']['posts']}")
    assert (job["input"]["part"], job["input"]["instruction"]) == ("time-saved", "shorter")
    hold_to_the_rules(page, "the forms of all parts")


@pytest.mark.parametrize(
    ("word", "part", "label", "stop"),
    [("emails", "#emails-1", "day 1", "Stop emails"), ("content", "#content-0", "The calls", "Stop content")],
)
def test_an_email_and_a_section_are_made_again_in_their_place(
    system: RunningSystem, visitor: Visitor, word: str, part: str, label: str, stop: str
) -> None:
    made = visitor.api("POST", "/api/lead-magnets", json=OWN_IDEA)
    id, path = made["id"], f"/api/lead-magnets/{made['id']}"
    asked = visitor.api("GET", f"/api/questions?archetype={made['archetype']}")["questions"]
    answers = {each["id"]: ["Two calls, forty minutes."] for each in asked}
    visitor.api("PUT", f"/api/wizard-drafts/{id}", json={"wizardState": {"answers": answers}})
    visitor.api("PATCH", path, json={"extractedContent": extracted_content()})
    visitor.api("PUT", f"{path}/emails", json={"emails": emails_result()["emails"]})
    page = visitor.open(f"/library/{id}/{word}")
    first, others = page.locator(part), page.locator("[data-key]:not(.new)")
    before, count = first.inner_text(), others.count()

    first.get_by_text("Make again").first.click()
    system.pace(first_byte_seconds=1.0, duration_seconds=0.2)
    first.get_by_role("button", name=f"Shorter {label}").click()

    expect(first.get_by_role("button", name=stop)).to_be_visible()
    assert first.inner_text().splitlines()[0] == before.splitlines()[0], "until the new one is there"
    expect(first.get_by_role("button", name=stop)).to_have_count(0)
    expect(first).not_to_have_text(before)
    assert others.count() == count, "all others stay where they are"

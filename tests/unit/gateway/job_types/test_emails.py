"""Emails: what their service receives of a lead magnet and its sender, and what an edit becomes."""

from typing import Any

import pytest
from lodestone.errors import Conflict, InvalidRequest
from lodestone.ids import new_id
from lodestone.jobs.emails import EmailsInput
from lodestone_gateway.job_types.emails import NAMELESS_SENDER, PRODUCT, emails_work, preview
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.store.brand_kit_table import BrandKit
from support.samples import calculator, emails_result, example_input
from support.stored import form, row, stored

PIECE = PIECES["emails"]
EDIT = PIECE.edits["emails"]
ASKED = EmailsInput(lead_magnet_id=new_id())


def kit(**columns: Any) -> BrandKit:
    given: dict[str, Any] = {"business_description": "I raise fees.", "preferred_tone": "casual-direct"}
    return BrandKit(user_id=new_id(), **given | columns)


@pytest.mark.parametrize(
    ("of_kit", "of_user", "sender"),
    [("Mara", "M. Kay", "Mara"), (" ", "M. Kay", "M. Kay"), (None, None, NAMELESS_SENDER)],
)
def test_a_sender_is_called_as_the_kit_says_else_as_the_user(
    of_kit: str | None, of_user: str | None, sender: str
) -> None:
    assert emails_work(ASKED, row(), kit(sender_name=of_kit), of_user).sender_name == sender


def test_a_video_without_a_title_is_called_by_its_address() -> None:
    url = "https://example.org/video"
    work = emails_work(ASKED, row(), kit(best_video_url=url), None).to_wire()

    assert work["bestVideo"] == {"title": url, "url": url}


def test_without_a_kit_only_the_lead_magnet_is_told() -> None:
    work = emails_work(ASKED, row(external_url="https://example.org/q"), None, None)

    assert (work.title, work.sender_name) == ("The quote", NAMELESS_SENDER)
    assert work.to_wire()["resourceUrl"] == "https://example.org/q"


def test_a_tool_is_outlined_by_its_introduction() -> None:
    magnet = row(archetype="single-calculator", interactive_config=calculator())

    assert (
        emails_work(ASKED, magnet, None, None).contents
        == "What does churn cost you?\nTwo figures, one answer."
    )


def test_a_lead_magnet_without_content_is_outlined_by_its_concept() -> None:
    concept = example_input("extraction-single-system")["concept"]
    work = emails_work(ASKED, row(concept=concept), None, None)

    assert work.contents == (concept.get("contents") or concept["painSolved"])


async def test_a_job_on_a_bare_lead_magnet_is_told_what_is_missing() -> None:
    resolve = PRODUCT.resolve
    assert resolve
    with pytest.raises(InvalidRequest) as refused:
        await resolve(None, ASKED.to_wire(), row())  # type: ignore[arg-type]

    assert {error["field"] for error in refused.value.members["errors"]} == {"concept", "extractedContent"}


def test_an_edit_changes_one_email_and_leaves_the_others() -> None:
    magnet = stored(emails=emails_result()["emails"])
    sent = form(place="2", subject="New", body="B", replyTrigger="R?")

    changed = EDIT.changed(magnet, sent)["emails"]

    assert changed[2] == {"day": 2, "subject": "New", "body": "B", "replyTrigger": "R?"}
    assert changed[:2] + changed[3:] == emails_result()["emails"][:2] + emails_result()["emails"][3:]
    assert EDIT.present(magnet, sent)["subject"] == ["Day 2"]


def test_an_email_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        EDIT.changed(stored(), form(place="0", subject="S"))


def test_the_greeting_of_an_email_is_passed_over() -> None:
    assert preview("Hi {{first_name}},\n\nHere it is.\nOpen it.\nMore.") == "Here it is. Open it."
    assert preview("Only this.") == "Only this."

"""Each email is published once, by day, and says whether it comes from the template."""

from typing import Any

from lodestone.errors import ErrorCode
from lodestone.jobs.emails import EMAILS
from lodestone.worker.testing import MemoryContext
from lodestone_content.emails.fallback import fill_from_template
from lodestone_content.emails.sequence import Sequence
from support.mailing import emails_work


def draft(day: Any = 3, **changes: Any) -> dict[str, Any]:
    return {"day": day, "subject": "s", "body": "b", "replyTrigger": "r", **changes}


def test_a_right_email_is_published_under_its_day_and_counted() -> None:
    job = MemoryContext(EMAILS)
    job.expect(5)

    assert Sequence(job, ()).offer([draft("3")]) == []

    (event,) = job.events
    wire = event.to_wire()
    assert (wire["itemKey"], wire["itemIndex"], wire["done"], wire["total"]) == ("3", 3, 1, 5)
    assert job.messages == ["1 of 5 emails written"]


def test_a_day_that_comes_twice_or_does_not_exist_is_not_published() -> None:
    job = MemoryContext(EMAILS)

    complaints = Sequence(job, ()).offer([draft(), draft(), draft(5), draft(None), draft("soon")])

    assert len(job.events) == 1
    assert complaints == ["an email was for none of the days 0 to 4"] * 3


def test_what_is_wrong_is_said_in_words_for_the_model() -> None:
    (complaint,) = Sequence(MemoryContext(EMAILS), ()).offer([draft(subject="")])

    assert complaint.startswith("day 3: subject:")


def test_the_template_fills_what_is_missing_and_another_attempt_can_tell() -> None:
    first = MemoryContext(EMAILS)
    sequence = Sequence(first, ())
    sequence.offer([draft(0), draft(2)])
    assert sequence.stand_in is None

    fill_from_template(sequence, emails_work(), ErrorCode.AI_REFUSED)

    again = Sequence(MemoryContext(EMAILS, finished_items=first.items), ())
    assert [email.day for email in again.emails] == [0, 1, 2, 3, 4]
    assert again.emails == sequence.emails
    assert [email.subject for email in again.emails if email.day in (0, 2)] == ["s", "s"]
    assert again.stand_in
    assert again.stand_in.fallback_reason is ErrorCode.AI_REFUSED


def test_kept_emails_of_another_shape_are_written_again() -> None:
    job = MemoryContext(EMAILS, finished_items={"1": {"subject": "Old"}, "unknown": {}})

    assert Sequence(job, ()).missing() == [0, 1, 2, 3, 4]

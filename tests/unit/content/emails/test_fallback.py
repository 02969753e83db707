"""The template's emails: filled with what is known, with placeholders for the rest."""

import re
from collections.abc import Callable

import pytest
from lodestone.jobs.emails import EmailsWork
from lodestone.jobs.voice import Voice
from lodestone.languages import Language, language_of
from lodestone_content.emails.fallback import template_email
from lodestone_content.emails.sequence import DAYS
from support.mailing import bare_emails_work, emails_work

PLACEHOLDER = re.compile(r"\[[A-Z0-9 ]+\]")  # prevents activation


@pytest.mark.parametrize("day", DAYS)
def test_each_email_greets_is_signed_and_asks_its_question(day: int) -> None:
    email = template_email(emails_work(), day)

    assert email.day == day
    assert email.body.startswith("Hi {{first_name}},\n")
    assert email.body.count("Mara Lind") >= 3
    assert email.body.endswith(email.reply_trigger)
    assert len(email.subject.split()) <= 5


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("make", [emails_work, bare_emails_work])
def test_the_template_is_in_the_language_of_the_voice(
    make: Callable[..., EmailsWork], language: Language, day: int
) -> None:
    email = template_email(make(voice=Voice(language=language)), day)

    assert language_of(f"{email.body}\n{email.body}") is language
    assert email.body.split("\n", 1)[0].count("{{first_name}}") == 1
    assert email.body.split("\n\nP.S. ")[0].endswith("\n\nMara Lind")
    assert email.body.count("Mara Lind") >= 3
    assert email.body.endswith(email.reply_trigger)
    assert len(email.subject.split()) <= 5
    english = template_email(make(), day)
    assert len(PLACEHOLDER.findall(email.body)) == len(PLACEHOLDER.findall(english.body))
    assert email.body.count("[") == len(PLACEHOLDER.findall(email.body))


def test_what_is_known_stands_in_its_place() -> None:
    bodies = [template_email(emails_work(), day).body for day in DAYS]

    assert "https://example.org/copy" in bodies[0]
    assert "The Two-Page Quote" in bodies[0]
    assert "https://www.loom.com/share/9" in bodies[1]
    assert "- Margins explained: https://example.org/margins" in bodies[2]
    assert "https://example.org/community" in bodies[3]
    assert [PLACEHOLDER.findall(body) for body in bodies] == [[], ["[ONE TIP FROM YOUR WORK]"], [], [], []]


def test_what_is_not_known_is_a_placeholder() -> None:
    found = [PLACEHOLDER.findall(template_email(bare_emails_work(), day).body) for day in DAYS]

    assert found == [
        ["[LINK TO YOUR RESOURCE]"],
        ["[ONE TIP FROM YOUR WORK]", "[LINK TO YOUR BEST VIDEO]"],
        [f"[LINK TO YOUR {which} FREE RESOURCE]" for which in ("FIRST", "SECOND", "THIRD")],
        ["[ONE CASE FROM YOUR WORK]"],
        [],
    ]


def test_the_owners_words_are_not_read_as_a_template() -> None:
    work = emails_work(title="{{ 7*7 }}\n\nBye", senderName="<b>Mara</b>")

    email = template_email(work, 0)

    assert "{{ 7*7 }}\n\nBye" in email.body
    assert email.subject == "here is your copy"
    assert "<b>Mara</b>" in email.body

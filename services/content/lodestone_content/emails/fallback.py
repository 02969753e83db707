"""The fixed sequence: templates in each language, filled with what is known, with placeholders for the rest.

A sequence with a placeholder such as [LINK TO YOUR RESOURCE] cannot be activated.
"""

from functools import partial

from lodestone.errors import ErrorCode
from lodestone.jobs.emails import EmailsWork
from lodestone.languages import Language
from lodestone.llm.prompt import PromptFile

from lodestone_content.emails.draft import FIRST_NAME
from lodestone_content.emails.sequence import DAYS, Sequence, SequenceItem

_file = partial(PromptFile, __package__ or "")
_FOLDERS = {language: "" if language is Language.ENGLISH else f"{language}/" for language in Language}
TEMPLATES = {
    language: tuple(_file(f"template/{folder}day_{day}.v1.md.j2") for day in DAYS)
    for language, folder in _FOLDERS.items()
}


def fill_from_template(sequence: Sequence, work: EmailsWork, reason: ErrorCode | None) -> None:
    """The template's email for each day that has none; `reason` is None when the template was asked for."""
    for day in sequence.missing():
        sequence.keep(str(day), template_email(work, day, reason))


def template_email(work: EmailsWork, day: int, reason: ErrorCode | None = None) -> SequenceItem:
    """One email of the template: its first line is the subject, its second the question to answer."""
    language = (work.voice and work.voice.language) or Language.ENGLISH
    text = TEMPLATES[language][day].render(work=work, first_name=FIRST_NAME)
    subject, reply_trigger, body = text.split("\n", maxsplit=2)
    return SequenceItem(
        day=day,
        subject=subject,
        body=body.strip(),
        reply_trigger=reply_trigger,
        from_template=True,
        fallback_reason=reason,
    )

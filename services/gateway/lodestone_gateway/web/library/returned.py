"""A refused form: what was typed comes back, beside the current version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lodestone_gateway.web.forms import Form
from lodestone_gateway.web.library.pieces import Workspace

Texts = Mapping[str, list[str]]
Present = Callable[[Workspace, Form], Texts]

HIDDEN = ("version", "section", "place")
LABELS = {
    "title": "Title",
    "externalUrl": "Link for readers",
    "sectionName": "Section name",
    "introduction": "Introduction",
    "headline": "In short",
    "summary": "In a sentence",
    "detail": "In detail",
    "keyTakeaway": "Takeaway",
    "nonObviousInsight": "What others miss",
    "personalExperience": "Your own experience",
    "proof": "Proof",
    "differentiation": "What makes you different",
    "commonMistakes": "Common mistakes, one per line",
    "name": "Headline",
    "description": "Description",
    "systemPrompt": "Prompt text",
    "heroSummary": "Summary",
    "content": "Text",
    "post": "Text",
    "message": "Message",
    "subject": "Subject",
    "body": "Text",
    "replyTrigger": "Question that invites a reply",
}


@dataclass(frozen=True)
class ReturnedField:
    """A field as it was sent; `now` is the current text, None if it is the same."""

    name: str
    label: str
    text: str
    now: str | None


@dataclass(frozen=True)
class Trouble:
    """Why something could not be done, and the form that was sent, if there was one."""

    message: str
    path: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    fields: tuple[ReturnedField, ...] = ()
    is_choice: bool = False  # there is a newer version: the owner must choose


def returned(
    form: Form, path: str, message: str, present: Texts, *, version: int, is_choice: bool
) -> Trouble:
    """The form again, made from the current version, so that sending it overwrites that knowingly."""
    hidden = {name: form.text(name) for name in HIDDEN if name in form.fields} | {"version": str(version)}
    fields = [
        _field(name, place, text, present.get(name, []), len(texts) > 1)
        for name, texts in form.fields.items()
        if name in LABELS
        for place, text in enumerate(texts)
    ]
    return Trouble(message, path, tuple(hidden.items()), tuple(fields), is_choice)


def _field(name: str, place: int, text: str, now: list[str], is_one_of_many: bool) -> ReturnedField:
    label = f"{LABELS[name]}, {place + 1}" if is_one_of_many else LABELS[name]
    present = now[place] if place < len(now) else ""
    return ReturnedField(name, label, text, None if present.strip() == text.strip() else present)

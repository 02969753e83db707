"""A refused form: what was typed comes back, beside the current version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.product import Texts

HIDDEN = ("version", "section", "place", "at")


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
    wrong: Mapping[str, str] = field(default_factory=dict)  # texts in place, by part and field


def returned(
    form: Form,
    path: str,
    message: str,
    present: Texts,
    labels: Mapping[str, str],
    *,
    version: str,
    is_choice: bool,
) -> Trouble:
    """The form again, made from the current version, so that sending it overwrites that knowingly."""
    hidden = {name: form.text(name) for name in HIDDEN if name in form.fields} | {"version": version}
    fields = [
        _field(name, _label(labels[name], place, len(texts)), text, present.get(name, [])[place:])
        for name, texts in form.fields.items()
        if name in labels
        for place, text in enumerate(texts)
    ]
    return Trouble(message, path, tuple(hidden.items()), tuple(fields), is_choice)


def _field(name: str, label: str, text: str, now: Sequence[str]) -> ReturnedField:
    present = now[0] if now else ""
    return ReturnedField(name, label, text, None if present.strip() == text.strip() else present)


def _label(label: str, place: int, count: int) -> str:
    return f"{label}, {place + 1}" if count > 1 else label

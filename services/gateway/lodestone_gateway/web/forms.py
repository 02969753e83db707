"""A posted form: texts and lists by field name, kept as a draft, and what is wrong, beside its fields."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.wire import JsonObject, WireModel
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.auth import CurrentUser, check_owner
from lodestone_gateway.entity_tags import ABSENT
from lodestone_gateway.fields import Form, given_columns
from lodestone_gateway.lead_magnets.wizard_drafts import DraftToSave, delete_draft, read_draft, save_draft
from lodestone_gateway.parts import Parts
from lodestone_gateway.problems import advice

MAX_FIELDS = 2000
BLANK = ("missing", "enum", "answer_missing")  # how validation names a field that was left empty
NEWER = (
    "This form was changed in another tab or on another device since you opened it. If you send it again,"
    " what is below replaces that."
)
M = TypeVar("M", bound=WireModel)


class Invalid(Exception):
    """An invalid form: a message for each wrong field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def kept_form(part: Any) -> Form:
    """A form as a draft stores it; anything that is not a list of texts is ignored, whoever stored it."""
    kept = part if isinstance(part, dict) else {}
    texts = {name: [values] if isinstance(values, str) else values for name, values in kept.items()}
    return Form({name: found for name, values in texts.items() if (found := _texts(values))})


async def read_kept(engine: AsyncEngine, user_id: UUID, id: UUID, part: str) -> tuple[Form, str]:
    """What was typed into a form and not sent, and the tag of the draft that keeps it."""
    try:
        draft = await read_draft(engine, user_id, id)
    except NotFound:
        return Form({}), ABSENT
    return kept_form(draft.wizard_state.get(part)), draft.tag


async def forget_kept(engine: AsyncEngine, user_id: UUID, id: UUID, known: str) -> None:
    """Deletes the draft of what was sent; what a second tab typed after the `known` tag stays."""
    with contextlib.suppress(NotFound, Conflict):
        await delete_draft(engine, user_id, id, [known] if known else [])


@dataclass(frozen=True)
class Kept:
    """What became of a form that was to be saved as a draft, and the tag of the draft that is there now."""

    tag: str
    unsaved: str = ""  # why it is not saved, in a sentence
    is_newer: bool = False  # because another tab or device has saved another text since


async def keep_draft(
    parts: Parts,
    user: CurrentUser,
    id: UUID,
    part: str,
    fields: dict[str, list[str]],
    *,
    title: str,
    step: int,
    known: str,
) -> Kept:
    """Saves what a form holds as a draft, unless nobody typed anything into it.

    `known` is the tag of the draft that the form was made from; without it the last write wins.
    """
    if known == ABSENT and not any(text.strip() for texts in fields.values() for text in texts):
        return Kept(ABSENT)
    try:
        state = {part: fields}
        body = DraftToSave.model_validate({"wizardState": state, "title": title, "currentStep": step})
        saved = await save_draft(parts.engine, user.id, id, given_columns(body), [known] if known else [])
    except Conflict as refused:
        if "etag" in refused.members:
            return Kept(refused.members["etag"] or ABSENT, NEWER, is_newer=True)
        return Kept(known or ABSENT, refused.message)
    except (InvalidRequest, ValidationError):
        return Kept(known or ABSENT, "It contains characters that cannot be saved.")
    return Kept(saved.tag)


async def read_form(request: Request) -> Form:
    """The form in a request. Raises InvalidRequest if it is not a form, Conflict if it is another user’s."""
    fields: dict[str, list[str]] = {}
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequest("We could not read this form.") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    form = Form(fields)
    check_owner(getattr(request.state, "user", None), form.text("owner"))
    return form


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def validate(model: type[M], values: JsonObject, fields: Iterable[str], messages: dict[str, str]) -> M:
    """The model; raises Invalid with the longest known field of each error, `messages` for blank ones."""
    known = sorted(fields, key=len, reverse=True)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors: dict[str, str] = {}
        for each in error.errors():
            path = ".".join(str(part) for part in each["loc"])
            field = next((name for name in known if path == name or path.startswith(f"{name}.")), path)
            is_blank = each["type"] in BLANK or not str(each["input"]).strip()
            errors.setdefault(field, (is_blank and messages.get(field)) or advice(each))
        raise Invalid(errors) from None

"""A posted form: texts and lists by field name, kept as a draft, and what is wrong, beside its fields."""

from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from lodestone.errors import Conflict, InvalidRequest
from lodestone.wire import JsonObject, WireModel
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import Form, given_columns
from lodestone_gateway.lead_magnets.wizard_drafts import DraftToSave, save_draft
from lodestone_gateway.parts import Parts
from lodestone_gateway.problems import advice

MAX_FIELDS = 2000
BLANK = ("missing", "enum", "answer_missing")  # how validation names a field that was left empty
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


async def keep_draft(
    parts: Parts, user: CurrentUser, id: UUID, state: JsonObject, *, title: str, step: int
) -> str:
    """Saves what a form holds as a draft; returns a sentence if it could not be saved, else an empty text."""
    try:
        body = DraftToSave.model_validate({"wizardState": state, "title": title, "currentStep": step})
        await save_draft(parts.engine, user.id, id, given_columns(body))
    except Conflict as refused:
        return refused.message
    except (InvalidRequest, ValidationError):
        return "It contains characters that cannot be saved."
    return ""


async def read_form(request: Request) -> Form:
    """The form in a request. Raises InvalidRequest if the body is not a form."""
    fields: dict[str, list[str]] = {}
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequest("We could not read this form.") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Form(fields)


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

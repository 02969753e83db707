"""A posted form: texts and lists by field name, and what is wrong with them, beside their fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from lodestone.errors import InvalidRequest
from lodestone.wire import JsonObject, WireModel
from pydantic import ValidationError

from lodestone_gateway.problems import advice

MAX_FIELDS = 2000
BLANK = ("missing", "value_error", "enum")  # how validation names a field that was left empty
M = TypeVar("M", bound=WireModel)


@dataclass(frozen=True)
class Form:
    """The fields of a form; one that is sent several times is a list."""

    fields: dict[str, list[str]]

    def text(self, name: str) -> str:
        """The field, without space around it; empty when it was not sent."""
        return self.fields.get(name, [""])[0].strip()

    def entries(self, name: str) -> list[str]:
        """The entries of a list field; blank ones are left out."""
        return [entry.strip() for entry in self.fields.get(name, []) if entry.strip()]


class Invalid(Exception):
    """A form that cannot be taken: a message for each wrong field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


async def read_form(request: Request) -> Form:
    """The form of a request. Raises InvalidRequest for a body that is none."""
    fields: dict[str, list[str]] = {}
    try:
        body = (await request.body()).decode()
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise InvalidRequest("This form could not be read.") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Form(fields)


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
            is_blank = each["type"] in BLANK
            errors.setdefault(field, (is_blank and messages.get(field)) or advice(each))
        raise Invalid(errors) from None

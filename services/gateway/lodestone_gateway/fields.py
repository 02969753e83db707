"""Fields that several routes' bodies share, what a body may contain, and what it changes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from lodestone.clock import cut
from lodestone.errors import InvalidRequest
from lodestone.wire import JsonObject, RequiredText, WireModel, has_half_pair
from pydantic import AfterValidator, AwareDatetime, Field, model_validator

MAX_TITLE = 200  # characters
UNSTORABLE = "Must not contain the character U+0000, half of a surrogate pair, NaN or infinity."
MAX_DEPTH = 100  # levels of a JSON value that is stored as sent


def _in_utc(time: datetime) -> datetime:
    try:
        return cut(time)
    except OverflowError:
        raise ValueError("must be a time between the years 1 and 9999, UTC") from None


Title = Annotated[RequiredText, Field(max_length=MAX_TITLE)]
"""A lead magnet's title."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its offset."""


@dataclass(frozen=True)
class Form:
    """The fields of a form; one that is sent several times is a list."""

    fields: dict[str, list[str]]

    def text(self, name: str) -> str:
        """The field, without surrounding space; empty if it was not sent."""
        return (self.fields.get(name) or [""])[0].strip()

    def place(self, name: str, length: int) -> int | None:
        """The index that the field names, if it is below the count; else None."""
        text = self.text(name)
        is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(length))
        return int(text) if is_number and int(text) < length else None

    def first_texts(self) -> dict[str, str]:
        """The first value of each field, as it was typed."""
        return {name: values[0] for name, values in self.fields.items()}

    def entries(self, name: str) -> list[str]:
        """The entries of a list field; blank ones are left out."""
        return [entry.strip() for entry in self.fields.get(name, []) if entry.strip()]


class KeptBody(WireModel):
    """A body with parts that are stored as sent, so that only their form is checked."""

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, body: Any) -> Any:
        if isinstance(body, dict):
            message = f"Must not be nested deeper than {MAX_DEPTH} levels."
            errors = [{"field": key, "message": message} for key, value in body.items() if _is_deep(value)]
            if errors:
                raise InvalidRequest(errors=errors)
            check_storable(body, "")
        return body


def given_columns(body: WireModel) -> dict[str, Any]:
    """The fields in the body, by column; JSON values in their wire form."""
    wire = body.to_wire()
    columns: dict[str, Any] = {}
    for name, field in type(body).model_fields.items():
        if name in body.model_fields_set:
            value = getattr(body, name)
            columns[name] = value if isinstance(value, datetime) else wire[field.alias or name]
    return columns


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for whole in level for part in _parts(whole)]
    return bool(level)


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def check_storable(input: JsonObject, prefix: str) -> None:
    """Raises InvalidRequest for values that JSON allows but Postgres does not."""
    errors = [
        {
            "field": prefix + ".".join(path),
            "message": UNSTORABLE,
        }
        for path in _unstorable(input, ())
    ]
    if errors:
        raise InvalidRequest(errors=errors)


def _unstorable(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _unstorable(part, (*path, key)) if _is_storable(key) else iter([path])
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _unstorable(part, (*path, str(index)))
    elif not _is_storable(value):
        yield path


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not has_half_pair(value)
    return not isinstance(value, float) or math.isfinite(value)

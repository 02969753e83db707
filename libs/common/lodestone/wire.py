"""What everything on the wire has in common: camelCase outside, strict for callers, tolerant for events."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from lodestone.clock import cut, format_time

MAX_TEXT = 20_000  # characters of one text (contract, B.23)
MAX_ENTRIES = 50  # entries of one list (contract, B.23)

JsonObject: TypeAlias = dict[str, Any]


class WireModel(BaseModel):
    """Base of all that is sent or stored as JSON; unknown fields are passed over (contract, B.22)."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        extra="ignore",
        frozen=True,
        protected_namespaces=(),
    )

    def to_wire(self) -> JsonObject:
        """The model as a JSON object with camelCase names; empty optional fields stay, as null."""
        return self.model_dump(mode="json", by_alias=True)


def has_half_pair(text: str) -> bool:
    """Whether there is half of a surrogate pair in a text, which is then no text that can be stored."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold the character U+0000")
    if has_half_pair(text):
        raise ValueError("must not hold half of a surrogate pair")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty or only spaces")
    return text


def _decimal_text(value: Decimal) -> str:
    return format(value, "f")


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_storable)]
"""A text of a caller; may be empty. Never changed, only checked."""

RequiredText = Annotated[Text, AfterValidator(_not_blank)]
"""A text of a caller that must say something."""

TextList = Annotated[list[Text], Field(max_length=MAX_ENTRIES)]
"""A list of texts of a caller."""

Written = Annotated[str, AfterValidator(_storable), AfterValidator(_not_blank)]
"""A text that a model wrote and that must say something; no upper bound."""

UtcTime = Annotated[datetime, AfterValidator(cut), PlainSerializer(format_time, return_type=str)]
"""A moment in UTC with milliseconds."""

Usd = Annotated[Decimal, PlainSerializer(_decimal_text, return_type=str)]
"""An amount of US dollars, exact; decimal text on the wire."""

"""What everything on the wire has in common: camelCase outside, strict for callers, tolerant for events."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from lodestone.clock import cut, format_time

MAX_TEXT = 20_000  # characters of one text in a request
MAX_ENTRIES = 50  # entries of one list in a request
MAX_NUMBER = 10**15  # of a figure, positive or negative; JavaScript still counts exactly there
MAX_COUNT = 1_000_000  # of what is counted: points, places, tokens

JsonObject: TypeAlias = dict[str, Any]


class WireModel(BaseModel):
    """Base of all that is sent or stored as JSON; unknown fields are ignored: old clients send some."""

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
    """Whether a text contains half of a surrogate pair, so that it cannot be stored."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    if has_half_pair(text):
        raise ValueError("must not contain half of a surrogate pair")
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
"""A text of a caller that must not be blank."""

TextList = Annotated[list[Text], Field(max_length=MAX_ENTRIES)]
"""A list of texts of a caller."""

Figure: TypeAlias = (
    Annotated[int, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
    | Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]
)
"""A number for calculations; whole ones stay whole on the wire."""


def _countable(number: int) -> int:
    if number > MAX_COUNT:
        raise ValueError(f"must be at most {MAX_COUNT:,}")
    return number


Count = Annotated[int, Field(ge=1), AfterValidator(_countable)]
"""What is counted from 1. The upper bound came later than the published schema, which callers rely on."""

UtcTime = Annotated[datetime, AfterValidator(cut), PlainSerializer(format_time, return_type=str)]
"""A time in UTC with milliseconds."""

Usd = Annotated[Decimal, PlainSerializer(_decimal_text, return_type=str)]
"""An amount of US dollars, exact; decimal text on the wire."""

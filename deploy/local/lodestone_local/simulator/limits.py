"""What each model class may use in a minute, for a provider that limits it."""

from typing import Annotated

from pydantic import Field

from lodestone_local.simulator.faults import ControlModel

PerMinute = Annotated[int, Field(ge=1, le=1_000_000_000)]

_WANTED = (
    "Rate limits are three whole numbers from 1 to 1,000,000,000: requests, input tokens and output tokens"
    " a minute for each model class, such as 50,30000,8000; not {text}."
)


class Limits(ControlModel):
    """The body of `PUT /_sim/limits`."""

    requests: PerMinute
    input_tokens: PerMinute
    output_tokens: PerMinute


def parse_limits(text: str) -> Limits:
    """The limits in a text such as "50,30000,8000". Raises ValueError, with a sentence."""
    parts = text.split(",")
    try:
        return Limits.model_validate(dict(zip(Limits.model_fields, parts, strict=True)))
    except ValueError:
        raise ValueError(_WANTED.format(text=text or "nothing")) from None

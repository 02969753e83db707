"""What calls use of a provider's rate limits, and what the provider's headers say of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

UNLIMITED = 1e12  # a minute, of anything: more than any provider sells
_HEADERS = {"requests": "requests", "input": "input-tokens", "output": "output-tokens"}

Finite = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Amount:
    """Requests, input tokens and output tokens: of a call, or of a limit a minute."""

    requests: Finite = 0.0
    input: Finite = 0.0
    """Without tokens that the provider reads from its cache: they do not count."""
    output: Finite = 0.0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.requests + other.requests, self.input + other.input, self.output + other.output)

    def __sub__(self, other: "Amount") -> "Amount":
        return self + other * -1

    def __mul__(self, factor: float) -> "Amount":
        return Amount(self.requests * factor, self.input * factor, self.output * factor)

    def at_most(self, other: "Amount") -> "Amount":
        """The smaller of both, each by itself."""
        return Amount(
            min(self.requests, other.requests), min(self.input, other.input), min(self.output, other.output)
        )

    def at_least(self, other: "Amount") -> "Amount":
        """The larger of both, each by itself."""
        return (self * -1).at_most(other * -1) * -1

    def most_of(self, other: "Amount") -> float:
        """The largest of the three shares that this is of `other`, which is positive."""
        return max(self.requests / other.requests, self.input / other.input, self.output / other.output)

    @property
    def is_owed(self) -> bool:
        """Whether any of them is below zero."""
        return min(self.requests, self.input, self.output) < 0


NOTHING = Amount()
WITHOUT_LIMIT = Amount(UNLIMITED, UNLIMITED, UNLIMITED)


def told_limits(headers: Mapping[str, str]) -> Amount | None:
    """What the provider says it allows in a minute; None unless it says something usable of all three."""
    return _told(headers, "limit", at_least=1)


def told_rest(headers: Mapping[str, str]) -> Amount | None:
    """What the provider says is left; None likewise.

    Its `reset` is not read: that is when the bucket will be full, not when it takes another call.
    """
    return _told(headers, "remaining", at_least=0)


def _told(headers: Mapping[str, str], what: str, *, at_least: int) -> Amount | None:
    texts = {name: headers.get(f"anthropic-ratelimit-{of}-{what}", "") for name, of in _HEADERS.items()}
    try:
        numbers = {name: float(text) for name, text in texts.items()}
    except ValueError:
        return None
    usable = all(at_least <= number < UNLIMITED for number in numbers.values())  # NaN is not
    return Amount(**numbers) if usable else None

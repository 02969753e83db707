"""What a call used and what that costs. Pure, except for a warning about a model without a price."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import structlog
from genai_prices import Usage, calc_price

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TokenUsage:
    """Tokens as the provider reports them: `input` excludes cached ones."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0  # kept by the provider for an hour


MOST_TOKENS = 100_000_000  # of one call; a larger count is ignored
_COUNTS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_input_tokens",
    "cache_write": "cache_creation_input_tokens",
}


def told_counts(usage: Any) -> dict[str, int]:
    """The usable counts in a provider's usage report, by field of TokenUsage."""
    counts = {name: getattr(usage, told, None) for name, told in _COUNTS.items()}
    return {name: count for name, count in counts.items() if type(count) is int and 0 <= count <= MOST_TOKENS}


def has_price(model: str) -> bool:
    """Whether the price of the model is known."""
    try:
        calc_price(Usage(input_tokens=1), model, provider_id="anthropic")
    except LookupError:
        return False
    return True


def cache_saved_usd(model: str, tokens: TokenUsage) -> Decimal:
    """What the provider's cache saved, in US dollars: what these tokens would cost without it, less what they
    cost. Below zero where writing cost more than reading saved."""
    if not (cached := tokens.cache_read + tokens.cache_write):
        return Decimal(0)
    plain = TokenUsage(input=tokens.input + cached, output=tokens.output)
    return cost_usd(model, plain) - cost_usd(model, tokens)


def cost_usd(model: str, tokens: TokenUsage) -> Decimal:
    """The exact price in US dollars; 0, with a warning, for a model that has no known price."""
    usage = Usage(
        input_tokens=tokens.input + tokens.cache_read + tokens.cache_write,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
        cache_write_1h_tokens=tokens.cache_write,
    )
    try:
        return calc_price(usage, model, provider_id="anthropic").total_price
    except LookupError:
        log.warning("the model has no known price; its calls are booked at 0", model=model)
        return Decimal(0)

"""What an answer says about its user's limits: the `RateLimit` fields of the IETF's draft."""

from collections.abc import Sequence
from uuid import UUID

from lodestone_gateway.rates.limiter import RateLimiter

RATE_HEADERS = ("RateLimit", "RateLimit-Policy")


class RateHeaders:
    """The two fields: what the limits are, and what is left of them."""

    def __init__(self, limiters: Sequence[RateLimiter]) -> None:
        self._limiters = limiters
        rates = [limiter.rate for limiter in limiters]
        policies = ", ".join(f'"{rate.name}";q={rate.amount};w={rate.seconds}' for rate in rates)
        self._policy = (b"ratelimit-policy", policies.encode())

    def of(self, user_id: UUID) -> list[tuple[bytes, bytes]]:
        """For an answer to this user."""
        items = []
        for limiter in self._limiters:
            left, seconds = limiter.left(user_id)
            items.append(f'"{limiter.rate.name}";r={left};t={seconds}')
        return [(b"ratelimit", ", ".join(items).encode()), self._policy]

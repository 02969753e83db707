"""The provider's rate limits: token buckets for each model class, as its documentation describes them.

A bucket holds a minute's worth and refills steadily. A request and its input tokens are counted when the call
begins, without those read from the prompt cache; output tokens are counted as they are written. `max_tokens`
does not count. A call that has begun is never cut, so output may leave its bucket in debt.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lodestone.clock import now

from lodestone_local.simulator.catalog import line_of
from lodestone_local.simulator.limits import Limits
from lodestone_local.simulator.problems import ORGANIZATION_ID

Clock = Callable[[], float]

_MESSAGE = (
    "This request would exceed your organization's rate limit of {most:,} {unit} per minute "
    f"(org: {ORGANIZATION_ID}, model: {{model}}). "
    "For details, refer to: https://docs.claude.com/en/api/rate-limits. "
    "You can see the response headers for current usage. Please reduce the prompt length or the maximum "
    "tokens requested, or try again later. You may also contact sales at https://claude.com/contact-sales "
    "to discuss your options for a rate limit increase."
)
_LOST = 1e-6  # what floating point may lose of a bucket


@dataclass(frozen=True)
class Exceeded:
    """Why a call is refused."""

    message: str
    retry_after_seconds: int


class RateLimits:
    """The buckets of all model classes, full at first."""

    def __init__(self, limits: Limits, clock: Clock = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._classes: dict[str, ClassLimits] = {}

    def of(self, model: str) -> "ClassLimits":
        """The buckets of this model's class."""
        name = line_of(model) or model
        if name not in self._classes:
            self._classes[name] = ClassLimits(self._limits, self._clock)
        return self._classes[name]


class ClassLimits:
    """The three buckets of one model class."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._requests = Bucket("requests", limits.requests, clock)
        self._input = Bucket("input tokens", limits.input_tokens, clock)
        self._output = Bucket("output tokens", limits.output_tokens, clock)

    def exceeded_by(self, model: str, input_tokens: int) -> Exceeded | None:
        """Why a call with so many tokens of uncached input has to wait; None when it need not."""
        wanted = ((self._requests, 1), (self._input, input_tokens), (self._output, 1))
        waits = [(bucket.seconds_until(amount), bucket) for bucket, amount in wanted]
        seconds, bucket = max(waits, key=lambda wait: wait[0])
        if not seconds:
            return None
        message = _MESSAGE.format(most=bucket.most, unit=bucket.unit, model=model)
        return Exceeded(message, math.ceil(seconds))

    def begin(self, input_tokens: int) -> None:
        """Counts a request and its uncached input."""
        self._requests.take(1)
        self._input.take(input_tokens)

    def write(self, output_tokens: int) -> None:
        """Counts output."""
        self._output.take(output_tokens)

    def headers(self) -> dict[str, str]:
        """The headers of an answer that begins now."""
        return {
            **_told("requests", self._requests),
            **_told("input-tokens", self._input),
            **_told("output-tokens", self._output),
            **_told("tokens", self._input, self._output),
        }


class Bucket:
    """Holds up to a minute's worth and refills steadily; empty buckets may go into debt."""

    def __init__(self, unit: str, most: int, clock: Clock) -> None:
        self.unit = unit
        self.most = most
        self._clock = clock
        self._left = float(most)
        self._as_of = clock()

    @property
    def left(self) -> float:
        """What is in it now; less than 0 while it is in debt."""
        moment = self._clock()
        self._left = min(self._left + (moment - self._as_of) * self.most / 60, self.most)
        self._as_of = moment
        return self._left

    def take(self, amount: int) -> None:
        """Takes that much, even from an empty bucket."""
        self._left = self.left - amount

    def seconds_until(self, amount: int) -> float:
        """How long until it holds that much; at least 1 s for more than it can ever hold."""
        if amount > self.most:
            return max(self.seconds_until(self.most), 1.0)
        missing = amount - self.left
        return missing * 60 / self.most if missing > _LOST else 0.0


def _told(name: str, *buckets: Bucket) -> dict[str, str]:
    """The headers of one limit: the sum of these buckets. Tokens are rounded to thousands."""
    left = sum(max(bucket.left, 0.0) for bucket in buckets)
    full = now() + timedelta(seconds=math.ceil(max(bucket.seconds_until(bucket.most) for bucket in buckets)))
    prefix = f"anthropic-ratelimit-{name}"
    return {
        f"{prefix}-limit": str(sum(bucket.most for bucket in buckets)),
        f"{prefix}-remaining": str(int(left if name == "requests" else round(left, -3))),
        f"{prefix}-reset": full.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }

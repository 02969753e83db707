"""A circuit breaker for each model: while the provider is down, a call is refused before it is announced.

    closed ──(THRESHOLD outages in a row)──► open ──(rest over)──► half-open: one probe, the others refused
      ▲                                        ▲                        │
      └───────(the probe's reply began)────────┼────────────────────────┤
                                               └────(the probe failed)──┘

What is refused looks to its job like an overload: the attempt does not count, and the job waits without a
slot.
"""

import time
from types import TracebackType
from typing import Self

from prometheus_client import Counter, Gauge

from lodestone.errors import AttemptFailed, ProviderUnavailable

THRESHOLD = 8  # more than the calls that one job makes side by side
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 2.0, 10.0  # doubling with each probe that fails
SPREAD_SECONDS = 0.05  # by so much later than the one before is each refused call told to come back
LONGEST_SPREAD_SECONDS = 20.0

is_open = Gauge(
    "lodestone_llm_breaker_open", "1 while calls of the model are refused", ["gen_ai_request_model"]
)
refused = Counter(
    "lodestone_llm_refused_calls_total", "Calls that an open breaker refused", ["gen_ai_request_model"]
)


class Breaker:
    """Of one model in one process."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._outages = 0  # in a row
        self._rests = 0  # since it was last closed for good
        self._open_until = 0.0
        self._refused = 0  # since it opened
        self._probe: Passage | None = None
        self._era = 0  # raised when it opens: what was called before tells nothing about after
        is_open.labels(model).set(0)

    def passage(self) -> "Passage":
        """For one call. Raises ProviderUnavailable with the time to come back when none may be made."""
        wait = self._open_until - time.monotonic()
        if self._outages < THRESHOLD:
            return Passage(self, self._era)
        if wait <= 0 and self._probe is None:
            self._probe = Passage(self, self._era)
            return self._probe
        self._refused += 1
        refused.labels(self._model).inc()
        spread = min(self._refused * SPREAD_SECONDS, LONGEST_SPREAD_SECONDS)
        rest = max(wait, FIRST_REST_SECONDS) + spread
        raise ProviderUnavailable(detail=f"calls of {self._model} rest", retry_after_seconds=rest)

    def on_begun(self, passage: "Passage") -> None:
        """The provider began to answer: a probe need not end before others may pass."""
        if passage is self._probe:
            self._probe = None
            self._outages = THRESHOLD - 1  # on probation: the next outage opens it again
            is_open.labels(self._model).set(0)

    def on_end(self, passage: "Passage", error: BaseException | None, has_begun: bool) -> None:
        """The call is over, in whatever way."""
        if passage is self._probe:
            self._probe = None  # the next call may be the probe, should this one have told nothing
        if passage.era != self._era:
            return
        if isinstance(error, ProviderUnavailable):
            self._outages += 1
            if self._outages >= THRESHOLD:
                self._open(error.retry_after_seconds or 0.0)
        elif has_begun and (error is None or isinstance(error, AttemptFailed)):
            self._outages = self._rests = 0

    def _open(self, asked_seconds: float) -> None:
        rest = max(FIRST_REST_SECONDS * 2.0 ** min(self._rests, 10), asked_seconds)
        self._open_until = time.monotonic() + min(rest, LONGEST_REST_SECONDS)
        self._rests += 1
        self._refused = 0
        self._era += 1
        is_open.labels(self._model).set(1)


class Passage:
    """One call through a breaker, as a context: how the block ends is what the breaker learns."""

    def __init__(self, breaker: Breaker, era: int) -> None:
        self.era = era
        self._breaker = breaker
        self._has_begun = False

    def on_begun(self) -> None:
        """The provider began to answer."""
        self._has_begun = True
        self._breaker.on_begun(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._breaker.on_end(self, error, self._has_begun)


class Breakers(dict[str, Breaker]):
    """A breaker for each model that is asked."""

    def __missing__(self, model: str) -> Breaker:
        self[model] = Breaker(model)
        return self[model]

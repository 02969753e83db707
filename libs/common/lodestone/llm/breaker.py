"""A circuit breaker for each model: while the provider is down, a call is refused before it is announced.

    closed ──(THRESHOLD outages in a row)──► open ──(time over)──► half-open: one probe, the others refused
      ▲                                        ▲                        │
      └───────(the probe's reply began)────────┼────────────────────────┤
                                               └────(the probe failed)──┘

A refused call looks like an overload to its job: the attempt does not count, and the job waits without
holding a slot.
"""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import TracebackType
from typing import Self

from prometheus_client import Counter, Gauge

from lodestone.errors import AttemptFailed, ProviderUnavailable

THRESHOLD = 8  # more than the calls that one job makes in parallel
FIRST_OPEN_SECONDS, LONGEST_OPEN_SECONDS = 2.0, 5.0  # doubling with each probe that fails
SPREAD_SECONDS = 0.05  # each refused call comes back this much later than the one before it
LONGEST_SPREAD_SECONDS = 20.0

is_open = Gauge(
    "lodestone_llm_breaker_open", "1 while calls to the model are refused", ["gen_ai_request_model"]
)
refused = Counter(
    "lodestone_llm_refused_calls_total", "Calls that an open breaker refused", ["gen_ai_request_model"]
)


class State(StrEnum):
    """Of a breaker."""

    CLOSED = "closed"  # every call may be made
    OPEN = "open"  # none may
    HALF_OPEN = "half_open"  # one probe may; the others are refused until it is answered


class Breaker:
    """The breaker of one model in one process."""

    def __init__(self, model: str, on_recovered: Callable[[str], object] = lambda model: None) -> None:
        """`on_recovered` is called with the model when it answers again after an outage."""
        self._model = model
        self._on_recovered = on_recovered
        self._outages = 0  # in a row
        self._openings = 0  # since it was last closed for good
        self._open_until = 0.0
        self._refused = 0  # since it opened
        self._probe: Permit | None = None
        self._generation = 0  # raised when it opens: calls made before prove nothing about the time after
        is_open.labels(model).set(0)

    @property
    def state(self) -> State:
        """Whether calls may be made now."""
        if self._outages < THRESHOLD:
            return State.CLOSED
        return State.HALF_OPEN if time.monotonic() >= self._open_until else State.OPEN

    def acquire(self) -> "Permit":
        """The permit for one call. Raises ProviderUnavailable, with the time to wait, when it is refused."""
        state = self.state
        if state is State.CLOSED:
            return Permit(self, self._generation)
        if state is State.HALF_OPEN and self._probe is None:
            self._probe = Permit(self, self._generation)
            return self._probe
        self._refused += 1
        refused.labels(self._model).inc()
        spread = min(self._refused * SPREAD_SECONDS, LONGEST_SPREAD_SECONDS)
        wait = max(self._open_until - time.monotonic(), FIRST_OPEN_SECONDS) + spread
        raise ProviderUnavailable(detail=f"calls to {self._model} are paused", retry_after_seconds=wait)

    def on_begun(self, permit: "Permit") -> None:
        """The provider began to answer: other calls need not wait for the end of a probe."""
        if permit is self._probe:
            self._probe = None
            self._outages = THRESHOLD - 1  # on probation: the next outage opens it again
            is_open.labels(self._model).set(0)
            self._on_recovered(self._model)

    def on_end(self, permit: "Permit", error: BaseException | None, has_begun: bool) -> None:
        """The call is over, however it ended."""
        if permit is self._probe:
            self._probe = None  # the next call may be the probe if this one proved nothing
        if permit.generation != self._generation:
            return
        if isinstance(error, ProviderUnavailable):
            self._outages += 1
            if self._outages >= THRESHOLD:
                self._open(error.retry_after_seconds or 0.0)
        elif has_begun and (error is None or isinstance(error, AttemptFailed)):
            self._outages = self._openings = 0

    def _open(self, asked_seconds: float) -> None:
        rest = max(FIRST_OPEN_SECONDS * 2.0 ** min(self._openings, 10), asked_seconds)
        self._open_until = time.monotonic() + min(rest, LONGEST_OPEN_SECONDS)
        self._openings += 1
        self._refused = 0
        self._generation += 1
        is_open.labels(self._model).set(1)


class Permit:
    """One call through a breaker, as a context: how the block ends is what the breaker learns."""

    def __init__(self, breaker: Breaker, generation: int) -> None:
        self.generation = generation
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
    """A breaker for each model."""

    def __init__(self, on_recovered: Callable[[str], object] = lambda model: None) -> None:
        super().__init__()
        self._on_recovered = on_recovered

    @property
    def states(self) -> Mapping[str, State]:
        """By model, of those that were called."""
        return {model: breaker.state for model, breaker in self.items()}

    def __missing__(self, model: str) -> Breaker:
        self[model] = Breaker(model, self._on_recovered)
        return self[model]

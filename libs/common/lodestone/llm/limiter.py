"""The provider's rate limits, kept by all processes together: one gate for each class of models.

A call reserves what it will probably use before it is made, and is corrected when it is over.
"""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from weakref import WeakSet

from lodestone.errors import AttemptFailed, ProviderLimited
from lodestone.llm.amounts import NOTHING, WITHOUT_LIMIT, Amount
from lodestone.llm.estimates import Estimates, Kind
from lodestone.llm.gate import Gate, GateState
from lodestone.llm.leases import Leases, OwnShelf, Shelf
from lodestone.llm.ledger import CallLedger, CallResult, CallStart

_LINE = re.compile(r"claude-[a-z]+(?=-)")
_NO_LIMITS: Mapping[str, Amount] = {}


def class_of(model: str, classes: Mapping[str, object]) -> str:
    """The class whose limits a model shares: the longest name of `classes` that begins the model's name, or
    else its line, such as `claude-sonnet`."""
    named = [name for name in classes if model == name or model.startswith(f"{name}-")]
    line = _LINE.match(model)
    return max(named, key=len, default=line[0] if line else model)


class Limiter:
    """The gates of one process."""

    def __init__(self, limits: Mapping[str, Amount] = _NO_LIMITS, shelf: Shelf | None = None) -> None:
        """`limits` are those in the settings, a minute, by class; the others are learnt from the provider's
        answers. Without a shelf the process shares its limits with no other."""
        self._limits = limits
        self._shelf = shelf or OwnShelf()
        self._gates: dict[str, Gate] = {}
        self._estimates = Estimates()
        self._under_way: WeakSet[CallLedger] = WeakSet()  # attempts that have made a call

    async def enter(self, ledger: CallLedger, call: CallStart) -> "Share":
        """Waits until the limits allow the call. Raises ProviderLimited when that takes too long."""
        kind = Kind(ledger.job_type, call.model, call.max_tokens)
        cost = self._estimates.of(kind, call.input_tokens)
        gate = self._gate(call.model)
        await gate.enter(cost, is_under_way=ledger in self._under_way)
        self._under_way.add(ledger)
        return Share(gate, self._estimates, kind, call.input_tokens, cost)

    def on_recovered(self, model: str) -> None:
        """The provider answers calls to this model again after an outage."""
        self._gate(model).on_recovered()

    @property
    def states(self) -> Mapping[str, GateState]:
        """By class of models, of those that were called."""
        return {name: gate.state for name, gate in self._gates.items()}

    async def close(self) -> None:
        """Lets nobody pass any more."""
        for gate in self._gates.values():
            await gate.close()

    def _gate(self, model: str) -> Gate:
        name = class_of(model, self._limits)
        if name not in self._gates:
            wanted = self._limits.get(name, WITHOUT_LIMIT)
            self._gates[name] = Gate(name, Leases(name, wanted, self._shelf))
        return self._gates[name]


class Share:
    """One call's part of the limits, as a context: what it did not use is given back at its end."""

    def __init__(
        self, gate: Gate, estimates: Estimates, kind: Kind, prompt_tokens: int, reserved: Amount
    ) -> None:
        self._gate = gate
        self._estimates = estimates
        self._kind = kind
        self._prompt_tokens = prompt_tokens
        self._reserved = reserved
        self._used = NOTHING  # a call that was not made uses nothing

    def hear(self, headers: Mapping[str, str]) -> None:
        """Takes in the headers of the call's answer."""
        self._gate.hear(headers)

    def on_failed(self, failure: AttemptFailed, headers: Mapping[str, str]) -> None:
        """The call failed, with these headers where the provider answered with an error."""
        self._gate.hear(headers)
        if isinstance(failure, ProviderLimited):
            self._gate.on_refused(failure.retry_after_seconds)

    def settle(self, result: CallResult) -> None:
        """The call was made and is over."""
        self._used = Amount(1, result.input_tokens + result.cache_write_tokens, result.output_tokens)
        if not result.estimated and result.output_tokens:
            self._estimates.learn(self._kind, self._prompt_tokens, self._used)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gate.hold(self._reserved - self._used)

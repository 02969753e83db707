"""What this process knows of the provider, as its heartbeat tells it. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from lodestone.bus.heartbeat import MOST_TOLD, LimitState, ModelState, ProviderState
from lodestone.llm.amounts import UNLIMITED
from lodestone.llm.breaker import State
from lodestone.llm.gate import GateState


def provider_state(breakers: Mapping[str, State], gates: Mapping[str, GateState]) -> ProviderState:
    """Of the models that were called; what a message has no room for is left out."""
    models = [ModelState(model=model, breaker=state) for model, state in breakers.items()]
    limits = [_limits(name, state) for name, state in gates.items()]
    return ProviderState(models=models[:MOST_TOLD], limits=limits[:MOST_TOLD])


def _limits(model_class: str, state: GateState) -> LimitState:
    limits, closed = state.limits, state.closed_until
    return LimitState(
        model_class=model_class,
        requests=_known(limits.requests),
        input_tokens=_known(limits.input),
        output_tokens=_known(limits.output),
        waiting=state.waiting,
        closed_until=datetime.fromtimestamp(closed, UTC) if closed else None,
        is_alone=state.is_alone,
    )


def _known(limit: float) -> float | None:
    return limit if limit < UNLIMITED else None

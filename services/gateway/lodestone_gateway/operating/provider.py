"""What the processes of the services say of the provider: breakers, and limits that they share. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lodestone.bus.heartbeat import LimitState
from lodestone.wire import UtcTime, WireModel

from lodestone_gateway.operating.services import Service

OPEN, HALF_OPEN = "open", "half_open"


class ModelBreakers(WireModel):
    """A model and how many processes have called it.

    In `open` of them calls are refused, in `halfOpen` only a probe is let through; `openIn` are their
    services.
    """

    model: str
    processes: int
    open: int
    half_open: int
    open_in: list[str]


class ClassLimits(WireModel):
    """The provider's limits a minute of a class of models, which all processes share.

    They are null where no process knows any. `waiting` calls wait for their share; `closedUntil` is when the
    provider wants the next call, null if it wants them now; `alone` processes cannot reach what is shared.
    """

    model_class: str
    requests: float | None
    input_tokens: float | None
    output_tokens: float | None
    waiting: int
    closed_until: UtcTime | None
    alone: int


class ProviderReport(WireModel):
    """What the living processes say of the provider; `silent` of them do not, since their release is older.

    Models and classes are those that one of them has called.
    """

    models: list[ModelBreakers]
    limits: list[ClassLimits]
    silent: int


def report_of(services: Iterable[Service], at: datetime) -> ProviderReport:
    """What they say at that time."""
    alive = [
        (each.name, process.provider) for each in services for process in each.processes if process.is_alive
    ]
    models: dict[str, list[tuple[str, str]]] = {}
    limits: dict[str, list[LimitState]] = {}
    for service, said in alive:
        for model in said.models if said else ():
            models.setdefault(model.model, []).append((service, model.breaker))
        for each in said.limits if said else ():
            limits.setdefault(each.model_class, []).append(each)
    return ProviderReport(
        models=[_breakers(model, found) for model, found in sorted(models.items())],
        limits=[_limits(name, found, at) for name, found in sorted(limits.items())],
        silent=sum(said is None for _, said in alive),
    )


def _breakers(model: str, found: Sequence[tuple[str, str]]) -> ModelBreakers:
    states = [state for _, state in found]
    return ModelBreakers(
        model=model,
        processes=len(found),
        open=states.count(OPEN),
        half_open=states.count(HALF_OPEN),
        open_in=sorted({service for service, state in found if state in (OPEN, HALF_OPEN)}),
    )


def _limits(name: str, found: Sequence[LimitState], at: datetime) -> ClassLimits:
    closed = [each.closed_until for each in found if each.closed_until and each.closed_until > at]
    return ClassLimits(
        model_class=name,
        requests=_least(each.requests for each in found),
        input_tokens=_least(each.input_tokens for each in found),
        output_tokens=_least(each.output_tokens for each in found),
        waiting=sum(each.waiting for each in found),
        closed_until=max(closed, default=None),
        alone=sum(each.is_alone for each in found),
    )


def _least(limits: Iterable[float | None]) -> float | None:
    """Whoever has not called for long has not heard of lower ones."""
    return min((each for each in limits if each is not None), default=None)

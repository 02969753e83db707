"""What operators are told of the provider: what each living process says of it, together."""

from datetime import timedelta
from typing import Any

from lodestone.bus.heartbeat import LimitState, ModelState, ProviderState
from lodestone.clock import now
from lodestone_gateway.operating.provider import ModelBreakers, ProviderReport, report_of
from lodestone_gateway.operating.services import Service, ServiceProcess

NOW = now()
SOON = NOW + timedelta(seconds=20)


def limits(**known: Any) -> LimitState:
    nothing = {"requests": None, "input_tokens": None, "output_tokens": None, "closed_until": None}
    return LimitState(**{**nothing, "model_class": "sonnet", "waiting": 0, "is_alone": False, **known})


def process(*limits: LimitState, is_alive: bool = True, **breakers: str) -> ServiceProcess:
    models = [ModelState(model=model, breaker=state) for model, state in breakers.items()]
    return ServiceProcess(
        worker_id="w",
        slots=4,
        running=0,
        is_alive=is_alive,
        started_at=NOW,
        seen_at=NOW,
        provider=ProviderState(models=models, limits=list(limits)),
    )


def report(**services: list[ServiceProcess]) -> ProviderReport:
    return report_of(
        (
            Service(name=name, is_running=True, backlog=0, processes=processes, job_types=[])
            for name, processes in services.items()
        ),
        NOW,
    )


def test_a_breaker_is_told_with_how_many_refuse_calls_and_where() -> None:
    found = report(
        content=[process(sonnet="open"), process(sonnet="closed", haiku="closed")],
        polish=[process(sonnet="half_open"), process(sonnet="open", is_alive=False)],
    )

    assert found.models == [
        ModelBreakers(model="haiku", processes=1, open=0, half_open=0, open_in=[]),
        ModelBreakers(model="sonnet", processes=3, open=1, half_open=1, open_in=["content", "polish"]),
    ]


def test_the_limits_are_the_lowest_that_anybody_has_heard_of() -> None:
    [found] = report(
        content=[process(limits(requests=60.0, input_tokens=900.0, waiting=3))],
        polish=[process(limits(requests=50.0, waiting=2, is_alone=True, closed_until=SOON))],
    ).limits

    assert (found.requests, found.input_tokens, found.output_tokens) == (50, 900, None)
    assert (found.waiting, found.alone, found.closed_until) == (5, 1, SOON)


def test_a_pause_that_is_over_is_not_told() -> None:
    [found] = report(content=[process(limits(closed_until=NOW - timedelta(seconds=1)))]).limits

    assert found.closed_until is None


def test_a_process_that_says_nothing_is_counted() -> None:
    older = process().model_copy(update={"provider": None})

    assert report(content=[older, process()]) == ProviderReport(models=[], limits=[], silent=1)

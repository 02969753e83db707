"""A fleet of processes that shares a provider's limits, minute by minute on virtual time."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from typing import Any, cast

import pytest
from lodestone.errors import ProviderLimited, ProviderUnavailable
from lodestone.events import Outcome
from lodestone.ids import new_id
from lodestone.jobs.posts import POSTS
from lodestone.llm.amounts import Amount
from lodestone.llm.buckets import BURST_SECONDS, RAMP_SECONDS
from lodestone.llm.estimates import Estimates, Kind
from lodestone.llm.gate import LONGEST_SECONDS, PATIENCE_SECONDS, Gate
from lodestone.llm.leases import Leases, OwnShelf
from lodestone.llm.ledger import CallResult
from lodestone.llm.limiter import Limiter, Share, class_of
from lodestone.worker.testing import MemoryContext
from support.limited_fleet import (
    CLASS,
    OUTPUT,
    PROMPT,
    START,
    Fleet,
    LimitedProvider,
    SlowShelf,
    virtual_time,
)
from support.waiting import let_pass

BY_REQUESTS = Amount(600, 10_000_000, 10_000_000)
BY_INPUT = Amount(100_000, 600 * PROMPT, 10_000_000)
BY_OUTPUT = Amount(100_000, 10_000_000, 600 * OUTPUT)
ENDLESS = 5_000  # more jobs than any limit lets through


def run(work: Callable[["Time"], Coroutine[Any, Any, None]]) -> None:
    """Runs it on virtual time."""
    with virtual_time() as loop:
        loop.run_until_complete(work(loop.time))


Time = Callable[[], float]


def attempt() -> MemoryContext:
    return MemoryContext(POSTS)


def used_share(provider: LimitedProvider, seconds: float) -> float:
    """How much of the scarcest limit was used, of what comes in that time."""
    return (provider.used * (60 / seconds)).most_of(provider.limits)


@pytest.mark.parametrize("limits", [BY_REQUESTS, BY_INPUT, BY_OUTPUT])
@pytest.mark.parametrize("is_set", [True, False])
def test_a_fleet_uses_what_there_is_and_is_hardly_ever_refused(limits: Amount, is_set: bool) -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(limits, time)
        fleet = Fleet(provider, SlowShelf(), processes=8, slots=8, limits={CLASS: limits} if is_set else {})

        await fleet.work(ENDLESS, seconds=90)

        assert len(provider.refused) <= 0.01 * len(provider.answered)
        assert used_share(provider, 90) >= 0.9
        assert fleet.handed_back, "those that found no room gave their slots back"

    run(work)


def test_a_limit_of_a_call_every_few_seconds_is_kept_as_well() -> None:
    async def work(time: Time) -> None:
        limits = Amount(20, 50_000, 20_000)
        provider = LimitedProvider(limits, time)
        fleet = Fleet(provider, SlowShelf(), processes=8, slots=4, limits={CLASS: limits})

        await fleet.work(ENDLESS, seconds=300)

        assert not provider.refused
        assert used_share(provider, 300) >= 0.9

    run(work)


def test_an_idle_process_leaves_everything_to_a_busy_one() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        fleet = Fleet(provider, SlowShelf(), processes=8, limits={CLASS: BY_REQUESTS})
        fleet.limiters = fleet.limiters[:1] * 8  # one process has all the slots

        await fleet.work(ENDLESS, seconds=60)

        assert used_share(provider, 60) >= 0.9

    run(work)


def test_most_calls_ask_nobody() -> None:
    async def work(time: Time) -> None:
        provider, shelf = LimitedProvider(Amount(4_000, 10_000_000, 10_000_000), time), SlowShelf()
        fleet = Fleet(provider, shelf, processes=2, slots=20, limits={CLASS: provider.limits})

        await fleet.work(600, seconds=120)

        assert fleet.done == 600
        assert not fleet.handed_back
        assert shelf.asked < 600 / 5

    run(work)


def test_a_job_that_has_to_wait_is_told_for_how_long_and_they_come_one_after_the_other() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        fleet = Fleet(provider, SlowShelf(), processes=4, limits={CLASS: BY_REQUESTS})

        await fleet.work(600, seconds=300)

        assert fleet.done == 600
        assert max(fleet.waits) <= 1 + 1 + LONGEST_SECONDS
        assert fleet.handed_back < 4 * 600, "who comes again usually finds room soon"

    run(work)


def test_a_call_of_an_attempt_that_paid_for_another_goes_first() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(Amount(60, 10_000_000, 10_000_000), time)
        fleet = Fleet(provider, SlowShelf(), processes=1, limits={CLASS: provider.limits})
        (limiter,) = fleet.limiters
        begun = attempt()
        await fleet.call(limiter, begun)
        others = [asyncio.create_task(fleet.call(limiter)) for _ in range(10)]
        await let_pass(0.1)

        before = len(provider.answered)

        with await limiter.enter(begun, START):
            assert len(provider.answered) == before, "none of those who came earlier and still waited"

        await asyncio.gather(*others, return_exceptions=True)
        await limiter.close()

    run(work)


def test_a_process_that_dies_costs_the_others_nothing() -> None:
    async def work(time: Time) -> None:
        provider, shelf = LimitedProvider(BY_REQUESTS, time), SlowShelf()
        doomed = Fleet(provider, shelf, processes=4, limits={CLASS: BY_REQUESTS})
        await doomed.work(ENDLESS, seconds=30)
        before = provider.used
        left = Fleet(provider, shelf, processes=4, limits={CLASS: BY_REQUESTS})

        await left.work(ENDLESS, seconds=60)

        assert (provider.used - before).requests >= 0.9 * BY_REQUESTS.requests

    run(work)


def test_when_the_shared_limits_are_away_all_go_on_and_never_above_the_limit() -> None:
    async def work(time: Time) -> None:
        provider, shelf = LimitedProvider(BY_REQUESTS, time), SlowShelf()
        fleet = Fleet(provider, shelf, processes=8, limits={CLASS: BY_REQUESTS})
        working = asyncio.create_task(fleet.work(ENDLESS, seconds=240))
        await let_pass(60)
        shelf.is_away, before = True, provider.used
        await let_pass(120)
        alone = provider.used - before
        shelf.is_away, before = False, provider.used
        await working

        assert 0.6 * 2 <= alone.requests / BY_REQUESTS.requests <= 2 + 2 * BURST_SECONDS / 60
        assert (provider.used - before).requests >= 0.8 * BY_REQUESTS.requests, "it is found again"

    run(work)


@pytest.mark.parametrize(("seconds", "least"), [(0.05, 0.9), (0.4, 0.2)])
def test_a_slow_bus_lets_less_through_and_never_more(seconds: float, least: float) -> None:
    async def work(time: Time) -> None:
        provider, shelf = LimitedProvider(BY_REQUESTS, time), SlowShelf(seconds)
        fleet = Fleet(provider, shelf, processes=4, limits={CLASS: BY_REQUESTS})

        await fleet.work(ENDLESS, seconds=60)

        assert not provider.refused
        assert used_share(provider, 60) >= least

    run(work)


def test_after_an_outage_the_fleet_ramps_up_and_has_its_full_speed_within_ten_seconds() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        fleet = Fleet(provider, SlowShelf(), processes=8, limits={CLASS: BY_REQUESTS})
        working = asyncio.create_task(fleet.work(ENDLESS, seconds=100))
        await let_pass(60)
        for limiter in fleet.limiters:
            limiter.on_recovered("claude-sonnet-5-5")
        back = time()
        await working

        def answered(since: float, until: float) -> int:
            return sum(back + since <= at < back + until for at in provider.answered)

        full = BY_REQUESTS.requests / 60
        assert answered(0, 1) <= full * 0.5
        assert answered(RAMP_SECONDS, 10) >= 0.8 * full * (10 - RAMP_SECONDS)
        assert answered(10, 30) >= 0.9 * full * 20

    run(work)


def lies(**told: str) -> Callable[[dict[str, str]], dict[str, str]]:
    """Headers with other texts in them."""

    def edit(headers: dict[str, str]) -> dict[str, str]:
        for name in headers:
            for word, text in told.items():
                if name.endswith(word):
                    headers[name] = text
        return headers

    return edit


@pytest.mark.parametrize(
    ("edit", "least"),
    [
        (lies(limit="1000000000"), 0.9),
        (lies(limit="-5", remaining="nan"), 0.9),
        (lies(remaining="1e999"), 0.9),
        (lies(remaining="0"), 0.8),
        (lies(limit="1"), 0.09),  # believed down to a tenth of what is set
        (lambda headers: {}, 0.9),
    ],
)
def test_headers_that_lie_or_are_missing_neither_overrun_the_limit_nor_stop_the_work(
    edit: Callable[[dict[str, str]], dict[str, str]], least: float
) -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        provider.edit = edit
        fleet = Fleet(provider, SlowShelf(), processes=8, limits={CLASS: BY_REQUESTS})

        await fleet.work(ENDLESS, seconds=60)

        assert len(provider.refused) <= 0.01 * len(provider.answered)
        assert used_share(provider, 60) >= least

    run(work)


def test_a_limit_that_jumps_down_is_followed_and_one_that_jumps_up_too() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        fleet = Fleet(provider, SlowShelf(), processes=4, limits={})
        working = asyncio.create_task(fleet.work(ENDLESS, seconds=180))
        await let_pass(60)
        provider.limits = BY_REQUESTS * 0.5
        refused, used = len(provider.refused), provider.used
        await let_pass(60)
        assert len(provider.refused) - refused <= 0.02 * (provider.used - used).requests
        provider.limits, used = BY_REQUESTS, provider.used
        await working

        assert (provider.used - used).requests >= 0.85 * BY_REQUESTS.requests

    run(work)


def test_without_any_limit_nobody_waits() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(Amount(1e9, 1e9, 1e9), time, tells=False)
        fleet = Fleet(provider, SlowShelf(), processes=2, limits={})

        await fleet.work(320, seconds=60)

        assert (fleet.done, fleet.handed_back) == (320, 0)
        assert time() < 50

    run(work)


def test_a_call_that_was_not_made_gives_everything_back() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(Amount(60, 10_000_000, 10_000_000), time)
        fleet = Fleet(provider, SlowShelf(), processes=1, limits={CLASS: provider.limits})
        (limiter,) = fleet.limiters

        for _ in range(20):
            with await limiter.enter(attempt(), START):
                pass

        assert time() < 1
        await limiter.close()

    run(work)


def test_a_caller_that_leaves_as_it_is_let_in_takes_nothing_with_it() -> None:
    async def work(time: Time) -> None:
        gate = Gate(CLASS, Leases(CLASS, Amount(1, 1, 1), OwnShelf()))
        leaving = asyncio.create_task(gate.enter(Amount(1), is_under_way=False))
        await asyncio.sleep(0)  # it waits
        await asyncio.sleep(0)  # it is let in, and does not know yet
        leaving.cancel()
        await asyncio.wait([leaving])
        assert leaving.cancelled()

        await gate.enter(Amount(1), is_under_way=False)

        assert time() == 0
        await gate.close()

    run(work)


def test_a_refusal_without_a_time_to_wait_makes_a_pause() -> None:
    async def work(time: Time) -> None:
        provider = LimitedProvider(BY_REQUESTS, time)
        limiter = Limiter({CLASS: BY_REQUESTS}, SlowShelf())
        with await limiter.enter(attempt(), START) as share:
            share.on_failed(ProviderLimited(), {})

        with pytest.raises(ProviderLimited) as caught:
            await limiter.enter(attempt(), START)

        assert caught.value.retry_after_seconds is not None
        assert caught.value.retry_after_seconds > PATIENCE_SECONDS
        assert not provider.answered
        await limiter.close()

    run(work)


def test_a_call_is_corrected_by_what_counts_of_its_use() -> None:
    """What the provider reads from its cache does not."""
    held, estimates = Held(), Estimates()
    with Share(cast(Gate, held), estimates, KIND, 1_000, Amount(1, 1_000, 500)) as share:
        share.settle(used(input=100, cache_write=50, cache_read=900, output=700))

    assert held.amount == Amount(0, 850, -200)
    assert estimates.of(KIND, 1_000).output > Estimates().of(KIND, 1_000).output - 100
    assert estimates.of(KIND, 1_000).input < 1_000


def test_a_use_that_nobody_told_teaches_nothing() -> None:
    for result in (used(estimated=True), used(output=0)):
        estimates = Estimates()
        with Share(cast(Gate, Held()), estimates, KIND, 1_000, Amount(1, 1_000, 500)) as share:
            share.settle(result)

        assert estimates.of(KIND, 1_000) == Estimates().of(KIND, 1_000)


def test_a_failed_call_tells_what_its_headers_say_and_that_it_was_refused() -> None:
    for failure, refused in ((ProviderLimited(retry_after_seconds=7.0), [7.0]), (ProviderUnavailable(), [])):
        held = Held()
        with Share(cast(Gate, held), Estimates(), KIND, 1_000, Amount(1, 1_000, 500)) as share:
            share.on_failed(failure, {"said": "something"})

        assert (held.heard, held.refused) == ([{"said": "something"}], refused)
        assert held.amount == Amount(1, 1_000, 500)


class Held:
    """A gate that notes what it gets back and hears."""

    amount: Amount | None = None

    def __init__(self) -> None:
        self.heard: list[Mapping[str, str]] = []
        self.refused: list[float | None] = []

    def hear(self, headers: Mapping[str, str]) -> None:
        """Notes it."""
        self.heard.append(headers)

    def on_refused(self, seconds: float | None) -> None:
        """Notes it."""
        self.refused.append(seconds)

    def hold(self, amount: Amount) -> None:
        """Notes it."""
        self.amount = amount


KIND = Kind("posts", "claude-sonnet-5-5", 16_000)


def used(
    *, input: int = 10, cache_write: int = 0, cache_read: int = 0, output: int = 10, estimated: bool = False
) -> CallResult:
    return CallResult(
        call_id=new_id(),
        request_id=None,
        input_tokens=input,
        output_tokens=output,
        cache_read_tokens=cache_read,
        cache_write_tokens=cache_write,
        cost_usd=Decimal(0),
        cache_saved_usd=Decimal(0),
        outcome=Outcome.USED,
        estimated=estimated,
    )


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-sonnet-5-5", "claude-sonnet"),
        ("claude-haiku-5-5", "claude-haiku-5"),
        ("claude-haiku-4-5", "claude-haiku"),
        ("claude-opus-5", "claude-opus-5"),
        ("claude-opus-55", "claude-opus"),
        ("somebody-elses", "somebody-elses"),
    ],
)
def test_models_of_one_class_share_its_limits(model: str, name: str) -> None:
    assert class_of(model, {"claude-haiku-5": 1, "claude-haiku": 1, "claude-opus-5": 1}) == name

"""Costs are exact, and an unknown price does not stop a job."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm.usage import TokenUsage, cache_saved_usd, cost_usd

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        (TokenUsage(input=MILLION), "2"),
        (TokenUsage(output=MILLION), "10"),
        (TokenUsage(cache_read=MILLION), "0.1"),
        (TokenUsage(cache_write=MILLION), "4"),
        (TokenUsage(), "0"),
    ],
)
def test_each_kind_of_token_has_its_price(tokens: TokenUsage, dollars: str) -> None:
    cost = cost_usd("claude-sonnet-5-5", tokens)

    assert cost == Decimal(dollars)


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_cost_of_a_call_is_the_sum_of_its_parts(
    input: int, output: int, cache_read: int, cache_write: int
) -> None:
    parts = (
        TokenUsage(input=input),
        TokenUsage(output=output),
        TokenUsage(cache_read=cache_read),
        TokenUsage(cache_write=cache_write),
    )

    whole = cost_usd("claude-sonnet-5-5", TokenUsage(input, output, cache_read, cache_write))

    assert whole == sum(cost_usd("claude-sonnet-5-5", part) for part in parts)


def test_a_prompt_beyond_a_price_step_pays_the_higher_price() -> None:
    small, large = TokenUsage(input=100_000), TokenUsage(cache_read=50_000, input=50_001)

    assert cost_usd("claude-haiku-5-5", small) == Decimal("0.01")
    assert cost_usd("claude-haiku-5-5", large) > Decimal("0.02")


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        (TokenUsage(cache_read=MILLION), "1.9"),  # 2 - 0.1
        (TokenUsage(cache_write=MILLION), "-2"),  # 2 - 4
        (TokenUsage(MILLION, MILLION, cache_read=10 * MILLION, cache_write=MILLION), "17"),
        (TokenUsage(input=MILLION, output=MILLION), "0"),
    ],
)
def test_the_cache_saves_what_reading_costs_less_and_writing_does_not_cost_more(
    tokens: TokenUsage, dollars: str
) -> None:
    assert cache_saved_usd("claude-sonnet-5-5", tokens) == Decimal(dollars)


def test_without_the_cache_a_call_would_cost_what_it_cost_and_what_was_saved() -> None:
    beyond_a_step = TokenUsage(cache_read=90_000, input=20_000, output=1_000)

    whole = cost_usd("claude-haiku-5-5", beyond_a_step) + cache_saved_usd("claude-haiku-5-5", beyond_a_step)

    assert whole == cost_usd("claude-haiku-5-5", TokenUsage(input=110_000, output=1_000))


def test_a_model_without_a_price_costs_nothing_and_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by capturing logs: whatever an earlier test has configured may hold warnings back.
    told: list[str] = []
    log = SimpleNamespace(warning=lambda _, model: told.append(model))
    monkeypatch.setattr("lodestone.llm.usage.log", log)

    assert cost_usd("claude-from-next-year", TokenUsage(input=1_000)) == 0
    assert told == ["claude-from-next-year"]

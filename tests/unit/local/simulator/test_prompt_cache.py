"""The simulated prompt cache: what a call reads and writes, from when on, and for how long."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone_local.simulator.ledger import PromptTokens
from lodestone_local.simulator.prompt_cache import CacheUse, PromptCache
from lodestone_local.simulator.request import read_request
from support.clock import Clock

LONG, SHORT = "x" * 4 * 600, "y" * 4 * 500  # 600 and 500 tokens
FIVE = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}


@pytest.fixture
def cache(clock: Clock) -> PromptCache:
    return PromptCache(clock)


def block(text: str, mark: dict[str, str] | None = None) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"cache_control": mark} if mark else {})


def look_up(
    cache: PromptCache,
    *system: dict[str, Any],
    user: Any = "z" * 40,
    key: str = "key",
    model: str = "claude-sonnet-5-5",
    **more: Any,
) -> CacheUse:
    body = {"model": model, "max_tokens": 9, "system": list(system), **more}
    body["messages"] = [{"role": "user", "content": user}]
    return cache.look_up(key, read_request(json.dumps(body).encode()))


def ask(cache: PromptCache, *system: dict[str, Any], **more: Any) -> PromptTokens:
    use = look_up(cache, *system, **more)
    use.begin()
    return use.tokens


WRITTEN = PromptTokens(input=10, cache_write=600)
READ = PromptTokens(input=10, cache_read=600)
NEITHER = PromptTokens(input=610)


def test_the_first_call_writes_and_the_next_reads(cache: PromptCache) -> None:
    assert ask(cache, block(LONG, FIVE)) == WRITTEN
    assert ask(cache, block(LONG, FIVE), user="w" * 80) == PromptTokens(input=20, cache_read=600)


def test_all_calls_before_the_first_reply_begins_write(cache: PromptCache) -> None:
    at_once = [look_up(cache, block(LONG, FIVE)) for _ in range(3)]
    assert [use.tokens for use in at_once] == [WRITTEN] * 3

    at_once[1].begin()
    assert look_up(cache, block(LONG, FIVE)).tokens == READ


def test_it_is_kept_for_five_minutes_after_the_last_use(cache: PromptCache, clock: Clock) -> None:
    ask(cache, block(LONG, FIVE))
    clock.seconds += 299
    assert ask(cache, block(LONG, FIVE)) == READ
    clock.seconds += 299
    assert ask(cache, block(LONG, FIVE)) == READ
    clock.seconds += 301
    assert ask(cache, block(LONG, FIVE)) == WRITTEN


def test_or_for_an_hour(cache: PromptCache, clock: Clock) -> None:
    assert ask(cache, block(LONG, HOUR)) == PromptTokens(input=10, cache_write=600, cache_write_hour=600)
    clock.seconds += 3_599
    assert ask(cache, block(LONG, HOUR)) == READ
    clock.seconds += 3_601
    assert ask(cache, block(LONG, HOUR)).cache_read == 0


def test_without_a_mark_nothing_is_kept(cache: PromptCache) -> None:
    assert [ask(cache, block(LONG)) for _ in range(2)] == [NEITHER] * 2


@pytest.mark.parametrize(
    ("model", "shortest"),
    [
        ("claude-sonnet-5-5", 512),
        ("claude-opus-5-5", 512),
        ("claude-sonnet-5", 1_024),
        ("claude-sonnet-4-5-20250929", 1_024),
        ("claude-opus-4-7", 2_048),
        ("claude-haiku-4-5-20251001", 4_096),
    ],
)
def test_a_prompt_that_is_too_short_for_its_model_is_not_kept(
    cache: PromptCache, model: str, shortest: int
) -> None:
    short, long = "x" * 4 * (shortest - 1), "x" * 4 * shortest

    assert ask(cache, block(short, FIVE), model=model).cache_write == 0
    assert ask(cache, block(long, FIVE), model=model).cache_write == shortest


@pytest.mark.parametrize(
    "other",
    [
        {"key": "another"},
        {"model": "claude-opus-5-5"},
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        {"tools": [{"name": "search"}]},
    ],
    ids=str,
)
def test_it_is_kept_for_one_key_model_and_shape(cache: PromptCache, other: dict[str, Any]) -> None:
    ask(cache, block(LONG, FIVE))

    assert ask(cache, block(LONG, FIVE), **other) == WRITTEN
    assert ask(cache, block(LONG, FIVE)) == READ


def test_a_longer_prompt_reads_what_is_kept_and_writes_the_rest(cache: PromptCache) -> None:
    ask(cache, block(LONG, FIVE))

    assert ask(cache, block(LONG), block(SHORT, FIVE)) == PromptTokens(
        input=10, cache_read=600, cache_write=500
    )
    assert ask(cache, block(LONG, FIVE), block(SHORT, FIVE)) == PromptTokens(input=10, cache_read=1_100)


def test_what_a_longer_prompt_reads_lives_on(cache: PromptCache, clock: Clock) -> None:
    ask(cache, block(LONG, FIVE))
    clock.seconds += 200
    ask(cache, block(LONG), block(SHORT, FIVE))
    clock.seconds += 200

    assert ask(cache, block(LONG, FIVE)) == READ


def test_a_prefix_more_than_twenty_blocks_before_the_mark_is_not_found(cache: PromptCache) -> None:
    ask(cache, block(LONG, FIVE))

    assert ask(cache, block(LONG), *[block("a")] * 19, block(SHORT, FIVE)).cache_read == 600
    assert ask(cache, block(LONG), *[block("b")] * 20, block(SHORT, FIVE)).cache_read == 0


def test_a_mark_on_the_whole_request_is_one_on_its_last_block(cache: PromptCache) -> None:
    assert ask(cache, block(LONG), cache_control=FIVE) == PromptTokens(cache_write=610)
    assert ask(cache, block(LONG), cache_control=FIVE) == PromptTokens(cache_read=610)


def test_a_text_that_moves_to_another_place_is_another_prompt(cache: PromptCache) -> None:
    ask(cache, block(LONG), block(SHORT, FIVE))

    assert ask(cache, block(LONG), user=[block(SHORT, FIVE)]).cache_read == 0


prompts = st.lists(
    st.tuples(st.integers(1, 900), st.sampled_from([None, FIVE, HOUR])), min_size=1, max_size=5
).filter(lambda blocks: sum(mark is not None for _, mark in blocks) <= 4)


@given(st.lists(st.tuples(prompts, st.floats(0, 4_000)), max_size=6))
def test_every_token_is_counted_once(calls: list[tuple[list[tuple[int, Any]], float]]) -> None:
    clock = Clock()
    cache = PromptCache(clock)
    for blocks, seconds in calls:
        clock.seconds += seconds
        tokens = ask(cache, *(block("x" * 4 * size, mark) for size, mark in blocks))
        assert tokens.input + tokens.cache_read + tokens.cache_write == 10 + sum(size for size, _ in blocks)
        assert 0 <= tokens.cache_write_hour <= tokens.cache_write
        assert min(tokens.input, tokens.cache_read) >= 0

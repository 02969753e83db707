"""The token buckets of the simulated provider: what is let in, what is told, that no limit is exceeded."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone_local.simulator.buckets import ClassLimits, Exceeded, RateLimits
from lodestone_local.simulator.limits import Limits, parse_limits
from support.clock import Clock

SONNET, OLDER_SONNET, HAIKU = "claude-sonnet-5-5", "claude-sonnet-4-6", "claude-haiku-5-5"
LIMITS = Limits(requests=60, input_tokens=30_000, output_tokens=6_000)


@pytest.fixture
def sonnet(clock: Clock) -> ClassLimits:
    return RateLimits(LIMITS, clock).of(SONNET)


def begin(limits: ClassLimits, input_tokens: int = 1) -> Exceeded | None:
    exceeded = limits.exceeded_by(SONNET, input_tokens)
    if exceeded is None:
        limits.begin(input_tokens)
    return exceeded


def test_a_full_bucket_lets_a_minutes_worth_in_at_once_and_then_refills_steadily(
    sonnet: ClassLimits, clock: Clock
) -> None:
    assert [begin(sonnet) for _ in range(60)] == [None] * 60
    exceeded = begin(sonnet)
    assert exceeded
    assert exceeded.retry_after_seconds == 1

    clock.seconds += 1
    assert begin(sonnet) is None
    assert begin(sonnet) is not None
    clock.seconds += 3_600
    assert [begin(sonnet) is None for _ in range(61)] == [True] * 60 + [False]


def test_input_is_counted_when_a_call_begins(sonnet: ClassLimits, clock: Clock) -> None:
    assert begin(sonnet, 25_000) is None
    exceeded = begin(sonnet, 10_000)

    assert exceeded == Exceeded(
        "This request would exceed your organization's rate limit of 30,000 input tokens per minute "
        "(org: 00000000-0000-4000-8000-000000000000, model: claude-sonnet-5-5). For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. "
        "Please reduce the prompt length or the maximum tokens requested, or try again later. You may also "
        "contact sales at https://claude.com/contact-sales to discuss your options for a rate limit "
        "increase.",
        retry_after_seconds=10,
    )
    clock.seconds += 10
    assert begin(sonnet, 10_000) is None


def test_output_is_counted_as_it_is_written_and_may_leave_a_debt(sonnet: ClassLimits, clock: Clock) -> None:
    assert begin(sonnet) is None
    sonnet.write(5_000)
    assert begin(sonnet) is None
    sonnet.write(4_000)

    exceeded = begin(sonnet)
    assert exceeded
    assert "6,000 output tokens per minute" in exceeded.message
    assert exceeded.retry_after_seconds == 31  # 3,000 tokens of debt, and one more
    clock.seconds += 30.01
    assert begin(sonnet) is None


def test_the_longest_wait_is_told(sonnet: ClassLimits) -> None:
    begin(sonnet, 30_000)
    sonnet.write(6_001)

    exceeded = begin(sonnet, 20_000)

    assert exceeded
    assert "input tokens" in exceeded.message
    assert exceeded.retry_after_seconds == 40


def test_a_prompt_longer_than_the_limit_never_gets_in(sonnet: ClassLimits, clock: Clock) -> None:
    for _ in range(3):
        exceeded = begin(sonnet, 30_001)
        assert exceeded
        assert exceeded.retry_after_seconds >= 1
        clock.seconds += exceeded.retry_after_seconds


def test_models_of_a_class_share_their_buckets_and_classes_do_not(clock: Clock) -> None:
    limits = RateLimits(LIMITS, clock)
    begin(limits.of(SONNET), 30_000)

    assert limits.of(OLDER_SONNET).exceeded_by(OLDER_SONNET, 1)
    assert limits.of(HAIKU).exceeded_by(HAIKU, 30_000) is None


def test_headers_tell_limits_what_is_left_and_when_buckets_are_full(sonnet: ClassLimits) -> None:
    begin(sonnet, 10_600)
    sonnet.write(7_000)

    told = sonnet.headers()
    told_at = {name: datetime.fromisoformat(told.pop(name)) for name in list(told) if name.endswith("-reset")}
    assert told == {
        "anthropic-ratelimit-requests-limit": "60",
        "anthropic-ratelimit-requests-remaining": "59",
        "anthropic-ratelimit-input-tokens-limit": "30000",
        "anthropic-ratelimit-input-tokens-remaining": "19000",
        "anthropic-ratelimit-output-tokens-limit": "6000",
        "anthropic-ratelimit-output-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-limit": "36000",
        "anthropic-ratelimit-tokens-remaining": "19000",
    }
    reset = {name.removeprefix("anthropic-ratelimit-"): moment for name, moment in told_at.items()}
    assert list(reset) == ["requests-reset", "input-tokens-reset", "output-tokens-reset", "tokens-reset"]
    assert 68 <= (reset["output-tokens-reset"] - reset["requests-reset"]).total_seconds() <= 70
    assert reset["tokens-reset"] == reset["output-tokens-reset"]


steps = st.lists(st.tuples(st.floats(0, 20), st.integers(1, 9_000), st.integers(0, 3_000)), max_size=60)


@given(steps)
def test_no_more_is_let_in_than_the_limit_allows(steps: list[tuple[float, int, int]]) -> None:
    clock = Clock()
    limits = RateLimits(LIMITS, clock).of(SONNET)
    requests = input_tokens = output_tokens = 0
    for seconds, prompt, answer in steps:
        clock.seconds += seconds
        if begin(limits, prompt) is None:
            assert output_tokens < 6_000 + 100 * clock.seconds
            limits.write(answer)
            requests, input_tokens = requests + 1, input_tokens + prompt
            output_tokens += answer
        assert requests <= 60 + clock.seconds + 1e-3
        assert input_tokens <= 30_000 + 500 * clock.seconds + 1e-3


@given(steps)
def test_whoever_waits_as_told_gets_in(steps: list[tuple[float, int, int]]) -> None:
    clock = Clock()
    limits = RateLimits(LIMITS, clock).of(SONNET)
    for seconds, prompt, answer in steps:
        clock.seconds += seconds
        if exceeded := begin(limits, prompt):
            clock.seconds += exceeded.retry_after_seconds
            assert begin(limits, prompt) is None
        limits.write(answer)


def test_limits_are_read_from_a_text() -> None:
    assert parse_limits("60,30000,6000") == LIMITS


@pytest.mark.parametrize(
    "text",
    [
        *("", "50", "50,30000", "50,30000,8000,1", "50,x,8000"),
        *("0,1,1", "-1,1,1", "1.5,1,1", "nan,1,1", "inf,1,1", "1e3,1,1", "1,1,1000000001"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="three whole numbers"):
        parse_limits(text)

"""A call's accumulator is correct at every moment of its stream."""

from decimal import Decimal
from itertools import pairwise

import pytest
from anthropic.types import (
    Message,
    MessageDeltaUsage,
    RawContentBlockDeltaEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    StopReason,
    TextDelta,
    Usage,
)
from anthropic.types.raw_message_delta_event import Delta
from hypothesis import given
from hypothesis import strategies as st
from lodestone.errors import IncompleteReply, Refused
from lodestone.events import Outcome
from lodestone.ids import new_id
from lodestone.llm.accumulator import Pairs, ReplyAccumulator

CALL = new_id()


def started() -> ReplyAccumulator:
    accumulator = ReplyAccumulator("claude-sonnet-5-5", prompt_tokens=100, max_tokens=2_000)
    usage = Usage(input_tokens=90, output_tokens=1, cache_read_input_tokens=7, cache_creation_input_tokens=3)
    message = Message.model_construct(usage=usage)
    accumulator.take(RawMessageStartEvent.model_construct(type="message_start", message=message))
    return accumulator


def text(accumulator: ReplyAccumulator, piece: str) -> str:
    delta = TextDelta(type="text_delta", text=piece)
    return accumulator.take(RawContentBlockDeltaEvent(type="content_block_delta", index=0, delta=delta))


def stop(accumulator: ReplyAccumulator, reason: StopReason, output_tokens: int = 50) -> None:
    delta = Delta(stop_reason=reason)
    usage = MessageDeltaUsage(output_tokens=output_tokens)
    accumulator.take(RawMessageDeltaEvent(type="message_delta", delta=delta, usage=usage))
    accumulator.take(RawMessageStopEvent(type="message_stop"))


def test_a_whole_reply_is_used_and_has_the_providers_numbers() -> None:
    accumulator = started()
    pieces = [text(accumulator, '{"a":'), text(accumulator, " 1}")]
    stop(accumulator, "end_turn")

    reply = accumulator.reply()

    result = accumulator.settle(CALL)
    assert (pieces, reply.data, reply.is_cut) == (['{"a":', " 1}"], {"a": 1}, False)
    assert (result.input_tokens, result.output_tokens) == (90, 50)
    assert (result.cache_read_tokens, result.cache_write_tokens) == (7, 3)
    assert (result.outcome, result.estimated) == (Outcome.USED, False)
    assert result.cost_usd == (90 * Decimal(2) + 50 * 10 + 7 * Decimal("0.2") / 2 + 3 * 4) / 1_000_000


def test_a_reply_that_is_no_json_is_wasted() -> None:
    accumulator = started()
    text(accumulator, "Sorry, no.")
    stop(accumulator, "end_turn")

    assert accumulator.reply().data is None
    assert accumulator.settle(CALL).outcome is Outcome.WASTED


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded"])
def test_a_reply_at_the_token_limit_is_cut_and_wasted(reason: StopReason) -> None:
    accumulator = started()
    text(accumulator, '{"a": 1}')
    stop(accumulator, reason)

    assert accumulator.reply().is_cut
    assert accumulator.settle(CALL).outcome is Outcome.WASTED


def test_a_refusal_is_one_even_when_its_text_is_json() -> None:
    accumulator = started()
    text(accumulator, "{}")
    stop(accumulator, "refusal")

    with pytest.raises(Refused):
        accumulator.reply()
    assert accumulator.settle(CALL).outcome is Outcome.WASTED


def test_a_stream_that_ends_without_its_closing_event_is_no_reply() -> None:
    accumulator = started()
    text(accumulator, '{"a": 1}')

    with pytest.raises(IncompleteReply):
        accumulator.reply()


def test_a_call_that_was_stopped_has_the_input_it_knows_and_an_estimate_of_its_output() -> None:
    accumulator = started()
    text(accumulator, "x" * 41)

    result = accumulator.settle(CALL)

    assert (result.input_tokens, result.output_tokens) == (90, 11)
    assert (result.outcome, result.estimated) == (Outcome.WASTED, True)


def test_a_call_that_was_stopped_before_it_began_has_an_estimate_of_its_input() -> None:
    result = ReplyAccumulator("claude-sonnet-5-5", prompt_tokens=100, max_tokens=2_000).settle(CALL)

    assert (result.input_tokens, result.output_tokens, result.estimated) == (100, 0, True)


def test_a_call_that_was_turned_away_costs_nothing() -> None:
    accumulator = ReplyAccumulator("claude-sonnet-5-5", prompt_tokens=100, max_tokens=2_000)
    accumulator.is_free = True

    result = accumulator.settle(CALL)

    assert (result.input_tokens, result.cost_usd, result.estimated) == (0, Decimal(0), False)
    assert result.outcome is Outcome.WASTED


def test_a_provider_that_does_not_say_what_it_read_is_booked_by_estimate() -> None:
    accumulator = ReplyAccumulator("claude-sonnet-5-5", prompt_tokens=100, max_tokens=2_000)
    usage = Usage.model_construct(input_tokens=None, output_tokens=None)
    message = Message.model_construct(usage=usage)
    accumulator.take(RawMessageStartEvent.model_construct(type="message_start", message=message))
    stop(accumulator, "end_turn")

    result = accumulator.settle(CALL)

    assert (result.input_tokens, result.output_tokens, result.estimated) == (100, 50, True)


def test_no_more_is_booked_than_was_asked_for() -> None:
    accumulator = started()
    text(accumulator, "x" * 4 * 2_001)

    assert accumulator.settle(CALL).output_tokens == 2_000


def test_a_whole_reply_that_nobody_can_use_is_wasted() -> None:
    accumulator = started()
    text(accumulator, '{"a": 1}')
    stop(accumulator, "end_turn")

    accumulator.reply(lambda reply: False)

    result = accumulator.settle(CALL)
    assert (result.outcome, result.estimated) == (Outcome.WASTED, False)
    assert result.cost_usd > 0


def test_a_name_of_the_call_without_end_is_cut() -> None:
    accumulator = started()
    accumulator.note_request("r" * 100_000)

    assert accumulator.settle(CALL).request_id == "r" * 200


@given(text=st.text(st.sampled_from("aé🚀𝔘")), cuts=st.sets(st.integers(1, 40)))
def test_any_cutting_of_a_text_in_halves_gives_the_text(text: str, cuts: set[int]) -> None:
    raw = text.encode("utf-16-le")
    halves = "".join(chr(int.from_bytes(raw[at : at + 2], "little")) for at in range(0, len(raw), 2))
    borders = sorted({0, len(halves), *(cut for cut in cuts if cut < len(halves))})
    pairs = Pairs()

    pieces = [pairs.feed(halves[a:b]) for a, b in pairwise(borders)]

    assert "".join(pieces) == text


def test_a_half_without_its_other_half_is_left_out() -> None:
    pairs = Pairs()

    assert [pairs.feed("a\ud83d"), pairs.feed("b\ude80c"), pairs.feed("\ude80\ud83d")] == ["a", "bc", ""]

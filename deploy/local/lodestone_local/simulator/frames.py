"""The provider's frames, built from the official client's own types."""

from anthropic.types import (
    CacheCreation,
    Message,
    MessageDeltaUsage,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    RefusalStopDetails,
    StopReason,
    TextBlock,
    TextDelta,
    Usage,
)
from anthropic.types.raw_message_delta_event import Delta
from pydantic import BaseModel

from lodestone_local.simulator.ledger import PromptTokens

PING = b'event: ping\ndata: {"type": "ping"}\n\n'


def frame(name: str, json_text: str) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json_text}\n\n".encode()


def opening(id: str, model: str, prompt: PromptTokens) -> bytes:
    """The frames before the first text."""
    start = RawMessageStartEvent(
        type="message_start", message=_message(id, model, "", None, None, usage_of(prompt, 0))
    )
    block = RawContentBlockStartEvent(
        type="content_block_start", index=0, content_block=TextBlock(type="text", text="", citations=None)
    )
    return _frame(start) + _frame(block) + PING


def text_delta(text: str) -> bytes:
    """A piece of the text."""
    delta = TextDelta(type="text_delta", text=text)
    return _frame(RawContentBlockDeltaEvent(type="content_block_delta", index=0, delta=delta))


def closing(stop_reason: StopReason, details: RefusalStopDetails | None, output_tokens: int) -> bytes:
    """The frames after the last text."""
    return (
        _frame(RawContentBlockStopEvent(type="content_block_stop", index=0))
        + _frame(
            RawMessageDeltaEvent(
                type="message_delta",
                delta=Delta(stop_reason=stop_reason, stop_sequence=None, stop_details=details),
                usage=MessageDeltaUsage(output_tokens=output_tokens),
            )
        )
        + _frame(RawMessageStopEvent(type="message_stop"))
    )


def whole_message(
    id: str,
    model: str,
    text: str,
    stop_reason: StopReason,
    details: RefusalStopDetails | None,
    usage: Usage,
) -> str:
    """The message as JSON, for a request that does not stream."""
    return _message(id, model, text, stop_reason, details, usage).to_json(indent=None)


def _message(
    id: str,
    model: str,
    text: str,
    stop_reason: StopReason | None,
    details: RefusalStopDetails | None,
    usage: Usage,
) -> Message:
    return Message(
        id=id,
        type="message",
        role="assistant",
        model=model,
        content=[TextBlock(type="text", text=text, citations=None)] if text else [],
        stop_reason=stop_reason,
        stop_sequence=None,
        stop_details=details,
        usage=usage,
    )


def usage_of(prompt: PromptTokens, output_tokens: int) -> Usage:
    """The usage of a call that has written so much."""
    return Usage(
        input_tokens=prompt.input,
        output_tokens=output_tokens,
        cache_creation=CacheCreation(
            ephemeral_5m_input_tokens=prompt.cache_write - prompt.cache_write_hour,
            ephemeral_1h_input_tokens=prompt.cache_write_hour,
        ),
        cache_creation_input_tokens=prompt.cache_write,
        cache_read_input_tokens=prompt.cache_read,
        service_tier="standard",
    )


def _frame(event: BaseModel) -> bytes:
    name: str = event.type  # type: ignore[attr-defined]
    return frame(name, event.model_dump_json(exclude_unset=True))

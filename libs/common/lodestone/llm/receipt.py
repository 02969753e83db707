"""What one call brought and what it used, gathered from the events of its stream. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from anthropic.types import (
    MessageDeltaUsage,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStreamEvent,
)

from lodestone.errors import IncompleteReply, Refused
from lodestone.events import Outcome
from lodestone.llm.ledger import CallResult
from lodestone.llm.loose_json import JsonValue, parse
from lodestone.llm.usage import TokenUsage, cost_usd
from lodestone.spend import estimate_tokens

_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})


@dataclass(frozen=True)
class Reply:
    """What a model answered."""

    text: str
    data: JsonValue  # the JSON value in the text; None when there is none
    is_cut: bool  # it ended at the token limit, so the text is not whole


class Receipt:
    """Grows with the stream; `settle` is right at any moment."""

    def __init__(
        self, model: str, *, prompt_tokens: int, on_begun: Callable[[], object] = lambda: None
    ) -> None:
        """`prompt_tokens` is an estimate, for a call whose provider never told."""
        self.request_id: str | None = None
        self.is_free = False  # the provider did nothing for this call
        self._model = model
        self._prompt_tokens = prompt_tokens
        self._on_begun = on_begun  # called when the provider begins to answer
        self._tokens: TokenUsage | None = None  # None until the provider said what it read
        self._pieces: list[str] = []
        self._stop_reason: str | None = None
        self._refusal = ""
        self._is_whole = False  # the closing event was seen; a stream may also end cleanly without it
        self._outcome = Outcome.WASTED

    def take(self, event: RawMessageStreamEvent) -> str:
        """Notes an event; gives the text it adds to the reply."""
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            self._pieces.append(event.delta.text)
            return event.delta.text
        if event.type == "message_start":
            self._begin(event)
        elif event.type == "message_delta":
            self._on_stop(event)
        elif event.type == "message_stop":
            self._is_whole = True
        return ""

    def reply(self) -> Reply:
        """The answer. Raises IncompleteReply when it broke off and Refused when the model declined."""
        if not self._is_whole:
            raise IncompleteReply(detail="the stream ended without message_stop")
        if self._stop_reason == "refusal":
            raise Refused(detail=self._refusal)
        text = "".join(self._pieces)
        reply = Reply(text, _data(text), self._stop_reason in _CUT)
        if reply.data is not None and not reply.is_cut:
            self._outcome = Outcome.USED
        return reply

    def settle(self, call_id: UUID) -> CallResult:
        """What the call used so far, estimated where it ended before the provider told."""
        tokens = self._used()
        return CallResult(
            call_id=call_id,
            request_id=self.request_id,
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cache_read_tokens=tokens.cache_read,
            cache_write_tokens=tokens.cache_write,
            cost_usd=cost_usd(self._model, tokens),
            outcome=self._outcome,
            estimated=not (self._is_whole or self.is_free),
        )

    def _begin(self, event: RawMessageStartEvent) -> None:
        usage = event.message.usage
        self._tokens = TokenUsage(
            input=usage.input_tokens or 0,  # the SDK does not insist on what the provider promises
            output=usage.output_tokens or 0,
            cache_read=usage.cache_read_input_tokens or 0,
            cache_write=usage.cache_creation_input_tokens or 0,
        )
        self._on_begun()

    def _on_stop(self, event: RawMessageDeltaEvent) -> None:
        self._stop_reason = event.delta.stop_reason
        if event.delta.stop_details is not None:
            self._refusal = f"refusal: {event.delta.stop_details.category}"
        self._tokens = _updated(self._tokens or TokenUsage(), event.usage)

    def _used(self) -> TokenUsage:
        if self.is_free:
            return TokenUsage()
        tokens = self._tokens or TokenUsage(input=self._prompt_tokens)
        if self._is_whole:
            return tokens
        received = estimate_tokens(sum(len(piece) for piece in self._pieces))
        return replace(tokens, output=max(tokens.output, received))


def _updated(tokens: TokenUsage, usage: MessageDeltaUsage) -> TokenUsage:
    """The totals so far; what the event leaves out stays."""
    latest = {
        "input": usage.input_tokens,
        "output": usage.output_tokens,
        "cache_read": usage.cache_read_input_tokens,
        "cache_write": usage.cache_creation_input_tokens,
    }
    return replace(tokens, **{name: value for name, value in latest.items() if value is not None})


def _data(text: str) -> JsonValue:
    try:
        return parse(text)
    except ValueError:
        return None

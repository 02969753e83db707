"""What one call returned and used, gathered from the events of its stream. Pure.

The SDK builds events without validating them: a field may be missing, or have another type than declared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lodestone.errors import IncompleteReply, Refused
from lodestone.events import Outcome
from lodestone.llm.ledger import CallResult
from lodestone.llm.loose_json import JsonValue, parse
from lodestone.llm.usage import TokenUsage, cache_saved_usd, cost_usd, told_counts
from lodestone.spend import estimate_tokens

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})
MOST_ID_CHARACTERS = 200  # of the provider's id for a call


@dataclass(frozen=True)
class Reply:
    """What a model answered."""

    text: str
    data: JsonValue  # the JSON value in the text; None when there is none
    is_cut: bool  # it ended at the token limit, so the text is incomplete


def has_data(reply: Reply) -> bool:
    """Whether the reply contains a JSON value, of any shape."""
    return reply.data is not None


class BrokenFrame(Exception):
    """An event without the parts that make it one."""


class Pairs:
    """Joins characters that JSON wrote as two halves, even across pieces of a stream.

    A half whose other half never comes is left out.
    """

    def __init__(self) -> None:
        self._half = ""  # that ended the last piece

    def feed(self, piece: str) -> str:
        """The piece with its pairs joined, without a first half at its end, which goes to the next one."""
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = text[: len(text) - len(self._half)]
        if text.isascii():
            return text
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


class ReplyAccumulator:
    """Grows with the stream; `settle` is right at any moment."""

    def __init__(
        self,
        model: str,
        *,
        prompt_tokens: int,
        max_tokens: int,
        on_answered: Callable[[Mapping[str, str]], object] = lambda headers: None,
        on_begun: Callable[[], object] = lambda: None,
    ) -> None:
        """`prompt_tokens` (estimated) and `max_tokens` replace counts that the provider does not give."""
        self.request_id: str | None = None
        self.is_free = False  # the provider did nothing for this call
        self.characters = 0  # of the reply so far
        self._first_text_at: datetime | None = None
        self._model = model
        self._prompt_tokens = prompt_tokens
        self._max_tokens = max_tokens
        self._on_answered = on_answered  # gets the headers of the answer
        self._on_begun = on_begun  # called when the provider begins to answer
        self._told: dict[str, int] = {}  # the provider's token counts, by field of TokenUsage
        self._is_output_final = False  # the provider gave the last output count, not only the first
        # Of the reply, in UTF-8: a list of its small pieces would take several times as much.
        self._text = bytearray()
        self._pairs = Pairs()
        self._stop_reason: str | None = None
        self._refusal = ""
        self._is_whole = False  # the closing event arrived; a stream can end cleanly without it
        self._outcome = Outcome.WASTED

    def note_request(self, request_id: str | None) -> None:
        """Keeps the provider's id for the call: the first one given."""
        self.request_id = self.request_id or (request_id or "")[:MOST_ID_CHARACTERS] or None

    def note_answer(self, headers: Mapping[str, str]) -> None:
        """The answer's headers are there."""
        self.note_request(headers.get("request-id"))
        self._on_answered(headers)

    def note_text(self, time: datetime) -> None:
        """Text arrived then; only the first counts."""
        self._first_text_at = self._first_text_at or time

    def take(self, event: "RawMessageStreamEvent") -> str:
        """Takes in an event and returns the text it adds to the reply. Raises BrokenFrame."""
        kind = getattr(event, "type", None)
        if kind == "content_block_delta":
            return self._on_text(event)
        if kind == "message_start":
            self._told |= told_counts(_part(_part(event, "message"), "usage"))
            self._on_begun()
        elif kind == "message_delta":
            self._on_stop(event)
        elif kind == "message_stop":
            self._is_whole = True
        return ""

    def reply(self, take: Callable[[Reply], bool] = has_data) -> Reply:
        """The reply; the call counts as used when the reply is complete and `take` accepts it.

        Raises IncompleteReply when it broke off and Refused when the model declined.
        """
        if not self._is_whole:
            raise IncompleteReply(detail="the stream ended without message_stop")
        if self._stop_reason == "refusal":
            raise Refused(detail=self._refusal)
        text = self._text.decode()
        reply = Reply(text, _data(text), self._stop_reason in _CUT)
        if take(reply) and reply.data is not None and not reply.is_cut:
            self._outcome = Outcome.USED
        return reply

    def settle(self, call_id: UUID) -> CallResult:
        """What the call used so far, estimated where the provider gave no count."""
        tokens = TokenUsage() if self.is_free else self._used()
        return CallResult(
            call_id=call_id,
            request_id=self.request_id,
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cache_read_tokens=tokens.cache_read,
            cache_write_tokens=tokens.cache_write,
            cost_usd=cost_usd(self._model, tokens),
            cache_saved_usd=cache_saved_usd(self._model, tokens),
            outcome=self._outcome,
            estimated=not (self.is_free or self._is_told),
            first_text_at=self._first_text_at,
        )

    def _on_text(self, event: Any) -> str:
        delta = _part(event, "delta")
        if getattr(delta, "type", None) != "text_delta":
            return ""
        text = getattr(delta, "text", None)
        if not isinstance(text, str):
            raise BrokenFrame("a text_delta without text")
        text = self._pairs.feed(text)
        self.characters += len(text)
        self._text += text.encode()
        return text

    def _on_stop(self, event: Any) -> None:
        delta = _part(event, "delta")
        self._stop_reason = getattr(delta, "stop_reason", None)
        if details := getattr(delta, "stop_details", None):
            self._refusal = f"refusal: {getattr(details, 'category', None)}"
        counts = told_counts(getattr(event, "usage", None))
        self._told |= counts
        self._is_output_final = "output" in counts

    @property
    def _is_told(self) -> bool:
        return self._is_whole and self._is_output_final and "input" in self._told

    def _used(self) -> TokenUsage:
        tokens = TokenUsage(**{"input": self._prompt_tokens} | self._told)
        if self._is_whole and self._is_output_final:
            return tokens
        received = min(estimate_tokens(self.characters), self._max_tokens)
        return replace(tokens, output=max(tokens.output, received))


def _part(whole: Any, name: str) -> Any:
    part = getattr(whole, name, None)
    if part is None and name != "usage":  # a provider that reports no usage still answers
        raise BrokenFrame(f"an event without {name}")
    return part


def _data(text: str) -> JsonValue:
    try:
        return parse(text)
    except ValueError:
        return None

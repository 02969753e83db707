"""The ledger: every call of the model, how it ended and what it cost."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lodestone.clock import format_time, now

Outcome = Literal["completed", "disconnected", "fault", "limited"]


def count_tokens(characters: int) -> int:
    """Tokens of a text of this length: characters / 4, rounded up."""
    return math.ceil(characters / 4)


@dataclass(frozen=True)
class PromptTokens:
    """The tokens of a prompt, as they are paid for."""

    input: int = 0  # neither read from the prompt cache nor written to it
    cache_read: int = 0
    cache_write: int = 0
    cache_write_hour: int = 0  # of those written: kept for an hour


@dataclass
class Call:
    """One call of `/v1/messages`; a refused one (`status`, `overloaded`, `limited`) costs nothing."""

    id: str  # the provider's request id
    job_type: str | None
    job_id: str | None
    attempt: int | None
    model: str
    prompt: PromptTokens = PromptTokens()
    sent_characters: int = 0
    started_at: datetime = field(default_factory=now)
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    on_begun: Callable[[], object] = lambda: None  # called when the reply begins
    on_output: Callable[[int], object] = lambda tokens: None  # called with the tokens of each piece

    @property
    def output_tokens(self) -> int:
        """Tokens of what was sent so far."""
        return count_tokens(self.sent_characters)

    def write(self, characters: int) -> None:
        """A piece of the reply is sent."""
        before = self.output_tokens
        self.sent_characters += characters
        self.on_output(self.output_tokens - before)

    def end(self, outcome: Outcome) -> None:
        """The call is over."""
        self.ended_at = now()
        self.outcome = outcome

    def to_wire(self) -> dict[str, Any]:
        """The call as `GET /_sim/calls` shows it."""
        return {
            "id": self.id,
            "jobType": self.job_type,
            "jobId": self.job_id,
            "attempt": self.attempt,
            "model": self.model,
            "startedAt": format_time(self.started_at),
            "endedAt": None if self.ended_at is None else format_time(self.ended_at),
            "outcome": self.outcome,
            "inputTokens": self.prompt.input,
            "cacheReadTokens": self.prompt.cache_read,
            "cacheWriteTokens": self.prompt.cache_write,
            "outputTokens": self.output_tokens,
        }

"""The ledger: every call of the model, how it ended and what it cost."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lodestone.clock import format_time, now

Outcome = Literal["completed", "disconnected", "fault"]


def count_tokens(characters: int) -> int:
    """Tokens of a text of this length: characters / 4, rounded up."""
    return math.ceil(characters / 4)


@dataclass
class Call:
    """One call of `/v1/messages`; a refused one (`status`, `overloaded`) costs nothing."""

    id: str  # the provider's request id
    job_type: str | None
    job_id: str | None
    attempt: int | None
    model: str
    input_tokens: int
    sent_characters: int = 0
    started_at: datetime = field(default_factory=now)
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def output_tokens(self) -> int:
        """Tokens of what was sent so far."""
        return count_tokens(self.sent_characters)

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
            "inputTokens": self.input_tokens,
            "outputTokens": self.output_tokens,
        }

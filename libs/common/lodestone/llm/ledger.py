"""What a provider call writes to its job's log, and the interface that writes it. Does not load the SDK."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from lodestone.events import Outcome


@dataclass(frozen=True)
class CallStart:
    """A call that is about to be made."""

    model: str
    """The provider's model that is asked."""
    max_tokens: int
    """The most tokens that the answer may have."""
    input_tokens: int
    """Tokens of the prompt, estimated from its length."""
    input_cost_usd: Decimal
    """What the prompt costs by that estimate, in US dollars."""
    max_cost_usd: Decimal
    """What the prompt and an answer of `max_tokens` cost, in US dollars."""
    repair: bool | None = None
    """True where the call asks again for what an earlier answer did not bring; else None."""


@dataclass(frozen=True)
class CallResult:
    """A call that is over, however it ended."""

    call_id: UUID
    """The call, as `start_call` named it."""
    request_id: str | None
    """The provider's id for the call; None when no answer began."""
    input_tokens: int
    """Tokens sent, without those written to or read from the provider's cache."""
    output_tokens: int
    """Tokens that the provider wrote."""
    cache_read_tokens: int
    """Tokens sent that the provider had in its cache."""
    cache_write_tokens: int
    """Tokens sent that the provider wrote to its cache."""
    cost_usd: Decimal
    """What the call cost, in US dollars; 0 for one that the provider refused."""
    cache_saved_usd: Decimal
    """What it would have cost more without the provider's cache; below zero where writing cost more."""
    outcome: Outcome
    """Whether its answer was of use."""
    estimated: bool
    """True when the call ended before the provider said what it used."""
    first_text_at: datetime | None = None
    """When the answer's first text arrived; None where none did."""


class CallLedger(Protocol):
    """The part of a job's context that a provider call needs."""

    @property
    def job_id(self) -> UUID:
        """The job that pays."""

    @property
    def job_type(self) -> str:
        """Its type."""

    @property
    def attempt(self) -> int:
        """The attempt that calls, from 1."""

    async def start_call(self, call: CallStart) -> UUID:
        """Writes job.call_started and returns the call's id; raises when the attempt may not go on."""

    async def finish_call(self, result: CallResult) -> None:
        """Writes job.call_finished; safe while the attempt is being cancelled."""

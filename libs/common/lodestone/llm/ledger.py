"""What a provider call writes to its job's log, and the interface that writes it. Does not load the SDK."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from lodestone.events import Outcome


@dataclass(frozen=True)
class CallStart:
    """A call that is about to be made."""

    model: str
    max_tokens: int
    input_tokens: int  # of the prompt, estimated
    input_cost_usd: Decimal  # what the prompt costs
    max_cost_usd: Decimal  # what the prompt and an answer of max_tokens cost


@dataclass(frozen=True)
class CallResult:
    """A call that is over, however it ended."""

    call_id: UUID
    request_id: str | None  # the provider's id for the call
    input_tokens: int  # without those written to or read from the provider's cache
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: Decimal
    outcome: Outcome
    estimated: bool  # the call ended before the provider said what it used


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

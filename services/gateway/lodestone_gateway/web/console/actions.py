"""What may be done to a run now. Pure."""

from datetime import datetime
from typing import Protocol

from lodestone.status import LIVE

from lodestone_gateway.jobs.retry import RETRYABLE

CANCEL, REPLAY = "cancel", "replay"


class Run(Protocol):
    """The part of a job that decides."""

    @property
    def status(self) -> str:
        """Where it is."""

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked to stop it."""

    @property
    def erased_at(self) -> datetime | None:
        """When its texts were deleted."""


def actions_of(run: Run, *, is_run_again: bool) -> list[str]:
    """The actions, in the words of the pages; one that was run again has its successor for that."""
    if run.status in LIVE:
        return [] if run.cancel_requested else [CANCEL]
    is_open = run.status in RETRYABLE and not is_run_again and run.erased_at is None
    return [REPLAY] if is_open else []

"""What one simulator knows: its pace and limits, the faults that wait, its cache, and the calls so far."""

from lodestone_local.simulator.buckets import RateLimits
from lodestone_local.simulator.faults import FaultBook, Pace
from lodestone_local.simulator.ledger import Call
from lodestone_local.simulator.limits import Limits
from lodestone_local.simulator.prompt_cache import PromptCache


class Simulation:
    """The state behind one app; a reset gives it new parts, and running calls keep the old ones."""

    def __init__(self, limits: Limits | None) -> None:
        self._limits = limits
        self.reset()

    def reset(self) -> None:
        """Back to the defaults: pace, the limits of the start, no faults, an empty cache and ledger."""
        self.pace = Pace()
        self.faults = FaultBook()
        self.prompt_cache = PromptCache()
        self.calls: list[Call] = []
        self.limit(self._limits)

    def limit(self, limits: Limits | None) -> None:
        """From here on each model class has these limits, and full buckets; none with None."""
        self.rate_limits = RateLimits(limits) if limits else None

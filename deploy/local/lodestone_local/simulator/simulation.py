"""What one simulator knows: its pace, the faults that wait, and the calls so far."""

from lodestone_local.simulator.faults import FaultBook, Pace
from lodestone_local.simulator.ledger import Call


class Simulation:
    """The state behind one app; a reset gives it new parts, and running calls keep the old ones."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to the defaults: pace, no faults, an empty ledger."""
        self.pace = Pace()
        self.faults = FaultBook()
        self.calls: list[Call] = []

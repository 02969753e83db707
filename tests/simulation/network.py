"""What may happen to a message between a process and the broker."""

import random

from simulation.virtual_loop import Process

RATES = {  # relative to the seed's own rate; messages not named here always arrive, once and in order
    "publish": 1.0,
    "answer to publish": 1.0,
    "batch": 1.0,  # refused, as when too many are under way
    "read": 0.2,
    "page": 0.2,
    "in_progress": 0.5,
    "ack": 0.5,
    "nak": 0.5,
    "delivery": 0.3,
    "projected": 0.1,
    "cancel copy": 2.0,
    "start copy": 2.0,
    "heartbeat": 0.5,
    "fetch": 0.1,
    "pull": 0.1,
}
MAY_BE_LATE = frozenset({"publish", "ack", "nak", "in_progress"})
LATE_SECONDS = (0.1, 7.0)


class Network:
    """Delays, losses and repeats, at rates from the seed."""

    def __init__(self, rng: random.Random, rate: float, slowness: float) -> None:
        self.rate = rate  # share of publishes that are lost, and share that are late or duplicated
        self.muted: set[Process] = set()  # whose ack extensions are lost
        self._rng = rng
        self._slowness = slowness  # mean delay in seconds

    def delay(self) -> float:
        """Seconds in transit."""
        return 0.0005 + self._rng.expovariate(1 / self._slowness)

    def loses(self, kind: str) -> bool:
        """Whether this message is lost."""
        return self._rng.random() < self.rate * RATES.get(kind, 0.0)

    def copies(self, kind: str, sender: Process) -> list[float]:
        """The copies that arrive: 0 for one in order, else the seconds by which it is late."""
        if self.loses(kind) or (kind == "in_progress" and sender in self.muted):
            return []
        if kind in MAY_BE_LATE and self.loses(kind):
            late = self._rng.uniform(*LATE_SECONDS)
            return [0.0, late] if self._rng.random() < 0.5 else [late]
        return [0.0]

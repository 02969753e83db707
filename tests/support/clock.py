"""A clock that a test moves."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Tells the time when it is called, in seconds."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

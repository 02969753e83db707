"""Numbers that become elements of a page: bounded, whatever is stored. Pure."""

from lodestone.jobs.interactive import MAX_STEPS
from lodestone.wire import JsonObject

MOST_TICKS = 60


def ticks(done: int, total: int) -> list[bool]:
    """A tick for each of `total`, true if it is done; scaled down if there are too many to tell apart."""
    shown = min(total, MOST_TICKS)
    return [place * total < done * shown for place in range(shown)]


def scale(question: JsonObject) -> range:
    """The possible answers to a question on a scale."""
    low, high = question["scaleMin"], question["scaleMax"]
    return range(low, min(high, low + MAX_STEPS) + 1)

"""Numbers that become elements of a page: so many at most, whatever is kept of them. Pure."""

from lodestone.jobs.interactive import MAX_STEPS
from lodestone.wire import JsonObject

MOST_TICKS = 60


def ticks(done: int, total: int) -> list[bool]:
    """A tick for each of `total`, true where it is done; of more than can be told apart, a part of them."""
    shown = min(total, MOST_TICKS)
    return [place * total < done * shown for place in range(shown)]


def scale(question: JsonObject) -> range:
    """The values that a question on a scale can be answered with."""
    low, high = question["scaleMin"], question["scaleMax"]
    return range(low, min(high, low + MAX_STEPS) + 1)

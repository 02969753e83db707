"""Numbers that become elements of a page: bounded, whatever is stored. Pure."""

MOST_TICKS = 60


def ticks(done: int, total: int) -> list[bool]:
    """A tick for each of `total`, true if it is done; scaled down if there are too many to tell apart."""
    shown = min(total, MOST_TICKS)
    return [place * total < done * shown for place in range(shown)]

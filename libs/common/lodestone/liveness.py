"""Whether this process can recover by itself: what `/healthz` reports."""

_given_up: set[object] = set()


def give_up(part: object) -> None:
    """Reports that this part can only recover in a new process."""
    _given_up.add(part)


def take_back(part: object) -> None:
    """Reports that the part works after all, or is no longer needed."""
    _given_up.discard(part)


def is_alive() -> bool:
    """Whether no part has given up."""
    return not _given_up

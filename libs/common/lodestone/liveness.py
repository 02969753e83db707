"""Whether this process can go on by itself; what probes are told by `/healthz`."""

_given_up: set[object] = set()


def give_up(part: object) -> None:
    """Says that this part of the process works again only in a fresh one."""
    _given_up.add(part)


def take_back(part: object) -> None:
    """Says that the part works after all, or is not needed any more."""
    _given_up.discard(part)


def is_alive() -> bool:
    """Whether no part has given up."""
    return not _given_up

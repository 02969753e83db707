"""The order in which the workers of a run take the files of tests."""

from collections.abc import Iterable

WAITING = ("chaos", "failure", "system")  # folders whose tests mostly wait, for processes and periods
COMPUTING = ("browser",)
SHORT = ("unit",)


def in_mixed_order(files: Iterable[str]) -> list[str]:
    """Each file once, named by its path in `tests`, so that some workers compute while another waits.

    Each group is spread evenly over the run, in its own order. Short files come last: then no worker
    is left with a long one at the end.
    """
    groups: dict[object, list[str]] = {}
    for file in dict.fromkeys(files):
        groups.setdefault(_group(file), []).append(file)
    places = {file: place / len(group) for group in groups.values() for place, file in enumerate(group)}
    return sorted(places, key=lambda file: (_group(file) is SHORT, places[file]))


def _group(file: str) -> object:
    folder = file.split("/")[0]
    return next((group for group in (WAITING, COMPUTING, SHORT) if folder in group), None)

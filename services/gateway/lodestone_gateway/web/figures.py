"""Durations, counts and shares as operators read them. Pure."""

from datetime import datetime
from uuid import UUID

from lodestone.clock import now, parse_time

UNKNOWN = "unknown"
MINUTE, HOUR = 60, 3_600


def seconds(value: float | None) -> str:
    """A duration, as short as it can be read; "unknown" where none is known."""
    if value is None:
        return UNKNOWN
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < MINUTE:
        return f"{value:.1f} s"
    if value < HOUR:
        return f"{int(value // MINUTE)} min {int(value % MINUTE)} s"
    return f"{int(value // HOUR)} h {int(value % HOUR // MINUTE)} min"


def both(median: float | None, high: float | None) -> str:
    """Two durations; "unknown" where none is known."""
    return UNKNOWN if median is None and high is None else f"{seconds(median)}, {seconds(high)}"


def short(value: int | None) -> str:
    """A count, thousands and millions shortened; "unknown" where none is known."""
    if value is None:
        return UNKNOWN
    for size, letter in ((1_000_000, "M"), (10_000, "k")):
        if value >= size:
            return f"{value / (1_000_000 if letter == 'M' else 1_000):.1f} {letter}"
    return f"{value:,}"


def share(value: float | None) -> str:
    """A part of a whole as percent; "unknown" where there is no whole."""
    return UNKNOWN if value is None else f"{value:.1%}"


def moment(time: datetime | None) -> str:
    """A time in UTC, with its date unless that is today's; "unknown" for none."""
    if time is None:
        return UNKNOWN
    return f"{time:%H:%M:%S}" if time.date() == now().date() else f"{time.day} {time:%b %H:%M:%S}"


def brief(id: UUID) -> str:
    """The beginning of an id: of a UUIDv7, its millisecond. It can be searched for."""
    return str(id)[:13]


def since(begin: str, end: datetime | None) -> str:
    """How long it was from a time as events have it; "unknown" without an end."""
    return UNKNOWN if end is None else seconds(max((end - parse_time(begin)).total_seconds(), 0.0))

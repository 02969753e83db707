"""The time, as everything on the wire shows it: UTC, whole milliseconds."""

from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Gauge

TOLERANCE = timedelta(seconds=0.5)  # a smaller difference is ignored
SLOW = timedelta(seconds=1)


log = structlog.get_logger(__name__)
offset_seconds = Gauge(
    "lodestone_clock_offset_seconds", "How far this machine's clock is behind its backend's"
)
_offset = timedelta(0)  # what is added to this machine's clock


def now() -> datetime:
    """The current time, cut to the milliseconds that `format_time` shows, so that it survives a round trip.

    If this machine's clock differs from the backend's, the backend's counts, since deadlines travel between
    machines.
    """
    return cut(datetime.now(UTC) + _offset)


def own() -> datetime:
    """What this machine's clock says."""
    return datetime.now(UTC)


def follow(reference: datetime, *, asked: datetime, answered: datetime) -> None:
    """Sets the clock by what a backend said between two readings of `own`; ignores a slow answer."""
    global _offset
    if not timedelta(0) <= answered - asked <= SLOW:
        return
    measured = reference - (asked + (answered - asked) / 2)
    offset = measured if abs(measured) > TOLERANCE else timedelta(0)
    if abs(offset - _offset) <= TOLERANCE:
        return
    log.error("this machine's clock is wrong; using the backend's", seconds=round(-offset.total_seconds(), 1))
    _offset = offset
    offset_seconds.set(offset.total_seconds())


def cut(time: datetime) -> datetime:
    """The same time in UTC, without the microseconds that the wire does not carry."""
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, so that times compare as text."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """The time that `format_time` wrote. Raises ValueError, also for one without an offset or outside
    the years 1 to 9999."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is before the year 1 or after the year 9999 in UTC") from None

"""The time, as everything on the wire shows it: UTC, whole milliseconds."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present, cut to the milliseconds that `format_time` shows, so that it survives a round trip."""
    return cut(datetime.now(UTC))


def cut(time: datetime) -> datetime:
    """The same moment in UTC without the microseconds that the wire does not carry."""
    time = time.astimezone(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, so that times compare as text (contract, A.14)."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """The moment that `format_time` wrote. Raises ValueError, also without an offset or outside our years."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} does not say which time zone it is in")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text} is before the year 1 or after the year 9999 in UTC") from None

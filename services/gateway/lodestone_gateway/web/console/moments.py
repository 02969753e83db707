"""Times as addresses of the console have them. Pure."""

LENGTHS = (len("2026-01-31T09:00"), len("2026-01-31T09:00:00"))


def in_utc(time: str) -> str:
    """The time with its offset: UTC where it has none."""
    return f"{time}Z" if len(time) in LENGTHS else time

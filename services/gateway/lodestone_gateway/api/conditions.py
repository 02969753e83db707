"""A change that applies only to the version that the caller knows."""

from typing import Annotated

from fastapi import Header

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that you read; 409 if it has changed. Without it, the last write wins."),
]


def known_tags(if_match: str | None) -> list[str]:
    """None without the header. Compared weakly: proxies that compress mark our tags as weak."""
    return [tag.strip().removeprefix("W/") for tag in if_match.split(",")] if if_match else []

"""Filters of lists, as queries send them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from lodestone.errors import InvalidRequest
from lodestone.ids import parse_id

StatusFilter = Annotated[str | None, Query(description="One or more, separated by commas")]
JobTypeFilter = Annotated[str | None, Query(alias="jobType")]
ErrorCodeFilter = Annotated[
    str | None, Query(alias="errorCode", description="One or more, separated by commas")
]
UserFilter = Annotated[str | None, Query(alias="userId", description="The id of one user")]
Limit = Annotated[int, Query(ge=1, le=100)]  # of a page


def choices(field: str, given: str | None, allowed: list[str]) -> list[str]:
    """The values between the commas; empty if none are given. Raises InvalidRequest for an unknown one."""
    chosen = given.split(",") if given is not None else []
    if not set(chosen) <= set(allowed):
        raise InvalidRequest(errors=[{"field": field, "message": f"Must be from: {', '.join(allowed)}."}])
    return chosen


def user_of(given: str | None) -> UUID | None:
    """The id; None if none is given. Raises InvalidRequest if it is not an id."""
    id = parse_id(given) if given is not None else None
    if given is not None and id is None:
        raise InvalidRequest(errors=[{"field": "userId", "message": "Must be an id (a UUID)."}])
    return id

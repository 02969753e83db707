"""Filters of lists, as queries send them."""

from typing import Annotated

from fastapi import Query

StatusFilter = Annotated[str | None, Query(description="One or more, separated by commas")]
JobTypeFilter = Annotated[str | None, Query(alias="jobType")]
ErrorCodeFilter = Annotated[
    str | None, Query(alias="errorCode", description="One or more, separated by commas")
]
UserFilter = Annotated[str | None, Query(alias="userId", description="The id of one user")]
WaitingForFilter = Annotated[
    str | None,
    Query(alias="waitingFor", description="What jobs wait for, in the words of `waitingFor`, with commas"),
]
TextFilter = Annotated[str | None, Query(description="In the input, or in what the job says")]
CostFilter = Annotated[str | None, Query(alias="costAbove", description="US dollars that it cost so far")]
SinceFilter = Annotated[str | None, Query(description="Accepted at this time or later")]
UntilFilter = Annotated[str | None, Query(description="Accepted before this time")]
Limit = Annotated[int, Query(ge=1, le=100)]  # of a page

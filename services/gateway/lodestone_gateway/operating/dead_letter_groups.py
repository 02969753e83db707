"""Dead letters by their cause: where to look first, and what to run again together."""

from datetime import timedelta
from typing import Self

from lodestone.clock import now
from lodestone.errors import InvalidRequest
from lodestone.wire import UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.operating.bulk_filter import BulkFilter
from lodestone_gateway.store.dead_letter_groups import BUCKETS, LetterGroup, Wanted, letter_groups
from lodestone_gateway.store.operations_queries import DeadJobFilter
from lodestone_gateway.store.session import transaction

USUAL_PERIOD = timedelta(days=7)


class DeadLetterGroup(WireModel):
    """Failed jobs of one type and error code that say the same apart from numbers and ids (`…`).

    `filter` means these jobs, as a bulk action takes it.
    """

    job_type: str
    error_code: str | None
    cause: str
    count: int
    users: int
    first_seen: UtcTime
    last_seen: UtcTime
    buckets: list[int]
    filter: BulkFilter

    @classmethod
    def of(cls, group: LetterGroup, wanted: Wanted) -> Self:
        """The view of a group."""
        filter = BulkFilter(
            job_type=group.job_type,
            error_code=group.error_code,
            cause=group.cause,
            user_id=wanted.user_id,
            failed_since=wanted.since,
        )
        return cls(
            job_type=group.job_type,
            error_code=group.error_code,
            cause=group.cause,
            count=group.jobs,
            users=group.users,
            first_seen=group.first_seen,
            last_seen=group.last_seen,
            buckets=group.buckets,
            filter=filter,
        )


class DeadLetterGroups(WireModel):
    """The largest groups of a period. `seen` failures were looked at: the newest, where there are too many.

    Each of the `buckets` of a group counts `bucketSeconds` of the period, the oldest first.
    """

    items: list[DeadLetterGroup]
    since: UtcTime
    until: UtcTime
    bucket_seconds: float
    seen: int


async def list_groups(reader: AsyncEngine, filter: DeadJobFilter) -> DeadLetterGroups:
    """Failed jobs that were not run again, by cause; of the last seven days if no time is given.

    Raises InvalidRequest for a period that ends before it begins.
    """
    until = filter.until or now()
    since = filter.since or until - USUAL_PERIOD
    if since >= until:
        raise InvalidRequest(errors=[{"field": "since", "message": "Must be before the end of the period."}])
    wanted = Wanted(since, until, filter.job_types, filter.error_codes, filter.user_id)
    async with transaction(reader) as session:
        groups, seen = await letter_groups(session, wanted)
    return DeadLetterGroups(
        items=[DeadLetterGroup.of(group, wanted) for group in groups],
        since=since,
        until=until,
        bucket_seconds=(until - since).total_seconds() / BUCKETS,
        seen=seen,
    )

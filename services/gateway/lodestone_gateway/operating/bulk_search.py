"""The dry run of a filter that no index answers: it looks at page after page of jobs, in each gateway.

A page is one transaction, which holds the bulk action's row, keeps the jobs that it found, and notes where
the next one goes on. So a process that dies in the middle leaves nothing half done.
"""

from lodestone.clock import now
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.operating.bulk_filter import BulkFilter, meant_by
from lodestone_gateway.operating.bulk_found import Found, found_of
from lodestone_gateway.paging import cursor_of, place_of
from lodestone_gateway.store import bulk_queries as queries
from lodestone_gateway.store.bulk_queries import MAX_JOBS
from lodestone_gateway.store.bulk_tables import BulkActionRow
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import transaction

NOTHING_YET = Found(eligible=0, not_eligible=[], by_type=[], cost_usd=None)


async def look_on(session: AsyncSession, reader: AsyncEngine, row: BulkActionRow, holds: Holds) -> None:
    """Looks at the next page for a dry run, whose row the session holds; the last one completes it.

    Raises InvalidRequest for a filter that this release does not know.
    """
    filter = BulkFilter.model_validate(row.filter)
    meant = meant_by(row.action, filter, holds)
    async with transaction(reader) as seeing_all:
        page = await queries.search_meant(seeing_all, meant, before=place_of(row.search_after))
        counts = [*Found.model_validate(row.found).counts, *page.counts]
        costs = await queries.recent_costs(seeing_all, sorted({c.job_type for c in counts if not c.reason}))
    found = found_of(counts, costs, is_paid=row.action == queries.REPLAY)
    await session.execute(_KEEP, {"id": row.id, "job_ids": page.eligible})
    row.found, row.searched = found.to_wire(), (row.searched or 0) + page.searched.count
    row.search_after = cursor_of(*page.searched.last) if page.searched.last else None
    row.next_at = await session.scalar(func.clock_timestamp())  # after what others have waiting
    if row.search_after is None or found.eligible > MAX_JOBS:
        row.state, row.found_at = "dry_run", now()


_KEEP = text("""
    INSERT INTO bulk_action_jobs (bulk_action_id, job_id) SELECT :id, unnest(CAST(:job_ids AS uuid[]))
    ON CONFLICT DO NOTHING
""")

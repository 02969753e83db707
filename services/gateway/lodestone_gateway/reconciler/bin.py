"""Empties the bin of what has been in it for as long as the settings allow."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.lead_magnets.erasing import erase_with_lead_magnet
from lodestone_gateway.store.session import transaction

_LEAD_MAGNETS = text("""
    DELETE FROM lead_magnets WHERE id IN
        (SELECT id FROM lead_magnets WHERE binned_at < :before ORDER BY binned_at LIMIT :batch)
        AND binned_at < :before
    RETURNING id, user_id, ideation_job_id
""")


async def empty_bin(engine: AsyncEngine, before: datetime, batch: int) -> int:
    """Deletes a batch of lead magnets binned before; has their jobs erased. Returns how many they were."""
    async with transaction(engine) as session:
        gone = (await session.execute(_LEAD_MAGNETS, {"before": before, "batch": batch})).all()
        for row in gone:
            await erase_with_lead_magnet(session, row.id, row.user_id, row.ideation_job_id)
    return len(gone)

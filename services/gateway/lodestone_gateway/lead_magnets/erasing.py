"""What is erased with a lead magnet. It is recorded with the deletion; the reconciler carries it out."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

_DRAFTS = text("DELETE FROM wizard_drafts WHERE position(:id IN wizard_state::text) > 0")

_JOBS_ON_IT = text("""
    INSERT INTO erasures (job_id, job_type, user_id)
    SELECT id, job_type, user_id FROM background_jobs WHERE lead_magnet_id = :id
    ON CONFLICT DO NOTHING
""")

# A retry keeps the ideas of the job it retries, so all of them go or none: not while one of them lives,
# another lead magnet came from it, the brand kit shows its ideas, or a draft names it.
_IDEATION = text("""
    WITH RECURSIVE family AS (
        SELECT id, parent_job_id, status, completed_at FROM background_jobs WHERE id = :id
        UNION
        SELECT job.id, job.parent_job_id, job.status, job.completed_at FROM background_jobs AS job
        JOIN family ON job.id = family.parent_job_id OR job.parent_job_id = family.id
    )
    INSERT INTO erasures (job_id, job_type, user_id)
    SELECT id, job_type, user_id FROM background_jobs
    WHERE id IN (SELECT id FROM family)
        AND NOT EXISTS (SELECT FROM family WHERE completed_at IS NULL)
        AND NOT EXISTS (SELECT FROM family JOIN lead_magnets ON ideation_job_id = family.id)
        AND NOT EXISTS (SELECT FROM family JOIN brand_kits ON ideation_generated_at = completed_at
            WHERE family.status = 'completed')
        AND NOT EXISTS (SELECT FROM family JOIN wizard_drafts
            ON position(family.id::text IN wizard_state::text) > 0)
    ON CONFLICT DO NOTHING
""")


async def erase_with_lead_magnet(session: AsyncSession, row: LeadMagnetRow) -> None:
    """Its drafts, the jobs on it, and its ideation job if nothing else of the owner's came from that.

    The row is already deleted.
    """
    await session.execute(_DRAFTS, {"id": str(row.id)})
    await session.execute(_JOBS_ON_IT, {"id": row.id})
    if row.ideation_job_id:
        await session.execute(_IDEATION, {"id": row.ideation_job_id})

"""What is erased with a lead magnet. It is recorded with the deletion; the reconciler carries it out."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_DRAFTS = text("""
    DELETE FROM wizard_drafts
    WHERE user_id = :user_id AND (id = :id OR position((:id)::text IN wizard_state::text) > 0)
""")

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
            WHERE user_id = :user_id AND family.status = 'completed')
        AND NOT EXISTS (SELECT FROM family JOIN wizard_drafts
            ON position(family.id::text IN wizard_state::text) > 0 WHERE user_id = :user_id)
    ON CONFLICT DO NOTHING
""")


async def erase_with_lead_magnet(
    session: AsyncSession, id: UUID, user_id: UUID, ideation_job_id: UUID | None
) -> None:
    """Its drafts and answers, the jobs on it, and its ideation job if nothing else came from that.

    The row is already deleted.
    """
    await session.execute(_DRAFTS, {"id": id, "user_id": user_id})
    await session.execute(_JOBS_ON_IT, {"id": id})
    if ideation_job_id:
        await session.execute(_IDEATION, {"id": ideation_job_id, "user_id": user_id})

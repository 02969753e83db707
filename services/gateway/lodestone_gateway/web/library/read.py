"""Reads a workspace: the lead magnet, its jobs, its emails and the answers kept for it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.entity_tags import ABSENT
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet
from lodestone_gateway.lead_magnets.readable import pass_over_unreadable
from lodestone_gateway.lead_magnets.wizard_drafts import WizardDraft
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.publication_queries import views_of
from lodestone_gateway.store.session import snapshot
from lodestone_gateway.web.forms import kept_form
from lodestone_gateway.web.library.pieces import Workspace, newest_of_each_type

JOBS_READ = 50
IN_PARTS = [name for name, piece in PIECES.items() if piece.parts and name != EMAILS]
"""Pieces with parts that each say whether their owner changed them."""
ANSWERS = "answers"  # the part of a draft that keeps them; the draft has the lead magnet's id


async def read_workspace(engine: AsyncEngine, user_id: UUID, id: UUID) -> Workspace:
    """The user's lead magnet as its page shows it. Raises NotFound.

    It is all of one moment: a form beside the newest emails must name the version that they made.
    """
    async with snapshot(engine, user_id) as session:
        row = await own_lead_magnet(session, id)
        jobs = await queries.jobs_of_lead_magnet(session, id, limit=JOBS_READ)
        again = await queries.asked_again(session, jobs)
        newest = newest_of_each_type(jobs, again)
        shown = {job.id for job in [*newest.values(), *(job for job in jobs if job.job_type in IN_PARTS)]}
        items = await queries.items_of_jobs(session, shown)
        emails = await queries.email_sequence(session, id)
        versions = await queries.listed_versions(session, id)
        draft = await queries.wizard_draft(session, user_id, id)
        views = await views_of(session, id)
    unreadable = pass_over_unreadable(row, emails)
    kept = kept_form(draft.wizard_state.get(ANSWERS) if draft else None)
    tag = WizardDraft.of(draft).tag if draft else ABSENT
    answers = kept.first_texts()
    return Workspace(row, emails, answers, jobs, items, versions, unreadable, tag, again, views)

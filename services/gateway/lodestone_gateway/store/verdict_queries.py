"""The read behind a verdict: everything that may hold one job up, in one plain statement at one moment.

For the reader role, which sees all rows. What it reads does not grow with the tables: the rows ahead in the
job's lane and the jobs that wait like it are counted up to a bound, both along an index.
"""

from typing import Any

from lodestone.events import JobRequested, Priority
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import PROJECTOR, durable
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store.holds import FRESH
from lodestone_gateway.store.leadership import Lock
from lodestone_gateway.store.operations_tables import EVERYTHING
from lodestone_gateway.store.tables import BackgroundJob

MOST_COUNTED = 1_000  # rows
OLDEST = 100  # jobs among which those are looked for that are published and not started
TOLD = ("started", "retrying", "call_started", "cancel_requested")
"""Events that say something about a job's state."""


async def surroundings(session: AsyncSession, job: BackgroundJob) -> dict[str, Any]:
    """The columns of `_READ`; times in JSON are seconds since 1970."""
    known = JOB_TYPES.get(job.job_type)
    values: dict[str, Any] = {
        "job_id": job.id,
        "seq": job.seq,  # what came since is not in the row
        "user_id": job.user_id,
        "everything": EVERYTHING,
        "job_type": job.job_type,
        "is_bulk": job.priority == Priority.BULK,
        "waiting_for": job.waiting_for,
        "service": known.service if known else "",
        "of_service": [each.name for each in JOB_TYPES.values() if known and each.service == known.service],
        "durable": durable(job.job_type),
        "projector": PROJECTOR,
        "requested": JobRequested.name,
        "told": list(TOLD),
        "fresh": FRESH,
        "most": MOST_COUNTED,
        "oldest": OLDEST,
        "relay_lock": Lock.RELAY.value,
        "projector_lock": Lock.PROJECTOR.value,
    }
    return (await session.execute(_READ, values)).one()._asdict()


_READ = text("""
    SELECT clock_timestamp() AS now,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(
                kind, paused_by, extract(epoch FROM paused_at), per_minute)), '[]') FROM (
            SELECT CASE job_type WHEN :everything THEN 'everything' ELSE 'job_type' END AS kind,
                paused_by, paused_at, per_minute
            FROM paused_job_types WHERE job_type IN (:job_type, :everything)
            UNION ALL
            SELECT 'user', paused_by, paused_at, per_minute FROM paused_users
            WHERE user_id = :user_id) AS pause) AS pauses,
        request.held_by, held.operator_id AS held_by_operator, held.ended_at AS held_at,
        hold.until AS held_until, pace.turn IS NOT NULL AS is_lane_held,
        request.event_id IS NOT NULL AS has_request, request.tried, request.published_at,
        ahead.all_jobs AS ahead, ahead.own_jobs AS ahead_of_owner,
        queue.pending AS undelivered, queue.waiting_pulls, folding.pending AS unfolded,
        (SELECT max(seen_at) FROM consumer_states) AS observed_at,
        lock.held @> ARRAY[CAST(:relay_lock AS bigint)] AS relay_leads,
        lock.held @> ARRAY[CAST(:projector_lock AS bigint)] AS projector_leads,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(
                worker_id, slots, running, extract(epoch FROM seen_at))), '[]')
            FROM service_beats WHERE service = :service) AS beats,
        (SELECT coalesce(jsonb_agg(jsonb_build_array(
                event, extract(epoch FROM time), attempt, body) ORDER BY seq), '[]')
            FROM job_events WHERE job_id = :job_id AND seq <= :seq AND event = ANY(:told)) AS log,
        (SELECT count(*) FILTER (WHERE waiting_for = :waiting_for) FROM (
            SELECT waiting_for FROM background_jobs
            WHERE job_type = :job_type AND status = 'processing' LIMIT :most) AS under_way) AS waiting_alike,
        (SELECT CASE WHEN count(*) < :most THEN count(*) FILTER (WHERE waiting_for IS NULL) END FROM (
            SELECT waiting_for FROM background_jobs
            WHERE job_type = ANY(:of_service) AND status = 'processing' LIMIT :most) AS under_way) AS started,
        (SELECT count(*) FROM (
            SELECT id FROM background_jobs WHERE job_type = :job_type AND status = 'pending'
            ORDER BY created_at, id LIMIT :oldest) AS first
            JOIN outbox AS sent ON sent.job_id = first.id AND sent.event = :requested
            WHERE sent.published_at IS NOT NULL) AS sent,
        (SELECT id FROM background_jobs WHERE parent_job_id = :job_id
            ORDER BY created_at, id LIMIT 1) AS run_again_as,
        (SELECT pg_column_size(input) FROM background_jobs WHERE id = :job_id) AS size
    FROM (SELECT coalesce(array_agg((classid::bigint << 32) | objid::bigint), '{}') AS held
        FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS lock
    LEFT JOIN spend_holds AS hold ON hold.is_bulk = :is_bulk AND hold.until > now()
    LEFT JOIN lane_paces AS pace
        ON pace.job_type = :job_type AND pace.is_bulk = :is_bulk AND pace.seen_at > now() - :fresh
    LEFT JOIN consumer_states AS queue ON queue.name = :durable
    LEFT JOIN consumer_states AS folding ON folding.name = :projector
    LEFT JOIN outbox AS request ON request.job_id = :job_id AND request.event = :requested
    LEFT JOIN LATERAL (
        SELECT action.operator_id, job.ended_at FROM bulk_actions AS action
        JOIN bulk_action_jobs AS job ON job.bulk_action_id = action.id AND job.job_id = :job_id
        WHERE action.id = request.held_by) AS held ON true
    CROSS JOIN LATERAL (
        SELECT count(*) AS all_jobs, count(*) FILTER (WHERE user_id = :user_id) AS own_jobs FROM (
            SELECT user_id FROM outbox
            WHERE job_type = :job_type AND is_bulk = :is_bulk AND published_at IS NULL
                AND held_by IS NULL AND (turn, position) < (request.turn, request.position)
                AND event = :requested AND request.published_at IS NULL
            LIMIT :most) AS first) AS ahead
""")

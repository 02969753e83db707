"""Taking a row that waits alone, by its id: the statement of a round touches no other row, and no lane."""

from lodestone.status import ENDED

from lodestone_gateway.outbox import queue
from lodestone_gateway.outbox.queue import Columns, Waiting
from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.operations_tables import EVERYTHING


async def take_lone(
    connection: AutocommitConnection, event_id: str, unreadable: set[str], *, published: list[str]
) -> Waiting | None:
    """Takes `published` off the queue, and marks the request of that id as tried in the same transaction.

    None if it is not one that nobody has tried, or if something holds it back: then a round looks for
    everything that waits. A row that cannot be read goes into `unreadable`.
    """
    rows = await connection.execute(TAKE_LONE, queue.values_of_marks(published) | {"event_id": event_id})
    return queue.readable(Columns(*rows[0]), unreadable) if rows else None


# As `queue.Waiting.may_be_first` says it, and as a round reads the lanes while nothing is resumed gradually.
TAKE_LONE = f"""
    WITH published AS ({queue.PUBLISH}),
    waiting AS MATERIALIZED (
        SELECT row.*, status, seq FROM (
            SELECT * FROM outbox
            WHERE event_id = %(event_id)s AND num_nulls(published_at) = 1 AND NOT tried
                AND num_nulls(held_by) = 1 AND event = 'requested' AND {queue.IS_OF_OTHERS}) AS row
        CROSS JOIN LATERAL {queue.ITS_JOB}
        WHERE seq = 0 AND status NOT IN ('{"', '".join(sorted(ENDED))}')
            AND NOT EXISTS (
                SELECT FROM paused_job_types AS pause WHERE pause.job_type IN (row.job_type, '{EVERYTHING}'))
            AND is_bulk NOT IN (SELECT is_bulk FROM spend_holds WHERE until > now())),
    first AS (
        UPDATE outbox SET tried = true WHERE event_id = ANY(ARRAY(
            SELECT event_id FROM outbox WHERE event_id = (SELECT event_id FROM waiting) AND NOT tried
                AND num_nulls(held_by) = 1
            FOR UPDATE SKIP LOCKED))
        RETURNING event_id, CASE WHEN lodestone_lane_time(job_type, is_bulk) < turn
            THEN setval(lodestone_lane_clock(job_type, is_bulk), turn) END)
    SELECT event_id, job_id, job_type, event, body::text, time, traceparent, tried, is_bulk, turn, status,
        seq, true
    FROM waiting JOIN first USING (event_id)"""  # noqa: S608

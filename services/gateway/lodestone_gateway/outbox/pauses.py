"""Pauses as the relay hears them once a second: plain SQL, never for a single job."""

from typing import NamedTuple

from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.operations_tables import EVERYTHING


class Pauses(NamedTuple):
    """What is paused, as far as the relay has to know it beforehand."""

    paces: dict[str, int]  # of what is resumed gradually: job types, ids of users, everything
    users: frozenset[str]  # who are paused or resumed gradually
    ended: list[str]  # what nothing waits of any more: it is resumed now
    are_any: bool = False  # whether anything is or was just held, so that no round has read all that waits


async def hear_pauses(connection: AutocommitConnection) -> Pauses:
    """Ends what was resumed gradually and has no backlog left, and reads the rest."""
    rows = await connection.execute(_HEAR)
    return Pauses(
        {name: pace for name, _, pace, has_ended in rows if pace and not has_ended},
        frozenset(name for name, is_user, _, has_ended in rows if is_user and not has_ended),
        [name for name, _, _, has_ended in rows if has_ended and name],
        any(is_held for name, _, _, is_held in rows if not name),
    )


# A job that is accepted meanwhile is not held back any more.
_WAITS = "SELECT FROM outbox WHERE published_at IS NULL AND held_by IS NULL AND event = 'requested'"
_HEAR = f"""
    WITH gone_types AS (
        DELETE FROM paused_job_types AS pause
        WHERE per_minute IS NOT NULL AND job_type <> '{EVERYTHING}'
            AND NOT EXISTS ({_WAITS} AND job_type = pause.job_type)
        RETURNING job_type),
    gone_everything AS (
        DELETE FROM paused_job_types
        WHERE per_minute IS NOT NULL AND job_type = '{EVERYTHING}' AND NOT EXISTS ({_WAITS})
        RETURNING job_type),
    gone_users AS (
        DELETE FROM paused_users AS pause
        WHERE per_minute IS NOT NULL AND NOT EXISTS ({_WAITS} AND user_id = pause.user_id)
        RETURNING user_id)
    SELECT job_type, false, per_minute,
        job_type IN (SELECT job_type FROM gone_types UNION ALL SELECT job_type FROM gone_everything)
    FROM paused_job_types WHERE per_minute IS NOT NULL
    UNION ALL
    SELECT user_id::text, true, per_minute, user_id IN (SELECT user_id FROM gone_users)
    FROM paused_users
    UNION ALL
    SELECT '', false, NULL, EXISTS (SELECT FROM paused_job_types) OR EXISTS (SELECT FROM paused_users)
        OR EXISTS (SELECT FROM spend_holds WHERE until > now() - interval '5 seconds')"""  # noqa: S608

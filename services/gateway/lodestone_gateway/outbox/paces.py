"""What the relay holds back: told to the gateways once a second, never for a single job."""

import json
from collections.abc import Sequence
from uuid import UUID

from lodestone.clock import now

from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.holds import CAPPED, MOST_CAPPED, Pace

_TELL = """
    INSERT INTO lane_paces (job_type, is_bulk, turn, per_second, seen_at)
    SELECT pace->>0, (pace->>1)::boolean, (pace->>2)::bigint, (pace->>3)::double precision, %(time)s
    FROM jsonb_array_elements(%(paces)s) AS pace
    ON CONFLICT (job_type, is_bulk) DO UPDATE
    SET turn = excluded.turn, per_second = excluded.per_second, seen_at = excluded.seen_at
    RETURNING 1"""
_TELL_CAPPED = f"SELECT pg_notify('{CAPPED}', %(capped)s)"


async def tell_paces(connection: AutocommitConnection, paces: Sequence[Pace]) -> None:
    """How the lanes advance of which something is held back, over what was told before."""
    await connection.execute(_TELL, {"paces": json.dumps(paces), "time": now()})


async def tell_capped(connection: AutocommitConnection, capped: Sequence[tuple[str, UUID]]) -> None:
    """Whose jobs of which types wait for jobs of their own; kept nowhere."""
    told = [[job_type, str(user_id)] for job_type, user_id in capped[:MOST_CAPPED]]
    await connection.execute(_TELL_CAPPED, {"capped": json.dumps(told)})

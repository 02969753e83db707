"""How the lanes of the outbox advance: told by the relay, read by the gateways, never for a single job."""

import json
from collections.abc import Sequence

from lodestone.clock import now

from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.holds import Pace

_TELL = """
    INSERT INTO lane_paces (job_type, is_bulk, turn, per_second, seen_at)
    SELECT pace->>0, (pace->>1)::boolean, (pace->>2)::bigint, (pace->>3)::double precision, %(time)s
    FROM jsonb_array_elements(%(paces)s) AS pace
    ON CONFLICT (job_type, is_bulk) DO UPDATE
    SET turn = excluded.turn, per_second = excluded.per_second, seen_at = excluded.seen_at
    RETURNING 1"""


async def tell_paces(connection: AutocommitConnection, paces: Sequence[Pace]) -> None:
    """Writes them over those of before."""
    await connection.execute(_TELL, {"paces": json.dumps(paces), "time": now()})

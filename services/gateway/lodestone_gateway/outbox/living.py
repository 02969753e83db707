"""Which jobs live, as Postgres has it: plain SQL for the relay, never for a single job."""

import json
from collections.abc import Sequence
from uuid import UUID

from lodestone.status import ENDED

from lodestone_gateway.outbox.window import Request
from lodestone_gateway.store.autocommit import AutocommitConnection

_RUNNING = "SELECT job_type, id, user_id FROM background_jobs WHERE status = 'processing'"
_LIVING = f"""
    SELECT id FROM background_jobs
    WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text(%(ids)s)::uuid))
        AND status NOT IN ('{"', '".join(sorted(ENDED))}')"""  # noqa: S608


async def read_running(connection: AutocommitConnection) -> list[Request]:
    """All jobs that have begun and not ended, whoever published them."""
    return [Request(*row) for row in await connection.execute(_RUNNING)]


async def read_living(connection: AutocommitConnection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these jobs that have not ended; one that was deleted lives no more."""
    rows = await connection.execute(_LIVING, {"ids": json.dumps(list(map(str, ids)))})
    return {id for (id,) in rows}

"""The gateway as the command line sees it for one user: their jobs, and what happens to them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
from lodestone.events import TERMINAL_EVENTS

from lodestone_local.connection import Connection, GatewayFailed, check

TERMINAL = {f"job.{name}" for name in TERMINAL_EVENTS}
RECONNECT_SECONDS = 1.0
GIVE_UP_SECONDS = 60.0  # without any connection


class GatewayClient(Connection):
    """One user's view of a gateway. Raises GatewayFailed with what the gateway said."""

    async def submit(self, job_type: str, job_input: Any, lead_magnet_id: UUID | None = None) -> str:
        """The id of the new job."""
        body = {"jobType": job_type, "input": job_input}
        if lead_magnet_id:
            body["leadMagnetId"] = str(lead_magnet_id)
        # In ASCII: a file may contain halves of surrogate pairs, and the gateway should refuse them.
        content = json.dumps(body).encode()
        answer = await self.ask(
            "POST", "/api/jobs", content=content, headers={"Content-Type": "application/json"}
        )
        return str(answer["jobId"])

    async def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        return await self.ask("GET", f"/api/jobs/{job_id}")

    async def follow(self, job_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every event of the job once, up to the terminal one; resumes after a broken connection."""
        last_seen, heard_at = "0", time.monotonic()
        while True:
            try:
                async with self.http.sse(
                    f"/api/jobs/{job_id}/events", headers={"Last-Event-ID": last_seen}
                ) as stream:
                    check(stream.response)
                    async for frame in stream:
                        heard_at = time.monotonic()
                        if frame.event.startswith("job."):
                            last_seen = frame.id
                            yield {"event": frame.event, **_as_object(frame.json())}
                        if frame.event in TERMINAL:
                            return
            except httpx2.TransportError as error:
                if time.monotonic() - heard_at > GIVE_UP_SECONDS:
                    raise GatewayFailed(f"The gateway has gone away: {error!r}") from error
            await asyncio.sleep(RECONNECT_SECONDS)


def _as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""The gateway as the command line sees it: plain HTTP and server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any, Self
from uuid import UUID

import httpx2
from lodestone.errors import LodestoneError
from lodestone.events import TERMINAL_EVENTS

TERMINAL = {f"job.{name}" for name in TERMINAL_EVENTS}
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 45.0  # three times the interval of the stream's heartbeats
RECONNECT_SECONDS = 1.0
GIVE_UP_SECONDS = 60.0  # without any connection


class GatewayFailed(LodestoneError):
    """The gateway did not do what we asked."""


class GatewayClient:
    """One user's view of a gateway. Raises GatewayFailed with what the gateway said."""

    def __init__(self, url: str, token: str) -> None:
        timeout = httpx2.Timeout(CONNECT_SECONDS, read=SILENCE_SECONDS)
        # No proxy: the gateway is on this machine.
        self._http = httpx2.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def submit(self, job_type: str, job_input: Any, lead_magnet_id: UUID | None = None) -> str:
        """The id of the new job."""
        body = {"jobType": job_type, "input": job_input}
        if lead_magnet_id:
            body["leadMagnetId"] = str(lead_magnet_id)
        # In ASCII: a file may contain halves of surrogate pairs, and the gateway should refuse them.
        content = json.dumps(body).encode()
        answer = await self._ask(
            "POST", "/api/jobs", content=content, headers={"Content-Type": "application/json"}
        )
        return str(answer["jobId"])

    async def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        return await self._ask("GET", f"/api/jobs/{job_id}")

    async def follow(self, job_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every event of the job once, up to the terminal one; resumes after a broken connection."""
        last_seen, heard_at = "0", time.monotonic()
        while True:
            try:
                async with self._http.sse(
                    f"/api/jobs/{job_id}/events", headers={"Last-Event-ID": last_seen}
                ) as stream:
                    _check(stream.response)
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

    async def _ask(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, path, **how)
        except httpx2.TransportError as error:
            raise GatewayFailed(
                f"The gateway at {self._http.base_url} cannot be reached: {error!r}"
            ) from error
        _check(answer)
        return _as_object(_json(answer))


def _json(answer: httpx2.Response) -> object:
    try:
        return answer.json()
    except ValueError as error:
        raise GatewayFailed(f"What answers at {answer.request.url} is not a Lodestone gateway.") from error


def _check(answer: httpx2.Response) -> None:
    if answer.is_success:
        return
    try:
        problem = _as_object(answer.json())
    except (ValueError, httpx2.ResponseNotRead):
        problem = {}
    wrong = "; ".join(f"{each['field']}: {each['message']}" for each in problem.get("errors", []))
    raise GatewayFailed(
        f"{problem.get('detail', f'The gateway answered {answer.status_code}')} {wrong}".strip()
    )


def _as_object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""Small values that processes share on the bus, each changed only by whoever has seen its newest version."""

import json
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from lodestone import subjects
from lodestone.bus.publisher import WRONG_LAST_SEQUENCE

ANSWER_SECONDS = 1.0


class KeptValues:
    """The values as one process sees them. All methods raise ConnectionError when the bus does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def read(self, name: str) -> tuple[bytes, int]:
        """The newest value and its version; `b""` and 0 when there is none."""
        answer = await self._ask(subjects.limit_read(name), b"")
        headers = answer.headers or {}
        if headers.get("Status") == "404":
            return b"", 0
        if "Nats-Sequence" not in headers:
            raise ConnectionError(f"the bus answered {headers.get('Status')} {headers.get('Description')}")
        return answer.data, int(headers["Nats-Sequence"])

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """Replaces that version; the new one, or None when there is a newer one already."""
        expected = {subjects.EXPECTED_SEQUENCE: str(version)}
        answer = await self._ask(subjects.limit_subject(name), value, expected)
        told: dict[str, Any] = json.loads(answer.data)
        if error := told.get("error"):
            if error.get("err_code") == WRONG_LAST_SEQUENCE:
                return None
            raise ConnectionError(f"the bus does not keep the value: {error}")
        return int(told["seq"])

    async def _ask(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> Msg:
        try:
            return await self._client.request(subject, body, timeout=ANSWER_SECONDS, headers=headers)
        except (Error, TimeoutError) as error:
            raise ConnectionError(f"the bus does not answer: {error!r}") from error

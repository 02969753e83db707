"""Small values that processes share on the bus, each changed only by whoever has seen its newest version."""

import json
from collections.abc import Callable
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from lodestone import subjects
from lodestone.bus.publisher import WRONG_LAST_SEQUENCE

ANSWER_SECONDS = 1.0


class KeptValues:
    """The values under one subject, as one process sees them."""

    def __init__(self, client: Client, under: str) -> None:
        self._client = client
        self._under = under

    async def read(self, name: str) -> tuple[bytes, int]:
        """The newest value and its version; `b""` and 0 when there is none. Raises ConnectionError."""
        answer = await self._ask(subjects.kept_read(self._under, name), b"")
        headers = answer.headers or {}
        if headers.get("Status") == "404":
            return b"", 0
        if "Nats-Sequence" not in headers:
            raise ConnectionError(f"the bus answered {headers.get('Status')} {headers.get('Description')}")
        return answer.data, int(headers["Nats-Sequence"])

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """Replaces that version; the new one, or None when there is a newer one already.

        Raises ConnectionError when the bus does not answer.
        """
        expected = {subjects.EXPECTED_SEQUENCE: str(version)}
        answer = await self._ask(subjects.kept_subject(self._under, name), value, expected)
        told: dict[str, Any] = json.loads(answer.data)
        if error := told.get("error"):
            if error.get("err_code") == WRONG_LAST_SEQUENCE:
                return None
            raise ConnectionError(f"the bus does not keep the value: {error}")
        return int(told["seq"])

    async def follow(self, on_changed: Callable[[str, bytes], None]) -> None:
        """Calls back with a value's name and the new value whenever a process replaces it; names are tokens.

        The bus may lose such a message.
        """

        async def hear(message: Msg) -> None:
            on_changed(message.subject.rpartition(".")[2], message.data)

        await self._client.subscribe(subjects.kept_filter(self._under), cb=hear)

    async def _ask(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> Msg:
        try:
            return await self._client.request(subject, body, timeout=ANSWER_SECONDS, headers=headers)
        except (Error, TimeoutError) as error:
            raise ConnectionError(f"the bus does not answer: {error!r}") from error

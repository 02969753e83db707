"""What is sent is, byte for byte, what the library sends."""

from typing import Any

import pytest
from lodestone.bus.fast_client import FastClient
from nats.aio.client import Client
from nats.errors import BadHeaderError, BadSubjectError


async def sent(client: Client, headers: dict[str, Any] | None, subject: str = "job.requested") -> bytes:
    commands: list[bytes] = []

    async def note(cmd: bytes, priority: bool = False) -> None:
        commands.append(cmd)

    client._send_command = note  # type: ignore[method-assign]
    await client._send_publish(subject, "_INBOX.1", b"{}", 2, headers)
    assert (client.stats["out_msgs"], client.stats["out_bytes"]) == (1, 2)
    return b"".join(commands)


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {"ce-id": "1"},
        {"Nats-Msg-Id": "0199", "ce-source": "/lodestone/relay", "empty": ""},
        {" padded ": "  value\t", "": "no name", "  ": "nor here"},
        {"split": "one\r\nPUB two", "tabs": "a\tb", "letters": "ä €"},
    ],
)
async def test_a_message_is_sent_as_the_library_sends_it(headers: dict[str, Any] | None) -> None:
    assert await sent(FastClient(), headers) == await sent(Client(), headers)


@pytest.mark.parametrize("name", ["a b", "a:b", "ä", "a\r\nb"])
async def test_what_is_no_name_is_refused(name: str) -> None:
    for client in (FastClient(), Client()):
        with pytest.raises(BadHeaderError):
            await sent(client, {name: "value"})


async def test_a_message_without_a_subject_is_refused() -> None:
    with pytest.raises(BadSubjectError):
        await sent(FastClient(), {"ce-id": "1"}, subject="")

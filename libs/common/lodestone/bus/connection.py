"""The connection to NATS: kept for ever, loud about what it is refused."""

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from nats.aio.client import Client
from prometheus_client import Counter

from lodestone.settings import ProcessSettings
from lodestone.subjects import inbox_prefix

RECONNECT_SECONDS = 0.5
VIOLATION = "permissions violation"  # in what the server says of a subject that a user may not use

log = structlog.get_logger(__name__)
bus_errors = Counter("lodestone_bus_errors_total", "Errors that the NATS client reported", ["kind"])


class Lifeline:
    """Ends the process when a connection closes that nobody meant to close.

    A closed client never comes back and starves the event loop; a fresh process is the only cure.
    """

    def __init__(self) -> None:
        self.is_wanted = True

    async def on_closed(self) -> None:
        """The client's `closed_cb`."""
        if self.is_wanted:
            log.error("the connection to NATS was closed for good")
            os._exit(70)


class BusClient(Client):
    """A NATS client with the way to end it on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.lifeline = Lifeline()

    async def disconnect(self) -> None:
        """Ends the connection; what is not sent by then is lost."""
        self.lifeline.is_wanted = False
        if not self.is_closed:
            await self.close()


async def connect(settings: ProcessSettings, user: str) -> BusClient:
    """A connected client that reconnects without end; waits for a server that is not there yet."""
    client = BusClient()
    options = connect_options(user, client.lifeline.on_closed)
    bear_every_subject(client)
    await client.connect(servers=[settings.nats_url_of(user)], **options)
    return client


def bear_every_subject(client: Client) -> None:
    """Lets the client read subjects that are no UTF-8; the server takes those.

    On such a one the client itself raises, and its connection is deaf from then on, also after a reconnect:
    the message comes again.
    """
    build = client._build_message

    def build_readable(sid: int, subject: bytes, *rest: Any) -> Any:
        return build(sid, subject.decode(errors="replace").encode(), *rest)

    client._build_message = build_readable  # type: ignore[method-assign,assignment]


def connect_options(user: str, on_closed: Callable[[], Awaitable[None]]) -> dict[str, Any]:
    """How every user of the bus connects; FastStream's broker is given the same."""
    return {
        "name": user,
        "allow_reconnect": True,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": RECONNECT_SECONDS,
        "error_cb": _report_error,
        "closed_cb": on_closed,
        "inbox_prefix": inbox_prefix(user),
    }


def is_refused(client: Client, subject: str) -> bool:
    """Whether the last that the server complained of is that this client may not use the subject."""
    complaint = str(client.last_error).lower()
    return VIOLATION in complaint and f'"{subject.lower()}"' in complaint


async def _report_error(error: Exception) -> None:
    # A forbidden publish is only a timeout to its caller; here is the one place that is told why.
    is_violation = VIOLATION in str(error).lower()
    kind = "permission" if is_violation else type(error).__name__
    bus_errors.labels(kind=kind).inc()
    log.log(logging.ERROR if is_violation else logging.WARNING, "bus error", kind=kind, error=str(error))

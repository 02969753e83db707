"""The connection to NATS: kept for ever, loud about what it is refused."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from nats.aio.client import Client
from nats.errors import Error
from prometheus_client import Counter

from lodestone.bus import watchdog
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings
from lodestone.subjects import inbox_prefix

RECONNECT_SECONDS = 0.5
CONNECT_SECONDS = 10.0  # for all servers of a URL together
PING_SECONDS = 5  # two that nobody answers mean that the connection leads nowhere
UNANSWERED_PINGS = 2
SCHEMES = ("nats", "tls", "ws", "wss")
VIOLATION = "permissions violation"  # in what the server says of a subject that a user may not use

log = structlog.get_logger(__name__)
bus_errors = Counter("lodestone_bus_errors_total", "Errors that the NATS client reported", ["kind"])


class ExitOnClose:
    """Ends the process when a connection closes that nobody meant to close.

    A closed client never comes back and starves the event loop; a fresh process is the only cure.
    """

    def __init__(self) -> None:
        self.is_armed = True

    async def on_closed(self) -> None:
        """The client's `closed_cb`."""
        if self.is_armed:
            log.error("the connection to NATS was closed for good")
            os._exit(70)


class BusClient(Client):
    """A NATS client that no refusal ends, with the way to end it on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.exit_on_close = ExitOnClose()
        self._watching: asyncio.Task[None] | None = None
        bear_every_subject(self)

    def look_after(self, would_be_taken_in: Callable[[], Awaitable[bool]]) -> None:
        """From now on liveness hears of it when this connection leads nowhere."""
        self._watching = asyncio.create_task(watchdog.watch(self, would_be_taken_in))

    def let_go(self) -> None:
        """From now on nobody minds if the connection closes."""
        self.exit_on_close.is_armed = False
        if self._watching:
            self._watching.cancel()

    async def disconnect(self) -> None:
        """Ends the connection; what is not sent by then is lost."""
        self.let_go()
        if not self.is_closed:
            await self.close()

    def abandon(self) -> None:
        """Ends a connection that never was one, without waiting for the farewell of its server."""
        for task in (self._reading_task, self._ping_interval_task, self._flusher_task):
            if task:
                task.cancel()
        if self._transport:
            self._transport.close()  # type: ignore[no-untyped-call]

    async def _attempt_reconnect(self) -> None:
        # The client itself gives up for good, and in silence, where it meets what it did not expect.
        while True:
            try:
                return await super()._attempt_reconnect()
            except Exception as error:
                await _report_error(error)
                self._status = Client.RECONNECTING
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _process_err(self, err_msg: str) -> None:
        # The client itself closes on every complaint: a login that was taken back may be given again.
        error = Error(f"nats: {err_msg.strip(chr(39))}")
        self._err = error
        if VIOLATION in err_msg.lower():
            await self._error_cb(error)
        elif self.is_connected:
            await self._error_cb(error)
            await self._process_op_err(error)


async def connect(settings: BusSettings, user: str) -> BusClient:
    """A connected client that reconnects without end; waits for a server that is there and takes it.

    Raises Misconfigured for a URL that is none.
    """
    servers = servers_of(settings, user)
    waiting = asyncio.get_running_loop().call_later(RECONNECT_SECONDS, _tell_of_waiting, user)
    try:
        while True:
            try:
                client = await connect_once(servers, user)
            except Exception as error:
                await _report_error(error)
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                client.look_after(lambda: _takes_in(servers, user))
                return client
    finally:
        waiting.cancel()


def _tell_of_waiting(user: str) -> None:
    log.warning("waiting for NATS: is it running, and is LODESTONE_NATS_URL correct?", user=user)


async def _takes_in(servers: list[str], user: str) -> bool:
    """Whether the bus would take this user in now."""
    try:
        await (await connect_once(servers, user)).disconnect()
    except Exception:
        return False
    return True


async def connect_once(servers: list[str], user: str) -> BusClient:
    """A client connected at the first try, which reconnects without end after it. Raises what refused it."""
    client = BusClient()
    options = connect_options(user, client.exit_on_close.on_closed) | {"allow_reconnect": False}
    client.exit_on_close.is_armed = False
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.connect(servers=servers, **options)
            await client.flush(
                watchdog.ANSWER_SECONDS
            )  # a server that hangs up after the login has taken nobody in
    except BaseException:
        client.abandon()
        raise
    client.options["allow_reconnect"] = client.exit_on_close.is_armed = True
    return client


def servers_of(settings: BusSettings, user: str) -> list[str]:
    """The URLs of the bus for this user. Raises Misconfigured for one that is none."""
    return [_checked(server.strip(), user) for server in settings.nats_url_of(user).split(",")]


def _checked(url: str, user: str) -> str:
    parts = urlsplit(url if "//" in url else f"nats://{url}")
    try:
        is_one = bool(parts.hostname) and parts.scheme in SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if not is_one:
        raise Misconfigured(
            f"The URL of NATS for the user {user} must be like nats://{user}:password@host:4222. "
            "Set LODESTONE_NATS_URL, or LODESTONE_NATS_URLS if the process is several users."
        )
    return url


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
    """How every user of the bus connects."""
    return {
        "name": user,
        "allow_reconnect": True,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": RECONNECT_SECONDS,
        "ping_interval": PING_SECONDS,
        "max_outstanding_pings": UNANSWERED_PINGS,
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

"""The connection to NATS: kept for ever, and loud about refusals."""

import asyncio
import logging
import math
import os
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from nats.aio.client import Client
from nats.aio.transport import TcpTransport
from nats.errors import Error, StaleConnectionError
from prometheus_client import Counter

from lodestone.bus import watchdog
from lodestone.bus.fast_client import FastClient
from lodestone.errors import Misconfigured
from lodestone.rhythm import sleep_to_next
from lodestone.settings import BusSettings
from lodestone.subjects import inbox_prefix

RECONNECT_SECONDS = 0.5
FAREWELL_SECONDS = 2.0  # for the end of a connection
CONNECT_SECONDS = 10.0  # for all servers of a URL together
PING_SECONDS = 5  # two unanswered ones mean that the connection is dead
UNANSWERED_PINGS = 2
SCHEMES = ("nats", "tls", "ws", "wss")
VIOLATION = "permissions violation"  # in the server's error about a forbidden subject

log = structlog.get_logger(__name__)
bus_errors = Counter("lodestone_bus_errors_total", "Errors that the NATS client reported", ["kind"])


class ExitOnClose:
    """Ends the process when a connection closes unexpectedly.

    A closed client never recovers and starves the event loop; only a new process helps.
    """

    def __init__(self) -> None:
        self.is_armed = True

    async def on_closed(self) -> None:
        """The client's `closed_cb`."""
        if self.is_armed:
            log.error("the connection to NATS was closed for good")
            os._exit(70)


class BusClient(FastClient):
    """A NATS client that survives refusals, with a way to end it on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.exit_on_close = ExitOnClose()
        self.connected_since = time.monotonic()  # without a break; infinite while it is broken
        self.on_reconnect: list[Callable[[], None]] = []  # called each time the connection is there again
        self._watching: asyncio.Task[None] | None = None
        self._is_over = False
        bear_every_subject(self)

    def look_after(self, would_be_taken_in: Callable[[], Awaitable[bool]]) -> None:
        """From now on liveness fails when this connection is dead."""
        self._watching = asyncio.create_task(watchdog.watch(self, would_be_taken_in))

    def let_go(self) -> None:
        """From now on the connection may close without consequence."""
        self.exit_on_close.is_armed = False
        if self._watching:
            self._watching.cancel()

    async def disconnect(self) -> None:
        """Ends the connection within seconds; unsent messages are lost."""
        self.let_go()
        self._is_over = True
        if not self.is_closed:
            # It may have ended at the other end; one that broke in its TLS handshake never says so, and an
            # encrypted one that broke has lost what it would write the unsent to.
            try:
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self.close()
            except (OSError, Error, AttributeError):
                self.abandon()

    def abandon(self) -> None:
        """Ends a connection that was never established, or does not end, without waiting for its server."""
        tasks = self._reading_task, self._ping_interval_task, self._flusher_task, self._reconnection_task
        for task in tasks:
            if task:
                task.cancel()
        if self._transport:
            self._transport.close()  # type: ignore[no-untyped-call]

    async def _ping_interval(self) -> None:
        # As the client's own, at the moments at which all on this machine ping.
        while True:
            await sleep_to_next(self.options["ping_interval"])
            if not self.is_connected:
                continue
            self._pings_outstanding += 1
            if self._pings_outstanding > self.options["max_outstanding_pings"]:
                await self._process_op_err(StaleConnectionError())
                return
            try:
                await self._send_ping()
            except (RuntimeError, AttributeError):  # it is just being closed
                return

    async def _attempt_reconnect(self) -> None:
        # On an unexpected error the client gives up for good, silently.
        self.connected_since = math.inf
        while not self._is_over:  # a client that is closed while it shakes hands misses its cancellation
            try:
                await super()._attempt_reconnect()
                self.connected_since = time.monotonic()
                for tell in self.on_reconnect:
                    tell()
                return
            except Exception as error:
                await _report_error(error)
                self._status = Client.RECONNECTING
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _process_connect_init(self) -> None:
        await super()._process_connect_init()
        # The client does not tell its protocol of TLS; without that, each end of a connection is a warning.
        writer = self._transport._io_writer if isinstance(self._transport, TcpTransport) else None
        if writer is not None and writer.get_extra_info("cipher"):
            protocol: Any = writer.transport.get_protocol()
            protocol._over_ssl = True

    def _connect_command(self) -> bytes:
        # If a server does not ask for TLS, the client would go on unencrypted and send the password.
        is_wanted = self._current_server is not None and self._current_server.uri.scheme == "tls"
        if is_wanted and not self._server_info.get("tls_required"):
            raise Error("nats: the server does not speak TLS, which the URL asks for")
        return super()._connect_command()

    async def _process_err(self, err_msg: str) -> None:
        # The client closes on every error, but a revoked login may be restored.
        error = Error(f"nats: {err_msg.strip(chr(39))}")
        self._err = error
        if VIOLATION in err_msg.lower():
            await self._error_cb(error)
        elif self.is_connected:
            await self._error_cb(error)
            await self._process_op_err(error)


async def connect(settings: BusSettings, user: str) -> BusClient:
    """A connected client that reconnects for ever; waits for a server that accepts it.

    Raises Misconfigured for an invalid URL.
    """
    servers, trust = servers_of(settings, user), trust_of(settings)
    waiting = asyncio.get_running_loop().call_later(RECONNECT_SECONDS, _tell_of_waiting, user)
    try:
        while True:
            try:
                client = await connect_once(servers, user, trust)
            except Exception as error:
                await _report_error(error)
                await asyncio.sleep(RECONNECT_SECONDS)
            else:
                client.look_after(lambda: _takes_in(servers, user, trust))
                return client
    finally:
        waiting.cancel()


def _tell_of_waiting(user: str) -> None:
    log.warning("waiting for NATS: is it running, and is LODESTONE_NATS_URL correct?", user=user)


async def _takes_in(servers: list[str], user: str, trust: ssl.SSLContext | None) -> bool:
    """Whether the bus would accept this user now."""
    try:
        await (await connect_once(servers, user, trust)).disconnect()
    except Exception:
        return False
    return True


async def connect_once(servers: list[str], user: str, trust: ssl.SSLContext | None = None) -> BusClient:
    """A client connected at the first try, which then reconnects for ever. Raises the refusal."""
    client = BusClient()
    options = connect_options(user, client.exit_on_close.on_closed) | login_of(servers)
    options |= {"allow_reconnect": False, "tls": trust}
    client.exit_on_close.is_armed = False
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.connect(servers=servers, **options)
            await client.flush(
                watchdog.ANSWER_SECONDS
            )  # a server that hangs up after the login has not accepted it
    except BaseException:
        client.abandon()
        raise
    client.options["allow_reconnect"] = client.exit_on_close.is_armed = True
    return client


def servers_of(settings: BusSettings, user: str) -> list[str]:
    """The URLs of the bus for this user. Raises Misconfigured for an invalid one."""
    return [_checked(server.strip(), user) for server in settings.nats_url_of(user).split(",")]


def login_of(servers: list[str]) -> dict[str, str]:
    """The login in the URLs as the client's options: it also holds for nodes that only the cluster names.

    Without it the client logs in only at the nodes of the URLs, and no other node lets it in when they die.
    """
    for url in map(urlsplit, servers):
        if url.username and url.password:
            return {"user": url.username, "password": url.password}
        if url.username:
            return {"token": url.username}
    return {}


def trust_of(settings: BusSettings) -> ssl.SSLContext | None:
    """Who may sign the servers' certificates; None for whom the system trusts. Raises Misconfigured."""
    if settings.nats_ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=settings.nats_ca)
    except OSError:
        raise Misconfigured(
            f"LODESTONE_NATS_CA names {settings.nats_ca}, which is not a readable file of certificates (PEM)."
        ) from None


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
    """Lets the client read subjects that are not UTF-8; the server accepts those.

    On such a subject the client itself raises and reads nothing more, even after a reconnect: the message
    comes again.
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
    """Whether the server's last error is that this client may not use the subject."""
    complaint = str(client.last_error).lower()
    return VIOLATION in complaint and f'"{subject.lower()}"' in complaint


async def _report_error(error: Exception) -> None:
    # The caller sees a forbidden publish only as a timeout; only here is the reason known.
    is_violation = VIOLATION in str(error).lower()
    kind = "permission" if is_violation else type(error).__name__
    bus_errors.labels(kind=kind).inc()
    log.log(logging.ERROR if is_violation else logging.WARNING, "bus error", kind=kind, error=str(error))

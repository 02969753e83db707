"""How many connections are allowed, and which one gives way when there are too many.

Each connection takes a file descriptor, and so does each one to the database: a client that takes them all
takes the process down. A connection without a request gives way to a new one; one that is being answered
never does.
"""

import asyncio
import os
import resource
import time
from collections import Counter
from collections.abc import Sequence
from enum import Enum, IntEnum
from ipaddress import ip_address, ip_network
from typing import Protocol

import structlog

from lodestone_gateway.metrics import REFUSED_CONNECTIONS

MOST_DESCRIPTORS = 65_536  # more than one process can serve
RESERVED = 128  # descriptors for the database, the bus, files, and for connections that get a refusal
MARGIN = 32  # connections beyond the limit, to refuse them politely and to answer probes
PATIENCE = 0.25  # seconds that each connection has before it gives way: its request may be on the way
LEAST = 16  # the smallest limit of connections
SAY_EVERY = 1.0  # seconds between two lines about refused connections

log = structlog.get_logger(__name__)


class Phase(IntEnum):
    """What a connection does; the order in which connections give way."""

    SILENT = 0  # it has not sent a request yet
    IDLE = 1  # it was answered and is kept
    RECEIVING = 2  # a part of its request's body is missing
    ANSWERING = 3  # never gives way


class Verdict(Enum):
    """The decision about a new connection."""

    WELCOME = "welcome"
    FULL = "full"  # its request is answered with 503
    CROWD = "crowd"  # too many from its address: 429
    SHUT = "shut"  # closed at once


class Closable(Protocol):
    """A connection."""

    def give_way(self) -> None:
        """Closes it."""


class Door:
    """All connections of this process."""

    def __init__(self, most: int, per_address: int, proxies: Sequence[str] = ()) -> None:
        self._most = max(most, LEAST)
        self._per_address = per_address
        self._proxies = [ip_network(proxy) for proxy in proxies]
        self._addresses: Counter[str] = Counter()
        self._phases: dict[Closable, Phase] = {}
        self._waiting: tuple[dict[Closable, float], ...] = (
            {},
            {},
            {},
        )  # by phase, since when, the longest first
        self._says = _Said()
        self.is_empty = asyncio.Event()
        self.is_empty.set()

    def enter(self, connection: Closable, address: str) -> Verdict:
        """Counts a new connection, and closes another for it if needed."""
        is_counted = not self._is_proxy(address)
        self._addresses[address] += is_counted
        verdict = self._judge(self._addresses[address] - self._per_address, Verdict.CROWD)
        if verdict is Verdict.WELCOME and len(self._phases) >= self._most and not self._make_room():
            verdict = self._judge(len(self._phases) + 1 - self._most, Verdict.FULL)
        self.note(connection, Phase.SILENT)
        self.is_empty.clear()
        if verdict is not Verdict.WELCOME:
            self._says.refused(verdict)
        return verdict

    def note(self, connection: Closable, phase: Phase) -> None:
        """What the connection does from now on."""
        self._forget(connection)
        self._phases[connection] = phase
        if phase is not Phase.ANSWERING:
            self._waiting[phase][connection] = time.monotonic()

    def leave(self, connection: Closable, address: str) -> None:
        """It is closed."""
        self._forget(connection)
        if self._addresses[address] > 1:
            self._addresses[address] -= 1
        else:
            del self._addresses[address]
        if not self._phases:
            self.is_empty.set()

    def _judge(self, beyond: int, verdict: Verdict) -> Verdict:
        if beyond <= 0:
            return Verdict.WELCOME
        return verdict if beyond <= MARGIN else Verdict.SHUT

    def _make_room(self) -> bool:
        since = time.monotonic() - PATIENCE
        longest = (next(iter(waiting.items()), None) for waiting in self._waiting)
        connection = next((each[0] for each in longest if each and each[1] <= since), None)
        if connection is None:
            return False
        self._forget(connection)
        connection.give_way()
        REFUSED_CONNECTIONS.labels("gave way").inc()
        return True

    def _forget(self, connection: Closable) -> None:
        phase = self._phases.pop(connection, None)
        if phase is not None and phase is not Phase.ANSWERING:
            self._waiting[phase].pop(connection, None)

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ip_address(address) in proxy for proxy in self._proxies)
        except ValueError:  # a Unix socket: its peer is one of ours
            return True


class _Said:
    """Refused connections in the log: a line for many of them."""

    def __init__(self) -> None:
        self._count = 0
        self._later: asyncio.TimerHandle | None = None

    def refused(self, verdict: Verdict) -> None:
        """One more."""
        REFUSED_CONNECTIONS.labels(verdict.value).inc()
        self._count += 1
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(SAY_EVERY, self._say)

    def _say(self) -> None:
        log.warning("connections_refused", count=self._count, seconds=SAY_EVERY)
        self._count, self._later = 0, None


def most_connections() -> int:
    """How many connections this process has descriptors for, after raising its limit to the maximum."""
    return _raise_limit() - len(os.listdir("/dev/fd")) - RESERVED


def _raise_limit() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)

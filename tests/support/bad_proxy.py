"""A proxy between a client and the gateway that spoils long responses, as real proxies do."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

HOST = re.compile(rb"(?i)(\r\nhost: )[^\r]*")
SECONDS = 60.0  # for one response
BUSY = b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Asked:
    """A request on its way to the gateway."""

    method: str
    target: str
    is_stream: bool

    @property
    def waits(self) -> bool:
        """Whether the request waits for a change."""
        return "wait=" in self.target


# Yields the bytes of the response that reach the client; if it yields none, the connection is closed.
Fault = Callable[[Asked, Iterator[bytes]], Iterator[bytes]]


def cut_streams(after: int) -> Fault:
    """Cuts each stream after this many frames."""

    def fault(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
        if not asked.is_stream:
            yield from answer
            return
        seen = b""
        for piece in answer:
            seen += piece
            frames = seen.count(b"\n\n")
            yield piece
            if frames >= after:
                return

    return fault


def hold_streams(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
    """Holds a stream back until the response is complete, as buffering proxies do."""
    yield b"".join(answer) if asked.is_stream else next(answer)
    yield from answer


def pack_unless_told(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
    """Holds back what it compresses until it is complete, unless the response forbids it, as Next.js does."""
    head = b""
    while b"\r\n\r\n" not in head and (piece := next(answer, b"")):
        head += piece
    yield head if b"no-transform" in head.lower() else head + b"".join(answer)
    yield from answer


def cut_what_waits(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
    """Lets only short responses through: no streams and no long polls."""
    if asked.is_stream or asked.waits:
        yield BUSY
    else:
        yield from answer


def stream_a_while_then_hold() -> Fault:
    """Cuts the first stream in the middle and holds the later ones back."""
    cut = cut_streams(after=5)
    streams = iter([cut])

    def fault(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
        return (next(streams, hold_streams) if asked.is_stream else cut)(asked, answer)

    return fault


def lose_answers(count: int) -> Fault:
    """Loses the response to the first POSTs after the gateway has carried them out."""
    lost = iter(range(count))

    def fault(asked: Asked, answer: Iterator[bytes]) -> Iterator[bytes]:
        if asked.method == "POST" and next(lost, None) is not None:
            b"".join(answer)
            return
        yield from answer

    return fault


@dataclass
class BadProxy:
    """The running proxy: its address and the requests that it received."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def streams(self) -> int:
        """How many streams were opened through it."""
        return sum(each.is_stream for each in self.asked)


@contextlib.contextmanager
def bad_proxy(gateway: str, fault: Fault, *, rewrites_host: bool = False) -> Iterator[BadProxy]:
    """A proxy in front of the gateway at this URL; it may set the gateway's own `Host` on requests."""
    there = (urlsplit(gateway).hostname or "", urlsplit(gateway).port or 80)
    own_host = rb"\g<1>%s:%d" % (there[0].encode(), there[1])

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            lines = list(takewhile(bytes.strip, iter(self.rfile.readline, b"")))
            if not lines:  # browsers open connections that they may never use
                return
            asked, request = _read(lines, self.rfile.read)
            proxy.asked.append(asked)
            with contextlib.suppress(OSError), socket.create_connection(there, SECONDS) as upstream:
                upstream.sendall(HOST.sub(own_host, request, 1) if rewrites_host else request)
                for piece in fault(asked, iter(lambda: upstream.recv(65536), b"")):
                    self.connection.sendall(piece)

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy = BadProxy(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _read(lines: list[bytes], read: Callable[[int], bytes]) -> tuple[Asked, bytes]:
    """One request, and the bytes to forward; each request has its own connection."""
    first = lines[0].decode()
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(b":") for each in lines[1:])}
    kept = [each for each in lines if not each.lower().startswith(b"connection:")]
    body = read(int(headers.get(b"content-length", b"0")))
    method, target, _ = first.split(" ", 2)
    is_stream = b"event-stream" in headers.get(b"accept", b"")
    return Asked(method, target, is_stream), b"".join([*kept, b"Connection: close\r\n\r\n", body])

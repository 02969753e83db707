"""Many open streams, read by a process of their own that does hardly anything else.

python -m bench.crowd HOST PORT PATH TOKEN COUNT

Prints lines of JSON: first the seconds that each stream took to open, then, for each job that ends, the
wall-clock time at which each stream had the end. The process ends with its input.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Iterable

from support.waiting import let_pass_sync

from bench.wire import ENDS, STREAM

OPENING = 100  # at once
READ_BYTES = 65_536
LONGEST_END = max(map(len, ENDS))
# Many streams are read this often at most, as a network card tells of what has come: otherwise each write of
# the gateway wakes this process on the same machine, as clients elsewhere never do. Times are later by that.
GATHERED_SECONDS = 0.002


class Stream:
    """One stream; `began`, `opened` and `seen` are wall-clock times, 0 until then."""

    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self.began = time.time()
        self.opened = self.seen = 0.0
        self.socket = socket.create_connection(address)
        self.socket.sendall(request)
        self.socket.setblocking(False)
        self._last = b""

    def read(self) -> None:
        """Reads what has arrived. Raises ConnectionError if the server has ended the stream."""
        data = self.socket.recv(READ_BYTES)
        now = time.time()
        if not data:
            raise ConnectionError("the stream has ended")
        self.opened = self.opened or now
        data = self._last + data
        if any(end in data for end in ENDS):
            self.seen = now
            data = b""
        self._last = data[-LONGEST_END:]


class Crowd:
    """Streams of one path."""

    def __init__(self, address: tuple[str, int], request: bytes) -> None:
        self.streams: dict[int, Stream] = {}
        self._address = address
        self._request = request
        self._ready = select.epoll()
        self._ready.register(sys.stdin, select.EPOLLIN)

    def open(self, count: int) -> list[float]:
        """Opens this many more, some at a time; the seconds that each took."""
        opening: set[int] = set()
        while len(self.streams) < count or opening:
            while len(self.streams) < count and len(opening) < OPENING:
                opening.add(self._begin())
            opening.difference_update(self._read())
        return [each.opened - each.began for each in self.streams.values()]

    def next_end(self) -> list[float]:
        """When each stream had the next end of a job."""
        waiting = set(self.streams)
        while waiting:
            waiting.difference_update(fd for fd in self._read() if self.streams[fd].seen)
        times = [each.seen for each in self.streams.values()]
        for each in self.streams.values():
            each.seen = 0.0
        return times

    def _begin(self) -> int:
        stream = Stream(self._address, self._request)
        fd = stream.socket.fileno()
        self.streams[fd] = stream
        self._ready.register(fd, select.EPOLLIN)
        return fd

    def _read(self) -> Iterable[int]:
        """Reads what has arrived; the streams that got something. Ends the process with its input."""
        if len(self.streams) > 1 and self._ready.poll(maxevents=1):
            let_pass_sync(GATHERED_SECONDS)
        found = [fd for fd, _ in self._ready.poll(maxevents=len(self.streams) + 1)]
        if sys.stdin.fileno() in found:
            sys.exit()
        for fd in found:
            self.streams[fd].read()
        return found


def main() -> None:
    host, port, path, token, count = sys.argv[1:]
    headers = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nAccept: {STREAM}\r\n\r\n"
    crowd = Crowd((host, int(port)), f"GET {path} HTTP/1.1\r\n{headers}".encode())
    print(json.dumps(crowd.open(int(count))), flush=True)
    while True:
        print(json.dumps(crowd.next_end()), flush=True)


if __name__ == "__main__":
    main()

"""Receives spans as a collector does, and keeps the raw bytes."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector:
    """What processes exported to `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[bytes] = []

    @property
    def text(self) -> str:
        """Everything received, as text; names and values appear in it verbatim."""
        return b"\n".join(self.received).decode(errors="replace")


@contextlib.contextmanager
def running_collector() -> Iterator[Collector]:
    """A collector on a free port, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Suppresses the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()

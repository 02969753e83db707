"""Pages of another origin that the tested systems admit, with one port for the whole run."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@cache
def _port() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def origin() -> str:
    """The origin of the pages, served or not."""
    return f"http://127.0.0.1:{_port().getsockname()[1]}"


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves the files of a folder under that origin; yields the origin."""
    server = ThreadingHTTPServer(("", 0), partial(_Quiet, directory=str(folder)), bind_and_activate=False)
    server.socket.close()
    server.socket = _port().dup()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield origin()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Suppresses the log."""

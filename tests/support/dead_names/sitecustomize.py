"""On the path of a process: no name server answers, and who asks for a name waits, as in the C library."""

import os
import socket
import threading
from pathlib import Path
from typing import Any

_getaddrinfo = socket.getaddrinfo


def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
    """Addresses need no name server; for a name it waits ten minutes."""
    if host in (None, "127.0.0.1", "0.0.0.0", "::1"):  # noqa: S104 - no name
        return _getaddrinfo(host, *rest, **more)
    Path(os.environ["LODESTONE_TEST_ASKED"]).touch()
    threading.Event().wait(600)
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


socket.getaddrinfo = getaddrinfo

"""The tests' own proxy: a connection costs it nothing once it is closed."""

import socket
import threading
from urllib.parse import urlsplit

from support.bad_proxy import bad_proxy
from support.waiting import eventually_sync


def test_a_connection_that_is_closed_before_it_asks_for_anything_ends_its_thread() -> None:
    with bad_proxy("http://127.0.0.1:1", lambda _asked, answer: answer) as proxy:
        at_rest = set(threading.enumerate())
        address = urlsplit(proxy.url)
        with socket.create_connection((address.hostname or "", address.port or 0)):
            eventually_sync(lambda: set(threading.enumerate()) - at_rest, told="it is served")

        eventually_sync(lambda: not set(threading.enumerate()) - at_rest, told="its thread ended")
        assert proxy.asked == []

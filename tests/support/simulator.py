"""A running simulator for tests: a real server on a free port, with helpers for its control routes."""

import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from lodestone_local.simulator.__main__ import server_config


@dataclass(frozen=True)
class RunningSimulator:
    """Its address, and its control routes as methods; all calls block."""

    url: str

    def pace(self, first_byte: float = 0.0, duration: float = 0.0) -> None:
        """Sets the pace, in seconds."""
        self._send("PUT", "/_sim/pace", {"firstByteSeconds": first_byte, "durationSeconds": duration})

    def limit(self, requests: int = 10**6, input_tokens: int = 10**9, output_tokens: int = 10**9) -> None:
        """Limits what each model class may use in a minute."""
        limits = {"requests": requests, "inputTokens": input_tokens, "outputTokens": output_tokens}
        self._send("PUT", "/_sim/limits", limits)

    def unlimit(self) -> None:
        """Removes the limits."""
        self._send("DELETE", "/_sim/limits")

    def fault(self, kind: str, match: dict[str, Any] | None = None, times: int = 1, **fields: Any) -> None:
        """Requests a fault; `fields` are the fault's other fields, as on the wire."""
        order = {"match": match or {}, "fault": {"kind": kind, **fields}, "times": times}
        self._send("POST", "/_sim/faults", order)

    def calls(self, job_id: str | None = None) -> list[dict[str, Any]]:
        """The ledger, or one job's part of it."""
        items: list[dict[str, Any]] = self._send("GET", "/_sim/calls")["items"]
        return [call for call in items if job_id is None or call["jobId"] == job_id]

    def reset(self) -> None:
        """Restores the default pace and removes limits, faults and calls; empties the prompt cache."""
        self._send("DELETE", "/_sim")

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            text = response.read()
        return json.loads(text) if text else None


@contextmanager
def running_simulator() -> Iterator[RunningSimulator]:
    """A simulator in its own thread, at full speed, until the end of the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    simulator = RunningSimulator(f"http://127.0.0.1:{listener.getsockname()[1]}")
    try:
        simulator.pace()
        yield simulator
    finally:
        server.should_exit = True
        thread.join(timeout=10)

"""Where the running system is, and how to call it: what the lessons share. Standard library only."""

import json
import os
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

# No proxy: one that the environment names would be asked even for this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
READY_FILE = Path(os.environ.get("LODESTONE_EXAMPLE_READY", ".lodestone/ready.json"))


def ready() -> dict[str, Any]:
    """The ready file of the system that runs here."""
    if not READY_FILE.exists():
        raise SystemExit("No system runs here. Start one with `make run` and try again.")
    told: dict[str, Any] = json.loads(READY_FILE.read_text())
    return told


def gateway() -> str:
    """The gateway's address."""
    return os.environ.get("LODESTONE_EXAMPLE_GATEWAY") or str(ready()["gateway"])


def token() -> str:
    """A user's token: here the demo user's."""
    return os.environ.get("LODESTONE_EXAMPLE_TOKEN") or str(ready()["tokens"]["demo"])


def request(method: str, path: str, body: Any = None, **headers: str) -> urllib.request.Request:
    """An authenticated request; `If_None_Match="..."` becomes the header If-None-Match."""
    data = None if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    return urllib.request.Request(gateway() + path, data, named, method=method)


def plain(text: str) -> str:
    """What a model wrote, for the terminal: control characters could steer it."""
    return "".join(each if each.isprintable() else " " for each in text)


def call(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Message]:
    """Status, JSON body and headers; a problem is raised as the sentence that the API gives."""
    try:
        with DIRECT.open(request(method, path, body, **headers), timeout=40) as reply:
            return reply.status, json.loads(reply.read() or "null"), reply.headers
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return 304, None, error.headers
        problem = json.loads(error.read())
        raise SystemExit(f"{problem['detail']} {problem.get('errors', '')}") from None

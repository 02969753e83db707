"""One process of a peer: `python -m bench.peers setup|serve|work NAME URL …`."""

import argparse
import asyncio
import importlib
import socket

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from bench.peers.peer import Noop, Peer

PEERS = {
    "pgqueuer": "pgqueuer_peer:PgQueuerPeer",
    "procrastinate": "procrastinate_peer:ProcrastinatePeer",
    "dbos": "dbos_peer:DbosPeer",
    "awa": "awa_peer:AwaPeer",
}


class Wanted(BaseModel):
    """The body of the POST: what our own gateway takes as the job's input."""

    text: str = ""
    seconds: float = 0.0
    size: int = 0


def peer(name: str, database_url: str) -> Peer:
    """The peer of this name. Raises ModuleNotFoundError where it is not installed."""
    module, _, kind = PEERS[name].partition(":")
    made: Peer = getattr(importlib.import_module(f"bench.peers.{module}"), kind)(database_url)
    return made


def thin_post(subject: Peer | None) -> FastAPI:
    """The least that a web framework needs to accept a job; without a peer it only answers."""
    app = FastAPI()

    @app.post("/jobs", status_code=202)
    async def submit(wanted: Wanted) -> dict[str, str]:
        noop = Noop(wanted.text, wanted.seconds, wanted.size)
        return {"jobId": await subject.submit(noop) if subject else "none"}

    return app


async def serve(subject: Peer | None, listener: socket.socket) -> None:
    """Serves the POST until it is told to end."""
    if subject:
        await subject.open()
    config = uvicorn.Config(thin_post(subject), log_config=None, access_log=False)
    await uvicorn.Server(config).serve(sockets=[listener])


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    parser.add_argument("role", choices=["setup", "serve", "work"])
    parser.add_argument("name", choices=[*PEERS, "none"])
    parser.add_argument("url", help="of its database")
    parser.add_argument("--listener", type=int, help="the file descriptor to serve on")
    parser.add_argument("--concurrency", type=int)
    parser.add_argument("--takeover", action="store_true")
    told = parser.parse_args()
    subject = None if told.name == "none" else peer(told.name, told.url)
    if told.role == "serve":
        asyncio.run(serve(subject, socket.socket(fileno=told.listener)))
    elif subject and told.role == "setup":
        asyncio.run(subject.set_up())
    elif subject:
        asyncio.run(subject.work(told.concurrency, told.takeover))


if __name__ == "__main__":
    main()

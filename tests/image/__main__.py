"""`make image`: each command of the image, started as in a cluster; exit status 1 if one does not hold.

python -m image ROOT, where ROOT is the image's file system. It must be run as root.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from support.backends import PostgresServer
from support.bus_users import server_with_users

from image.cell import SOCKETS, Cell, Secrets, told

PROCESSES = {
    "gateway": ["lodestone-gateway", "serve"],
    "relay": ["lodestone-gateway", "relay"],
    "projector": ["lodestone-gateway", "project"],
    "ideation": ["lodestone-worker", "ideation"],
    "extraction": ["lodestone-worker", "extraction"],
    "polish": ["lodestone-worker", "polish"],
    "content": ["lodestone-worker", "content"],
}
TOKENS = {
    "LODESTONE_JWT_SECRET": "only-for-this-test-" * 3,
    "LODESTONE_JWT_AUDIENCE": "lodestone",
    "LODESTONE_JWT_ISSUER": "https://login.example.com",
}
ROUNDS = 3  # of each command; the first `migrate` makes the tables
KEY = {"LODESTONE_ANTHROPIC_API_KEY": "sk-only-for-this-test"}


def main() -> int:
    """Prints what each process took; the exit status."""
    root = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        sockets = Path(folder) / "sockets"
        sockets.mkdir()
        sockets.chmod(0o777)  # the server's user makes one there, and the image's user connects to it
        cell = Cell(root, sockets)
        database = PostgresServer(Path(folder) / "postgres", "-c", f"unix_socket_directories=.,{sockets}")
        database.start()
        try:
            with server_with_users(Path(folder)) as bus:
                return _try(cell, bus)
        finally:
            database.discard()


def _try(cell: Cell, bus: Mapping[str, str]) -> int:
    cell.check_confinement()
    owner = {"LODESTONE_NATS_URL": bus["operator"], "LODESTONE_DATABASE_URL": _database("postgres")}
    shown = {"migrate": [cell.run(["lodestone-gateway", "migrate"], owner) for _ in range(ROUNDS)]}
    for name, command in PROCESSES.items():
        shown[name] = [cell.serve(name, command, _secrets(name, bus)) for _ in range(ROUNDS)]
    sys.stdout.write(f"load of the machine: {os.getloadavg()[0]:.1f}\n")
    for name, rounds in shown.items():
        sys.stdout.write(f"{name:11} {told(rounds)}\n")
    failed = [name for name, rounds in shown.items() if not all(each.holds for each in rounds)]
    sys.stdout.write(f"FAILED: {', '.join(failed)}\n" if failed else "All of them hold.\n")
    return 1 if failed else 0


def _secrets(name: str, bus: Mapping[str, str]) -> Secrets:
    """What the process gets in a cluster: its own logins, and no others'."""
    own = {"LODESTONE_NATS_URL": bus[name]}
    if name not in ("gateway", "relay", "projector"):
        return own | KEY
    own |= {"LODESTONE_DATABASE_URL": _database(f"lodestone_{name}")}
    if name == "projector":
        own |= {
            "LODESTONE_NATS_URLS": f'{{"reconciler": "{bus["reconciler"]}"}}',
            "LODESTONE_DATABASE_URLS": f'{{"reconciler": "{_database("lodestone_reconciler")}"}}',
        }
    return own | (TOKENS if name == "gateway" else {})


def _database(login: str) -> str:
    return f"postgresql://{login}@/postgres?host={SOCKETS}"


if __name__ == "__main__":
    sys.exit(main())

"""A running system, seen from outside: whether each part answers, and if not, what to do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from lodestone.errors import LodestoneError

from lodestone_local.backends import DATABASE
from lodestone_local.external import look_at_nats, look_at_postgres
from lodestone_local.nats_server import ill
from lodestone_local.postgres_server import EmbeddedPostgres, answers

ANSWER_SECONDS = 2.0
BACKENDS = ("nats-server", "postgres")
OURS = "ours"  # one process for everything, or one for each part


class NotWorking(LodestoneError):
    """A part of the running system does not work."""


def parts_of(data_dir: Path, told: dict[str, Any]) -> dict[str, Callable[[], str]]:
    """A look at each part of the system that the ready file describes; they raise LodestoneError."""
    look = _Look(data_dir, told)
    urls = {"gateway": told["gateway"], **told["health"]}
    probes = {name: partial(look.at_process, name, url) for name, url in urls.items()}
    return {"NATS": look.at_nats, "Postgres": look.at_postgres, **probes}


class _Look:
    def __init__(self, data_dir: Path, told: dict[str, Any]) -> None:
        self._logs = data_dir / "logs"
        self._told = told
        self._embedded_url = EmbeddedPostgres(data_dir / "postgres").url(DATABASE)

    def at_nats(self) -> str:
        monitoring = self._told["natsMonitoring"]
        if monitoring is None:
            return look_at_nats(self._told["nats"])
        wrong = ill(urlsplit(monitoring).port or 0)
        if wrong is None:
            raise NotWorking(self._silent("nats", "nats-server"))
        if wrong:
            raise NotWorking(f"it cannot continue: {wrong}. Make room; `lodestone up` then restarts it.")
        return "embedded, works"

    def at_postgres(self) -> str:
        if self._told["postgres"] != self._embedded_url:
            return look_at_postgres(self._told["postgres"])
        if not answers(self._embedded_url):
            raise NotWorking(self._silent("postgres", "postgres"))
        return "embedded, works"

    def at_process(self, name: str, url: str) -> str:
        try:
            reply = httpx2.get(f"{url}/readyz", timeout=ANSWER_SECONDS, trust_env=False)
        except httpx2.HTTPError:
            raise NotWorking(self._silent(name)) from None
        if reply.status_code != 200:
            raise NotWorking(f"it runs but cannot work right now. {self._log(name)} says what it waits for.")
        return f"works, at {url}"

    def _silent(self, name: str, program: str = OURS) -> str:
        """Why a process gives no answer."""
        process = self._process(name, program)
        if process is not None and process.status() == "stopped":
            return (
                f"it is paused (process {process.pid}). `kill -CONT {process.pid}` resumes it; "
                f"`kill -9 {process.pid}` ends it, and `lodestone up` restarts it."
            )
        ended = "It has ended, and `lodestone up` restarts it" if process is None else "It hangs"
        return f"it does not answer. {ended}; {self._log(name)} says why."

    def _process(self, name: str, program: str) -> Any:
        import psutil  # type: ignore[import-untyped]

        try:
            if pid := self._told["processes"].get(name):
                return psutil.Process(pid)
            children = psutil.Process(self._told["launcher"]).children()
            return next((child for child in children if _program(child) == program), None)
        except psutil.Error:
            return None

    def _log(self, name: str) -> Path:
        own = self._logs / f"{name}.log"
        return own if own.exists() else self._logs / "lodestone.log"


def _program(process: Any) -> str:
    return str(process.name()) if process.name() in BACKENDS else OURS

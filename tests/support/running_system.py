"""A running system, started as a user starts it, and what a test does with it over HTTP."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
import psutil  # type: ignore[import-untyped]
from support import elsewhere
from support.waiting import eventually_sync

START_SECONDS = 240
STOP_SECONDS = 40
DONE = ("completed", "failed", "cancelled")
COMMAND = str(Path(sys.executable).with_name("lodestone"))


class RunningSystem:
    """`lodestone up` on its own folder; `flags` are its options, `env` is added to the test's environment."""

    def __init__(self, folder: Path, *flags: str, env: dict[str, str] | None = None) -> None:
        self.data_dir = folder / "data"
        self.ready_file = folder / "told" / "ready.json"
        self.told: dict[str, Any] = {}
        self.http = httpx2.Client(timeout=40, trust_env=False)
        self._output = folder / "up.log"
        self._flags = flags
        self._env = {**os.environ, "LODESTONE_CORS_ORIGINS": elsewhere.origin(), **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts it without waiting."""
        self._output.parent.mkdir(parents=True, exist_ok=True)
        where = ["--data-dir", str(self.data_dir), "--ready-file", str(self.ready_file)]
        port = [] if "--port" in self._flags else ["--port", "0"]
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [COMMAND, "up", *where, *port, *self._flags],
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                umask=0,  # the user's shell restricts nothing, so the system must close its files itself
            )
        return self._process

    def start(self) -> Self:
        """Starts it and waits until it is ready; raises AssertionError with its output if it ends instead."""
        process = self.launch()
        eventually_sync(
            lambda: self.ready_file.exists() or process.poll() is not None, within=START_SECONDS, told="ready"
        )
        assert process.poll() is None, self.output
        self.refresh()
        return self

    def stop(self) -> int:
        """Stops it with SIGTERM; returns its exit status."""
        process = self._process
        assert process is not None
        if process.poll() is None:
            process.terminate()
        try:
            return process.wait(STOP_SECONDS)
        finally:
            self.end_all()

    def end_all(self) -> None:
        """Kills every process that is left, by pid."""
        for pid in self.left_over():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(5)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.end_all()  # nobody else does if the block is never entered
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.http.close()

    def refresh(self) -> dict[str, Any]:
        """Reads the ready file again, since pids change when a process restarts."""
        self.told = json.loads(self.ready_file.read_text())
        return self.told

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process of `lodestone up`."""
        assert self._process is not None
        return self._process

    @property
    def is_running(self) -> bool:
        """Whether `lodestone up` is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def launcher(self) -> int:
        """The pid of `lodestone up`."""
        return self.process.pid

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text(errors="replace")

    @property
    def logs(self) -> str:
        """What all its processes have logged since the start."""
        return "\n".join(path.read_text(errors="replace") for path in (self.data_dir / "logs").glob("*.log"))

    @property
    def gateway(self) -> str:
        """The gateway's URL."""
        return str(self.told["gateway"])

    @property
    def simulator(self) -> str:
        """The simulator's URL."""
        return str(self.told["simulator"])

    @property
    def bus_users(self) -> dict[str, str]:
        """The URL of each bus user, by name."""
        passwords = json.loads((self.data_dir / "nats" / "passwords.json").read_text())
        server = str(self.told["nats"]).rpartition("@")[2]
        return {user: f"nats://{user}:{password}@{server}" for user, password in passwords.items()}

    def token(self, user: str = "demo") -> str:
        """The token of demo, second or operator."""
        return str(self.told["tokens"][user])

    def pid(self, name: str) -> int:
        """The pid of the named process, from the ready file; only with --processes."""
        pid = self._pid(name)
        assert pid is not None, f"{name} is not running"
        return pid

    def _pid(self, name: str) -> int | None:
        # A dead process is missing from the ready file until it has been restarted.
        processes: dict[str, int] = self.refresh()["processes"]
        return processes.get(name)

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Signals a process; returns its pid."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def wait_for_restart(self, name: str, killed: int, *, within: float = 30.0) -> int:
        """The pid of the process that replaced the killed one."""
        return eventually_sync(
            lambda: next((pid for pid in [self._pid(name)] if pid != killed), None), within=within, told=name
        )

    def is_whole(self) -> bool:
        """Whether every part is up and takes work."""
        told = self.refresh()
        urls = [told["gateway"], *told["health"].values()]
        try:
            return all(self.http.get(f"{url}/readyz").status_code == 200 for url in urls) and bool(
                self.http.get(f"{self.simulator}/_sim/calls").is_success
            )
        except httpx2.TransportError:
            return False

    def left_over(self) -> list[int]:
        """The living processes of this system, found by command line or session."""
        return [pid for pid in psutil.pids() if self._is_mine(pid)]

    def request(self, method: str, path: str, *, user: str = "demo", **how: Any) -> httpx2.Response:
        """Sends a request to the gateway as this user."""
        headers = {"Authorization": f"Bearer {self.token(user)}", **how.pop("headers", {})}
        return self.http.request(method, self.gateway + path, headers=headers, **how)

    def submit(self, job_type: str, job_input: dict[str, Any], *, user: str = "demo") -> str:
        """Submits a job; returns its id, or raises AssertionError with the answer if it was not accepted."""
        body = {"jobType": job_type, "input": job_input}
        answer = self.request("POST", "/api/jobs", user=user, json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["jobId"])

    def job(self, job_id: str, *, user: str = "demo") -> dict[str, Any]:
        """The job as it is now."""
        return dict(self.request("GET", f"/api/jobs/{job_id}", user=user).json())

    def wait(self, job_id: str, *, within: float = 60.0, user: str = "demo") -> dict[str, Any]:
        """The finished job; tolerates a gateway that is briefly away."""

        def ended() -> dict[str, Any] | None:
            try:
                job = self.job(job_id, user=user)
            except httpx2.TransportError:
                return None
            return job if job.get("status") in DONE else None

        return eventually_sync(ended, within=within, told=f"job {job_id} is over")

    def history(self, job_id: str) -> list[dict[str, Any]]:
        """All events of the job so far."""
        answer = self.request("GET", f"/api/jobs/{job_id}/events", headers={"Accept": "application/json"})
        return list(answer.json()["items"])

    def watch(
        self, path: str, *, last_event_id: str | None = None, user: str = "demo", within: float = 60.0
    ) -> Iterator[httpx2.ServerSentEvent]:
        """The frames of an event stream, until the server ends it."""
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        until = time.monotonic() + within
        with self.http.sse(self.gateway + path, headers=headers) as frames:
            for frame in frames:
                assert time.monotonic() < until, f"the stream was still open after {within} s"
                yield frame

    def pace(self, *, first_byte_seconds: float = 0.05, duration_seconds: float = 1.0) -> None:
        """Sets how fast the simulator answers."""
        body = {"firstByteSeconds": first_byte_seconds, "durationSeconds": duration_seconds}
        self._simulate("PUT", "/_sim/pace", json=body)

    def fault(self, fault: dict[str, Any], *, match: dict[str, Any] | None = None, times: int = 1) -> None:
        """Makes matching provider calls fail."""
        self._simulate("POST", "/_sim/faults", json={"match": match or {}, "fault": fault, "times": times})

    def calls(self, job_id: str | None = None) -> list[dict[str, Any]]:
        """The provider's ledger."""
        items = self._simulate("GET", "/_sim/calls").json()["items"]
        return [call for call in items if job_id in (None, call["jobId"])]

    def reset_simulator(self) -> None:
        """Restores the default pace and removes faults and calls."""
        self._simulate("DELETE", "/_sim")

    def _simulate(self, method: str, path: str, **how: Any) -> httpx2.Response:
        return self.http.request(method, self.simulator + path, **how).raise_for_status()

    def _is_mine(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            is_mine = os.getsid(pid) == self.launcher or str(self.data_dir) in " ".join(process.cmdline())
            return is_mine and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, ProcessLookupError):
            return False

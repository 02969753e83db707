"""One cursor: a client that switches between stream, long poll and poll sees 1 to n while gateways die."""

import itertools
import json
import random
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from lodestone.status import MOVES, Status
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

TERMINAL = ("job.completed", "job.failed", "job.cancelled")


class Watcher:
    """A client with one cursor; checks each answer against what it already knows."""

    def __init__(self, system: RunningSystem, job_id: str, dice: random.Random) -> None:
        self.events: list[dict[str, Any]] = []
        self._system = system
        self._path = f"/api/jobs/{job_id}"
        self._dice = dice
        self._seq = 0
        self._status = Status.PENDING

    @property
    def is_done(self) -> bool:
        """Whether it has seen the end."""
        return bool(self.events) and self.events[-1]["event"] in TERMINAL

    def step(self) -> None:
        """Watches for a while in one of the ways; a gateway that is down ends it early."""
        way: Callable[[], None] = self._dice.choice([self._stream, self._long_poll, self._poll])
        try:
            way()
        except httpx2.TransportError:
            eventually_sync(self.answers, within=30, told="the gateway is back")

    def _stream(self) -> None:
        frames = self._system.watch(self._path + "/events", last_event_id=str(len(self.events)))
        for frame in itertools.islice(frames, self._dice.randint(1, 8)):
            if frame.id is not None:
                event: dict[str, Any] = json.loads(frame.data)
                assert event["seq"] == int(frame.id)
                self._learn(event)

    def _long_poll(self) -> None:
        etag = {"If-None-Match": f'"{len(self.events)}"'}
        answer = self._system.request("GET", f"{self._path}?wait=2", headers=etag)
        if answer.status_code == 304:
            return
        self._learn_state(answer.json())
        self._read_history(at_least=answer.json()["seq"])

    def _poll(self) -> None:
        job = self._system.request("GET", self._path).json()
        self._learn_state(job)
        self._read_history(at_least=job["seq"])

    def _read_history(self, at_least: int) -> None:
        answer = self._system.request("GET", f"{self._path}/events?after={len(self.events)}")
        for event in answer.json()["items"]:
            self._learn(event)
        assert len(self.events) >= at_least, "history says less than the job did"

    def _learn(self, event: dict[str, Any]) -> None:
        assert event["seq"] == len(self.events) + 1
        assert not self.is_done, "an event followed the end"
        self.events.append(event)

    def _learn_state(self, job: dict[str, Any]) -> None:
        status = Status(job["status"])
        assert job["seq"] >= max(self._seq, len(self.events)), "the job says less than an earlier answer"
        assert status == self._status or status in reachable(self._status)
        self._seq, self._status = job["seq"], status

    def answers(self) -> bool:
        """Whether the gateway answers."""
        try:
            return self._system.request("GET", self._path).status_code == 200
        except httpx2.TransportError:
            return False


def reachable(status: Status) -> set[Status]:
    return set(MOVES[status]).union(*(reachable(following) for following in MOVES[status]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_switching_between_ways_of_watching_across_gateway_restarts(
    processes: RunningSystem, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    processes.pace(first_byte_seconds=0.05, duration_seconds=3.0)
    job_id = processes.submit("ideation", example_input("ideation-saas-founder"))
    watcher = Watcher(processes, job_id, dice)
    killer = threading.Timer(dice.uniform(0.3, 2.5), processes.kill, ["gateway"])
    killer.start()

    while not watcher.is_done:
        watcher.step()

    killer.join()
    eventually_sync(watcher.answers, within=30, told="the gateway is back")
    assert watcher.events == processes.history(job_id)
    assert processes.job(job_id)["status"] == "completed"

"""Clients of a system that fails all the time: they submit, watch, cancel, retry and record everything."""

import contextlib
import json
import random
import time
import uuid
from typing import Any

import httpx2
from chaos.collect import digest
from chaos.history import ENDS, Recorder
from chaos.watched import Watched
from support.samples import example_input, extracted_content
from support.waiting import let_pass

PAUSE_SECONDS = 0.25  # before a request that failed is repeated
SILENCE_SECONDS = 20.0  # longer than the pause between two keep-alives of a stream
TERMINAL = tuple(f"job.{end}" for end in ENDS)
FREE_TYPES = ("extraction", "posts")  # a user on the free plan may run any number of these
INPUTS = {
    "ideation": ("ideation-b2b-consultant", "ideation-fitness-coach", "ideation-saas-founder"),
    "extraction": ("extraction-single-system", "extraction-single-calculator"),
    "posts": ("posts",),
    "answers": ("answers-call",),
}


class Client:
    """One user's program. A request that fails is repeated with the same key."""

    def __init__(
        self,
        system: Watched,
        http: httpx2.AsyncClient,
        recorder: Recorder,
        user: str,
        dice: random.Random,
        token: str | None = None,
    ) -> None:
        """`token` is that of a user whom the system has not told."""
        self.user = user
        self.dice = dice
        self.note = recorder.note
        self._system = system
        self._http = http
        self._auth = {"Authorization": f"Bearer {token or system.token(user)}"}

    async def submit(self, job_type: str) -> str:
        """Submits a job; returns its id."""
        return await self._make("/api/jobs", job_type, await self._body(job_type))

    async def try_to_submit(self, job_type: str) -> str | None:
        """Submits a job; returns its id, or None if it was refused because it was one too many."""
        made = self._of_a_new_key(job_type)
        answer = await self._post("/api/jobs", await self._body(job_type), made)
        if answer.status_code not in (403, 429):
            return self._made(answer, made)
        self.note("refused", status=answer.status_code, cap=answer.json().get("cap"), **made)
        return None

    async def retry(self, job_id: str, job_type: str) -> str:
        """Retries a job; returns the new job's id."""
        return await self._make(f"/api/jobs/{job_id}/retry", job_type, None)

    async def cancel(self, job_id: str) -> None:
        """Requests cancellation until there is an answer."""
        while True:
            sent = time.time()
            answer = await self.ask("POST", f"/api/jobs/{job_id}/cancel")
            if answer is not None and answer.status_code < 500:
                self.note("cancel", sent=sent, user=self.user, jobId=job_id, status=answer.status_code)
                return
            await let_pass(PAUSE_SECONDS)

    async def peek(self, job_id: str) -> None:
        """Reads a job, which may belong to somebody else."""
        sent = time.time()
        answer = await self.ask("GET", f"/api/jobs/{job_id}")
        if answer is not None and answer.status_code < 500:
            seen = {"user": self.user, "watcher": "peek", "jobId": job_id, "way": "poll"}
            self.note("read", sent=sent, status=answer.status_code, state=_state(answer), **seen)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response | None:
        """Sends a request; returns the answer, or None if there was none."""
        try:
            return await self._http.request(
                method, self._system.gateway + path, json=body, headers={**self._auth, **headers}
            )
        except httpx2.TransportError:
            return None

    def stream(self, path: str, after: int) -> Any:
        """Opens an event stream after the event with this id."""
        headers = {**self._auth, "Last-Event-ID": str(after)}
        return self._http.sse(self._system.gateway + path, headers=headers)

    async def _make(self, path: str, job_type: str, body: Any) -> str:
        made = self._of_a_new_key(job_type)
        while (answer := await self._post(path, body, made)).status_code == 429:
            await let_pass(PAUSE_SECONDS)
        return self._made(answer, made)

    def _of_a_new_key(self, job_type: str) -> dict[str, Any]:
        key = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        return {"user": self.user, "jobType": job_type, "key": key}

    async def _post(self, path: str, body: Any, made: dict[str, Any]) -> httpx2.Response:
        """Sends it until there is an answer."""
        while True:
            made["sent"] = time.time()
            answer = await self.ask("POST", path, body, **{"Idempotency-Key": made["key"]})
            if answer is not None and answer.status_code < 500:
                return answer
            await let_pass(PAUSE_SECONDS)

    def _made(self, answer: httpx2.Response, made: dict[str, Any]) -> str:
        assert answer.is_success, answer.text
        job_id = str(answer.json()["jobId"])
        self.note("submit", status=answer.status_code, jobId=job_id, **made)
        return job_id

    async def _body(self, job_type: str) -> dict[str, Any]:
        body: dict[str, Any] = {"jobType": job_type, "input": {}}
        if job_type in INPUTS:
            return body | {"input": example_input(self.dice.choice(INPUTS[job_type]))}
        return body | {"leadMagnetId": await self._lead_magnet()}

    async def _lead_magnet(self) -> str:
        idea = {"title": "The Two-Page Quote", "painSolved": "Tenders lost on price"}
        id = (await self._certainly("POST", "/api/lead-magnets", idea))["id"]
        content = {"extractedContent": extracted_content()}
        await self._certainly("PATCH", f"/api/lead-magnets/{id}", content)
        return str(id)

    async def _certainly(self, method: str, path: str, body: Any) -> dict[str, Any]:
        while True:
            answer = await self.ask(method, path, body)
            if answer is not None and answer.status_code < 500:
                assert answer.is_success, answer.text
                return dict(answer.json())
            await let_pass(PAUSE_SECONDS)


class Watcher:
    """Follows one job to its end with one cursor, in ways that the dice choose."""

    def __init__(self, client: Client, job_id: str) -> None:
        self.status = "pending"
        self._client = client
        self._job_id = job_id
        self._path = f"/api/jobs/{job_id}"
        self._name = f"{client.user}-{client.dice.getrandbits(40):x}"
        self._about = {"user": client.user, "watcher": self._name, "jobId": job_id}
        self._seq = 0

    async def follow(self) -> str:
        """Watches until the job has ended; returns its status."""
        ways = (self._stream, self._stream, self._wait, self._poll)
        while self.status not in ENDS:
            if not await self._client.dice.choice(ways)():
                await let_pass(PAUSE_SECONDS)
        return self.status

    async def _stream(self) -> bool:
        frames_wanted = self._client.dice.choice([3, 10, 10_000])
        opened, ended = 0.0, "cut"
        with contextlib.suppress(httpx2.TransportError, httpx2.HTTPStatusError):
            async with self._client.stream(self._path + "/events", self._seq) as frames:
                opened = time.time()
                async for frame in frames:
                    if frame.event == "closing":
                        ended = "closing"
                    elif frame.id and frame.event.startswith("job."):
                        self._learn("stream", json.loads(frame.data))
                        frames_wanted -= 1
                        if frame.event in TERMINAL:
                            ended = "terminal"
                        elif not frames_wanted:
                            ended = "left"
                            break
                    elif frame.retry is not None and ended == "cut":
                        ended = "come back"
        if opened:
            self._client.note("stream", opened=opened, closed=time.time(), ended=ended, **self._about)
        return ended != "cut"

    async def _wait(self) -> bool:
        return await self._read("wait", f"{self._path}?wait=2", **{"If-None-Match": f'"{self._seq}"'})

    async def _poll(self) -> bool:
        await let_pass(PAUSE_SECONDS)
        return await self._read("poll", self._path)

    async def _read(self, way: str, path: str, **headers: str) -> bool:
        sent = time.time()
        answer = await self._client.ask("GET", path, **headers)
        if answer is None or answer.status_code not in (200, 304):
            return False
        if answer.status_code == 200:
            self._client.note("read", sent=sent, way=way, status=200, state=_state(answer), **self._about)
            return await self._history()
        return True

    async def _history(self) -> bool:
        sent = time.time()
        answer = await self._client.ask("GET", f"{self._path}/events?after={self._seq}")
        if answer is None or answer.status_code != 200:
            return False
        for event in answer.json()["items"]:
            self._learn("history", event)
        state = {"seq": self._seq, "status": None}
        self._client.note("read", sent=sent, way="history", status=200, state=state, **self._about)
        return True

    def _learn(self, way: str, event: dict[str, Any]) -> None:
        name = str(event["event"]).removeprefix("job.")
        self._seq = event["seq"]
        self._client.note("frame", way=way, seq=self._seq, event=name, digest=_digest(event), **self._about)
        if name in ENDS:
            self.status = name


class Feed:
    """Follows all jobs of one user, and resumes by position."""

    def __init__(self, client: Client, after: int) -> None:
        self.ended: set[str] = set()  # jobs whose end the feed has shown
        self._client = client
        self._name = f"feed of {client.user}"
        self._position = after

    async def follow(self) -> None:
        """Follows until it is cancelled."""
        while True:
            opened, ended = 0.0, "cut"
            with contextlib.suppress(httpx2.TransportError, httpx2.HTTPStatusError):
                async with self._client.stream("/api/events", self._position) as frames:
                    opened = time.time()
                    async for frame in frames:
                        if frame.id and frame.event.startswith("job."):
                            self._learn(int(frame.id), json.loads(frame.data))
                        elif frame.event == "closing" or frame.retry is not None:
                            ended = "closing" if frame.event == "closing" else "come back"
            if opened:
                about = {"user": self._client.user, "watcher": self._name, "jobId": None}
                self._client.note("stream", opened=opened, closed=time.time(), ended=ended, **about)
            await let_pass(PAUSE_SECONDS)

    def _learn(self, position: int, event: dict[str, Any]) -> None:
        self._position, job_id = position, str(event["jobId"])
        name = str(event["event"]).removeprefix("job.")
        self._client.note(
            "frame",
            user=self._client.user,
            watcher=self._name,
            way="feed",
            jobId=job_id,
            position=position,
            seq=event["seq"],
            event=name,
            digest=_digest(event),
        )
        if name in ENDS:
            self.ended.add(job_id)


def _digest(event: dict[str, Any]) -> str:
    # a feed's frames also name the job
    return digest({name: value for name, value in event.items() if name not in ("jobId", "jobType")})


def _state(answer: httpx2.Response) -> dict[str, Any] | None:
    if answer.status_code != 200:
        return None
    job = answer.json()
    return {"seq": job["seq"], "status": job["status"]}

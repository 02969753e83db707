"""A short run that keeps every promise, and ways to spoil it.

Three jobs: one whose worker is killed and replaced, one that is cancelled while a call is in flight, and
one that waits for an overloaded provider. Their user may have one job at a time.
"""

from typing import Any, Self

from chaos.history import ENDS, Limits, Record, Run

REPLACED, CANCELLED, DELAYED = "job-replaced", "job-cancelled", "job-delayed"
KILLED_AT, STOPPED_AT, HEALED_AT = 6.0, 50.0, 60.0
DEADLINE = 600.0
USAGE = {"cost_usd": "0", "max_attempts": 3, "deadline_at": DEADLINE, "created_at": 0.0}
CAPS = {"liveJobs": 1, "jobsADay": {"ideation": 3}, "spendADay": 1}


class SampleHistory:
    """Records that a test may change before the checker reads them."""

    def __init__(self) -> None:
        self.records: list[Record] = [*_replaced(), *_cancelled(), *_delayed(), *_surroundings()]
        for job_id in (REPLACED, CANCELLED, DELAYED):
            self.records += _stored(self.log(job_id)) + _told(self.log(job_id))

    def log(self, job_id: str) -> list[Record]:
        """The events of a job."""
        return [r for r in self.records if r["kind"] == "event" and r["jobId"] == job_id]

    def find(self, kind: str, **fields: Any) -> Record:
        """The first record with these fields, which the test may change in place."""
        return next(r for r in self.records if r["kind"] == kind and fields.items() <= r.items())

    def change(self, kind: str, where: Record, **fields: Any) -> Self:
        """Changes fields of the first matching record of a kind."""
        self.find(kind, **where).update(fields)
        return self

    def drop(self, kind: str, **fields: Any) -> Self:
        """Removes all matching records of a kind."""
        self.records = [r for r in self.records if r["kind"] != kind or not fields.items() <= r.items()]
        return self

    def add(self, kind: str, **fields: Any) -> Self:
        """Adds a record."""
        self.records.append({"kind": kind, "at": 0.0, **fields})
        return self

    def add_event(self, job_id: str, name: str, at: float, attempt: int, **body: Any) -> Self:
        """Adds an event, stored at that time."""
        self.records.append(_event(job_id, name, at, attempt, **body))
        return self

    def run(self) -> Run:
        """The run that these records form."""
        return Run(tuple(self.records), Limits(slack=0.5))


def _event(job_id: str, name: str, at: float, attempt: int, **body: Any) -> Record:
    id = f"{job_id} {name} {at}"
    return {
        "kind": "event",
        "at": at,
        "sequence": int(at * 1000),
        "stored": at,
        "id": id,
        "jobId": job_id,
        "event": name,
        "attempt": attempt,
        "body": body,
    }


def _started(job_id: str, at: float, attempt: int, worker: str, kept: int = 0) -> Record:
    return _event(job_id, "started", at, attempt, workerId=worker, kept=kept)


def _paid(job_id: str, call: str, at: float, attempt: int, outcome: str = "used") -> Record:
    return _event(job_id, "call_finished", at, attempt, callId=call, requestId=f"r-{call}", outcome=outcome)


def _call(job_id: str, call: str, attempt: int, started: float, ended: float, outcome: str) -> Record:
    times = {"started": started, "ended": ended, "outcome": outcome}
    return {"kind": "call", "at": ended, "id": f"r-{call}", "jobId": job_id, "attempt": attempt, **times}


def _submit(job_id: str, at: float) -> Record:
    made = {"jobType": "ideation", "key": f"key of {job_id}", "status": 202, "jobId": job_id}
    return {"kind": "submit", "sent": at - 0.1, "at": at, "user": "demo", **made}


def _replaced() -> list[Record]:
    id = REPLACED
    return [
        _submit(id, 0.5),
        _event(id, "requested", 0.6, 0),
        _started(id, 1, 1, "ideation-a"),
        _event(id, "call_started", 2, 1, callId="1"),
        _event(id, "progress", 3, 1, itemKey="one"),
        _paid(id, "1", 4, 1),
        _event(id, "call_started", 5, 1, callId="2"),
        _started(id, 20, 2, "ideation-b", kept=1),
        _paid(id, "2", 20.5, 1, "wasted"),
        _event(id, "call_started", 21, 2, callId="3"),
        _event(id, "progress", 22, 2, itemKey="two"),
        _paid(id, "3", 23, 2),
        _event(id, "completed", 24, 2),
        _call(id, "1", 1, 2.1, 4, "completed"),
        _call(id, "2", 1, 5.1, KILLED_AT, "disconnected"),
        _call(id, "3", 2, 21.1, 23, "completed"),
    ]


def _cancelled() -> list[Record]:
    id = CANCELLED
    return [
        _submit(id, 30),
        _event(id, "requested", 30.1, 0),
        _started(id, 31, 1, "ideation-b"),
        _event(id, "call_started", 32, 1, callId="4"),
        _event(id, "progress", 32.5, 1, itemKey="one"),
        {"kind": "cancel", "sent": 33.0, "at": 33.1, "user": "demo", "jobId": id, "status": 202},
        _event(id, "cancel_requested", 33.2, 1),
        _paid(id, "4", 33.4, 1, "wasted"),
        _event(id, "cancelled", 33.5, 1, kept=1),
        _call(id, "4", 1, 32.1, 33.3, "disconnected"),
    ]


def _delayed() -> list[Record]:
    id, reason = DELAYED, {"code": "AI_UNAVAILABLE", "message": "The AI is busy."}
    return [
        _submit(id, 40),
        _event(id, "requested", 40.1, 0),
        _started(id, 41, 1, "ideation-b"),
        _event(id, "call_started", 41.5, 1, callId="5"),
        _paid(id, "5", 42, 1, "wasted"),
        _event(id, "retrying", 42.1, 1, reason=reason, retryAt=44.0, counted=False),
        _started(id, 44.1, 2, "ideation-b"),
        _event(id, "call_started", 45, 2, callId="6"),
        _event(id, "progress", 46, 2, itemKey="one"),
        _paid(id, "6", 47, 2),
        _event(id, "completed", 48, 2),
        _call(id, "5", 1, 41.6, 41.9, "fault"),
        _call(id, "6", 2, 45.1, 47, "completed"),
    ]


def _surroundings() -> list[Record]:
    fault = {"kind": "fault", "process": "ideation"}
    watched = {"user": "demo", "watcher": "w", "jobId": DELAYED}
    return [
        {**fault, "at": KILLED_AT, "until": 9.0, "what": "kill", "target": "ideation"},
        {**fault, "at": STOPPED_AT, "until": 52.0, "what": "term", "target": "gateway"},
        {"kind": "stream", "at": 50.2, "opened": 43.0, "closed": 50.2, "ended": "closing", **watched},
        {"kind": "exit", "at": 52.0, "target": "gateway", "status": 0},
        {"kind": "flood", "at": 0.1, "user": "demo", "caps": CAPS},
        {"kind": "healed", "at": HEALED_AT},
    ]


def _stored(log: list[Record]) -> list[Record]:
    """The rows of a job."""
    job_id = log[0]["jobId"]
    status = next(event["event"] for event in log if event["event"] in ENDS)
    row = {"id": job_id, "status": status, "seq": len(log), **USAGE}
    told = [
        {"kind": "told", "jobId": job_id, "seq": seq, "id": event["id"], "event": event["event"]}
        for seq, event in enumerate(log, 1)
    ]
    calls = [event["body"] for event in log if event["event"] == "call_started"]
    paid = {event["body"]["callId"]: event for event in log if event["event"] == "call_finished"}
    ledger = [_ledger(job_id, call["callId"], paid.get(call["callId"])) for call in calls]
    return [{"kind": "row", **row}, {"kind": "rebuilt", **row}, *told, *ledger]


def _ledger(job_id: str, call_id: str, paid: Record | None) -> Record:
    entry = {"kind": "ledger", "call_id": call_id, "job_id": job_id, "cost_usd": "0"}
    if paid is None:
        return {**entry, "outcome": None, "request_id": None, "finished_at": None}
    body = paid["body"]
    return {
        **entry,
        "outcome": body["outcome"],
        "request_id": body["requestId"],
        "finished_at": paid["stored"],
    }


def _told(log: list[Record]) -> list[Record]:
    """What a watcher, a poller and the feed saw."""
    told: list[Record] = []
    for seq, event in enumerate(log, 1):
        about = {"user": "demo", "jobId": event["jobId"], "seq": seq, "event": event["event"], "digest": "x"}
        at, position = event["stored"] + 0.1, event["sequence"]
        told.append({"kind": "frame", "at": at, "watcher": "w", "way": "stream", **about})
        told.append(
            {"kind": "frame", "at": at, "watcher": "feed", "way": "feed", "position": position, **about}
        )
        if event["event"] in ENDS:
            state = {"seq": seq, "status": event["event"]}
            read = {"user": "demo", "watcher": "p", "jobId": event["jobId"], "way": "poll", "state": state}
            told.append({"kind": "read", "sent": at + 1, "at": at + 1.1, "status": 200, **read})
    return told

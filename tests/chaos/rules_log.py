"""Rules about the logs of the jobs: ends, attempts, takeovers, cancels, reasons."""

from collections.abc import Iterator
from itertools import pairwise

from chaos.history import ENDS, Record, Run, end_of, service_of, starts_of
from chaos.violation import Violation

AFTER_AN_END = ("call_finished",)
LATE_BY_AN_OLD_ATTEMPT = ("call_finished", "cancel_requested", "requested")
POISON_LIMIT = 5
LONG_BEFORE_SECONDS = 20.0  # a disturbance that was over this long ago excuses nothing
LONGEST_WAIT_SECONDS = 75.0  # no retry is postponed for longer


def every_job_ends_in_time(run: Run) -> Iterator[Violation]:
    """Promise 2: a job ends within 30 s of its deadline, or of the moment when the backends are back."""
    for job_id in run.accepted:
        log = run.logs.get(job_id, [])
        end, deadline = end_of(log), run.rows.get(job_id, {}).get("deadline_at", 0.0)
        if end is None:
            yield Violation(2, "has no end", job_id)
            continue
        back = [f["until"] for f in run.faults("nats", "postgres", start=0, end=end["stored"])]
        latest = max([deadline, *back]) + run.limits.after_back + run.limits.slack
        if end["stored"] > latest:
            yield Violation(2, f"ended {end['stored'] - latest:.1f} s too late", job_id)


def one_end(run: Run) -> Iterator[Violation]:
    """Promise 3: there is exactly one terminal event, and after it only late settlements."""
    for job_id, log in run.logs.items():
        ends = [event["event"] for event in log if event["event"] in ENDS]
        if len(ends) > 1:
            yield Violation(3, f"has {len(ends)} ends: {', '.join(ends)}", job_id)
        after = log[log.index(end) + 1 :] if (end := end_of(log)) else []
        if late := [e["event"] for e in after if e["event"] not in (*AFTER_AN_END, *ENDS)]:
            yield Violation(3, f"{', '.join(late)} after the end", job_id)


def only_the_newest_attempt_writes(run: Run) -> Iterator[Violation]:
    """Promise 3: an attempt that was taken over settles its calls and writes nothing else."""
    for job_id, log in run.logs.items():
        attempt, is_running = 0, False
        for event in log:
            if event["event"] == "started":
                attempt, is_running = attempt + 1, True
            elif event["event"] == "retrying":
                is_running = False
            expected = attempt if event["event"] not in LATE_BY_AN_OLD_ATTEMPT else event["attempt"]
            if event["attempt"] != expected:
                text = f"{event['event']} of attempt {event['attempt']} while {attempt} had begun"
                yield Violation(3, text, job_id)
            if event["event"] in ("progress", "call_started", "completed") and not is_running:
                yield Violation(3, f"{event['event']} without a running attempt", job_id)


def a_takeover_has_a_reason(run: Run) -> Iterator[Violation]:
    """Promise 4: no second worker takes over from one that is alive and reachable."""
    for job_id, log in run.logs.items():
        for before, after in _takeovers(log):
            service = service_of(before)
            if not run.faults(service, "nats", start=before["stored"], end=after["stored"]):
                yield Violation(4, f"attempt {after['attempt']} began while nothing was wrong", job_id)


def a_takeover_comes_in_time(run: Run) -> Iterator[Violation]:
    """Promise 4: within 15 s after a worker's death, if nothing else fails meanwhile.

    If no second process was ready, the time that the restart took does not count.
    """
    for recovery in recoveries(run):
        limit = run.limits.takeover
        if not recovery["hasSecond"]:
            limit = max(limit, recovery["restartSeconds"] + run.limits.after_restart)
        if recovery["isClean"] and recovery["seconds"] > limit + run.limits.slack:
            text = f"taken over {recovery['seconds']:.1f} s after its worker was killed"
            yield Violation(4, text, recovery["jobId"])


def recoveries(run: Run) -> list[Record]:
    """Each job whose worker was killed, and how long it took until another worker had it.

    `isClean` means that nothing else was disturbed from shortly before the kill until the takeover.
    """
    found = []
    doubled = {record["target"] for record in run.of("replica")}
    for job_id, log in run.logs.items():
        for before, after in _takeovers(log):
            service, mine = service_of(before), log[log.index(before) : log.index(after)]
            last = max(event["stored"] for event in mine if event["event"] != "cancel_requested")
            faults = run.faults(service, "nats", start=last - LONG_BEFORE_SECONDS, end=after["stored"])
            kills = [f for f in faults if (f["what"], f["target"]) == ("kill", service) and f["at"] > last]
            if kills:
                kill = kills[0]
                found.append(
                    {
                        "jobId": job_id,
                        "seconds": after["stored"] - kill["at"],
                        "restartSeconds": kill["until"] - kill["at"],
                        "hasSecond": service in doubled,
                        "isClean": faults == [kill],
                    }
                )
    return found


def nothing_finished_is_bought_again(run: Run) -> Iterator[Violation]:
    """Promise 4: every later attempt keeps a logged item, and none makes it again."""
    for job_id, log in run.logs.items():
        finished: set[str] = set()
        for event in log:
            key = event["body"].get("itemKey")
            if event["event"] == "progress" and key is not None:
                if key in finished:
                    yield Violation(4, f"the item {key} was made twice", job_id)
                finished.add(key)
            elif event["event"] == "started" and event["body"]["kept"] != len(finished):
                text = f"attempt {event['attempt']} kept {event['body']['kept']} of {len(finished)} items"
                yield Violation(4, text, job_id)


def a_cancel_wins_over_what_follows(run: Run) -> Iterator[Violation]:
    """Promise 6: no result follows a cancel request; a cancelled job keeps its finished items."""
    for job_id, log in run.logs.items():
        names = [event["event"] for event in log]
        if "cancel_requested" in names and "completed" in names[names.index("cancel_requested") :]:
            yield Violation(6, "completed after a cancel was asked for", job_id)
        end = end_of(log)
        if end is not None and end["event"] == "cancelled":
            if "cancel_requested" not in names[: log.index(end)]:
                yield Violation(6, "cancelled without a request", job_id)
            items = {e["body"]["itemKey"] for e in log if e["body"].get("itemKey") is not None}
            if end["body"]["kept"] < len(items):
                yield Violation(6, f"kept {end['body']['kept']} of {len(items)} items", job_id)
    for record in run.of("cancel"):
        end = end_of(run.logs.get(record["jobId"], []))
        if record["status"] != 202 or end is None or end["event"] == "cancelled":
            continue
        if end["stored"] > record["at"] + _longest_way(run, record):
            yield Violation(6, f"{end['event']} long after its cancel was accepted", record["jobId"])


def _longest_way(run: Run, cancel: Record) -> float:
    """The most seconds that an accepted cancel may take to reach the stream."""
    faults = run.faults("relay", "nats", "postgres", start=cancel["sent"] - 5, end=cancel["at"] + 30)
    return float(max([5.0, *(fault["until"] + 10 - cancel["at"] for fault in faults)])) + run.limits.slack


def an_end_has_its_reason(run: Run) -> Iterator[Violation]:
    """Promises 5 and 7: exhausted follows only the last attempt, overdue only the deadline."""
    for job_id, log in run.logs.items():
        end = end_of(log)
        if end is None or end["event"] != "failed":
            continue
        code, row = end["body"]["error"]["code"], run.rows.get(job_id, {})
        deadline, attempts = row.get("deadline_at", 0.0), row.get("max_attempts", 3)
        counted = sum(e["event"] == "retrying" and e["body"]["counted"] for e in log)
        if code == "DEADLINE_EXCEEDED" and end["stored"] < deadline - 0.5:
            yield Violation(2, "failed as overdue before its deadline", job_id)
        if code == "ATTEMPTS_EXHAUSTED" and counted + 1 < attempts and deaths(log) < POISON_LIMIT:
            yield Violation(7, f"exhausted after {counted} counted attempts", job_id)
        if code == "AI_UNAVAILABLE" and deadline - end["stored"] > LONGEST_WAIT_SECONDS:
            yield Violation(7, "gave up on the provider before the deadline", job_id)


def deaths(log: list[Record]) -> int:
    """Starts that were followed by neither a retrying nor an end."""
    count, is_running = 0, False
    for event in log:
        if event["event"] == "started":
            count += is_running
            is_running = True
        elif event["event"] in ("retrying", *ENDS):
            is_running = False
    return count


def overload_uses_no_attempt(run: Run) -> Iterator[Violation]:
    """Promise 7: attempts that met an overloaded or absent provider are never counted."""
    for job_id, log in run.logs.items():
        for event in log:
            body = event["body"]
            if (
                event["event"] == "retrying"
                and body["reason"]["code"] == "AI_UNAVAILABLE"
                and body["counted"]
            ):
                yield Violation(7, "an overload used an attempt up", job_id)


def a_retry_waits_for_its_time(run: Run) -> Iterator[Violation]:
    """Promise 7: the next attempt does not begin before `retryAt`."""
    for job_id, log in run.logs.items():
        waiting: float | None = None
        for event in log:
            if event["event"] == "retrying":
                waiting = event["body"]["retryAt"]
            elif event["event"] == "started":
                if waiting is not None and event["stored"] < waiting - 0.01:
                    yield Violation(7, f"began {waiting - event['stored']:.2f} s before retryAt", job_id)
                waiting = None


def _takeovers(log: list[Record]) -> list[tuple[Record, Record]]:
    """Pairs of starts where the second attempt found the first still running."""
    handed_back = {event["attempt"] for event in log if event["event"] == "retrying"}
    return [(a, b) for a, b in pairwise(starts_of(log)) if a["attempt"] not in handed_back]

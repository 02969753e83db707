"""Rules about provider calls: the provider's own journal must agree with the stream and the ledger."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from chaos.history import Record, Run, end_of, service_of, starts_of
from chaos.rules_log import POISON_LIMIT, deaths
from chaos.violation import Violation

ACK_WAIT_SECONDS = 10.0
CLOCKS_SECONDS = 0.05  # two processes do not read the clock at exactly the same moment


def nobody_calls_after_the_end(run: Run) -> Iterator[Violation]:
    """Promise 3: an attempt that is fenced off, or whose job is over, starts no further call."""
    for job_id, calls in run.calls.items():
        log = run.logs.get(job_id, [])
        for call in calls:
            limit = _last_moment(log, call["attempt"])
            service = _service(log, call["attempt"])
            if call["started"] > limit + run.limits.slack and not _was_paused(run, service, limit, call):
                late = call["started"] - limit
                yield Violation(3, f"a call began {late:.1f} s after its attempt was over", job_id)


def _last_moment(log: list[Record], attempt: int) -> float:
    """When the attempt was over, according to the log."""
    end = end_of(log)
    moments = [event["stored"] for event in starts_of(log) if event["attempt"] > attempt]
    moments += [e["stored"] for e in log if e["event"] == "retrying" and e["attempt"] == attempt]
    return min([*moments, *([end["stored"]] if end else [])], default=float("inf"))


def _was_paused(run: Run, service: str, limit: float, call: Record) -> bool:
    faults = run.faults(service, "nats", start=limit - ACK_WAIT_SECONDS, end=call["started"])
    return any(fault["what"] == "pause" for fault in faults)


def _service(log: list[Record], attempt: int) -> str:
    return next((service_of(start) for start in starts_of(log) if start["attempt"] == attempt), "")


def every_call_is_announced(run: Run) -> Iterator[Violation]:
    """Promise 5: a call_started is stored before each call is made."""
    for job_id, calls in run.calls.items():
        log = run.logs.get(job_id, [])
        made: Counter[int] = Counter()
        for call in calls:
            attempt = call["attempt"]
            made[attempt] += 1
            announced = [
                event
                for event in log
                if event["event"] == "call_started"
                and event["attempt"] == attempt
                and event["stored"] <= call["started"] + CLOCKS_SECONDS
            ]
            if len(announced) < made[attempt]:
                yield Violation(5, f"a call of attempt {attempt} was not announced", job_id)


def every_call_is_settled(run: Run) -> Iterator[Violation]:
    """Promise 5: each call is settled, by its worker or, if that died, by an estimate."""
    for job_id, log in run.logs.items():
        settled = {e["body"]["callId"] for e in log if e["event"] == "call_finished"}
        for event in log:
            if event["event"] == "call_started" and event["body"]["callId"] not in settled:
                yield Violation(5, "a call was never settled", job_id)


def the_ledger_is_what_the_stream_says(run: Run) -> Iterator[Violation]:
    """Promise 5: each call in the stream is in the ledger, and the job's cost is their sum."""
    ledger = {entry["call_id"]: entry for entry in run.of("ledger")}
    costs: dict[str, Decimal] = {}
    for job_id, log in run.logs.items():
        settled: set[str] = set()
        for event in log:
            call_id = event["body"].get("callId")
            if event["event"] == "call_started" and call_id not in ledger:
                yield Violation(5, "a call is not in the ledger", job_id)
            if event["event"] == "call_finished" and call_id not in settled:
                settled.add(call_id)  # the first settlement counts
                entry = ledger.get(call_id, {})
                if entry.get("outcome") != event["body"]["outcome"]:
                    yield Violation(5, "the ledger says otherwise of a call's outcome", job_id)
    for entry in ledger.values():
        costs[entry["job_id"]] = costs.get(entry["job_id"], Decimal(0)) + Decimal(str(entry["cost_usd"]))
    for job_id, row in run.rows.items():
        if Decimal(str(row["cost_usd"])) != costs.get(job_id, Decimal(0)):
            yield Violation(5, f"costs {row['cost_usd']} but its calls {costs.get(job_id, 0)}", job_id)


def attempts_are_bounded(run: Run) -> Iterator[Violation]:
    """Promise 5: there are no more attempts than those counted, handed back or ended by a death."""
    for job_id, log in run.logs.items():
        counted = sum(e["event"] == "retrying" and e["body"]["counted"] for e in log)
        if counted >= run.rows.get(job_id, {}).get("max_attempts", 3) or deaths(log) > POISON_LIMIT:
            yield Violation(5, f"{counted} counted attempts and {deaths(log)} deaths", job_id)


def paid_again(run: Run) -> list[Record]:
    """Calls that cost something but yielded nothing, of jobs that then made the same request again."""
    used = {entry["request_id"] for entry in run.of("ledger") if entry["finished_at"] is not None}
    found = []
    for job_id, calls in run.calls.items():
        attempts = len(starts_of(run.logs.get(job_id, [])))
        found += [
            call
            for call in calls
            if call["attempt"] < attempts
            and (
                call["outcome"] == "disconnected"
                or (call["outcome"] == "completed" and call["id"] not in used)
            )
        ]
    return found


def in_flight_at_a_fault(run: Run) -> list[Record]:
    """Calls in flight when their worker, or its path to the bus, was disturbed: the upper bound."""
    return [call for call in run.of("call") if _disturbed(run, call)]


def _disturbed(run: Run, call: Record) -> bool:
    service = _service(run.logs.get(call["jobId"], []), call["attempt"])
    end = call["ended"] if call["ended"] is not None else float("inf")
    # its settlement was not yet written when it ended
    return bool(run.faults(service, "nats", start=call["started"], end=end + 1 + run.limits.slack))


def paid_twice_only_where_something_died(run: Run) -> Iterator[Violation]:
    """Promises 4 and 5: every wasted call was in flight when something was disturbed or failed."""
    bound = {call["id"] for call in in_flight_at_a_fault(run)}
    for call in paid_again(run):
        went_wrong = [
            other
            for other in run.calls[call["jobId"]]
            if other["attempt"] == call["attempt"] and other["outcome"] == "fault"
        ]
        if call["id"] not in bound and not went_wrong:
            yield Violation(5, "a call was paid again though nothing was wrong", call["jobId"])


def a_cancel_closes_the_calls_in_time(run: Run) -> Iterator[Violation]:
    """Promise 6: open calls close within 1 s of the request, if nothing else fails meanwhile."""
    for wait in cancel_waits(run):
        if wait["isClean"] and wait["seconds"] > run.limits.cancel + run.limits.slack:
            text = f"a call was closed {wait['seconds']:.1f} s after the cancel was asked for"
            yield Violation(6, text, wait["jobId"])


def cancel_waits(run: Run) -> list[Record]:
    """For each accepted cancel, how long the open calls continued."""
    found = []
    for cancel in run.of("cancel"):
        calls = [
            call
            for call in run.calls.get(cancel["jobId"], [])
            if cancel["status"] == 202 and call["started"] < cancel["sent"] < (call["ended"] or float("inf"))
        ]
        for call in calls:
            service = _service(run.logs.get(cancel["jobId"], []), call["attempt"])
            ended = call["ended"] if call["ended"] is not None else float("inf")
            faults = run.faults(
                service, "relay", "nats", "postgres", "gateway", start=cancel["sent"] - 20, end=ended
            )
            found.append({"jobId": cancel["jobId"], "seconds": ended - cancel["at"], "isClean": not faults})
    return found


def a_stop_lets_calls_end(run: Run) -> Iterator[Violation]:
    """Promise 11: a stop does not cut off a call that ends within the grace period."""
    for fault in run.of("fault"):
        if fault["what"] != "term":
            continue
        for call in run.of("call"):
            log = run.logs.get(call["jobId"], [])
            ended = call["ended"] if call["ended"] is not None else float("inf")
            is_cut = call["outcome"] == "disconnected" and call["started"] < fault["at"] < ended
            if not is_cut or _service(log, call["attempt"]) != fault["target"]:
                continue
            asked_to_end = any(e["event"] == "cancel_requested" and e["stored"] < ended for e in log)
            others = run.faults(fault["target"], "nats", start=call["started"], end=ended)
            if ended < fault["at"] + run.limits.drain - 0.3 and others == [fault] and not asked_to_end:
                text = f"a call was cut off {ended - fault['at']:.1f} s after a stop was asked for"
                yield Violation(11, text, call["jobId"])

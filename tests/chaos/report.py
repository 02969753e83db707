"""The numbers of a run."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from chaos.history import ENDS, Record, Run, end_of
from chaos.rules_calls import cancel_waits, in_flight_at_a_fault, paid_again
from chaos.rules_log import recoveries
from chaos.rules_shares import passed_by_a_flood
from chaos.violation import Violation


def summarize(run: Run, violations: Iterable[Violation]) -> dict[str, Any]:
    """The numbers of the report, by name."""
    found = list(violations)
    ends = Counter(end["event"] if (end := end_of(run.logs.get(id, []))) else "none" for id in run.accepted)
    again = paid_again(run)
    took = recoveries(run)
    return {
        "jobs": len(run.accepted),
        "jobsByType": dict(Counter(record["jobType"] for record in run.accepted.values())),
        "ends": dict(ends),
        "faults": _faults(run),
        "lost": _count(found, "row", "stream", promise=1),
        "stuck": ends["none"],
        "doubleEnds": sum(sum(e["event"] in ENDS for e in log) > 1 for log in run.logs.values()),
        "statusRegressions": sum(violation.promise == 9 for violation in found),
        "calls": len(run.of("call")),
        "callsLimited": sum(call["outcome"] == "limited" for call in run.of("call")),
        "callsPaidAgain": len(again),
        "callsPaidAgainAtMost": len(in_flight_at_a_fault(run)),
        "recoverySeconds": _spread([each["seconds"] for each in took]),
        "undisturbedRecoverySeconds": _spread([each["seconds"] for each in took if each["isClean"]]),
        "restartSeconds": _spread([f["until"] - f["at"] for f in run.of("fault") if f["what"] == "kill"]),
        "cancelSeconds": _spread([each["seconds"] for each in cancel_waits(run) if each["isClean"]]),
        "refused": dict(Counter(str(record["cap"]) for record in run.of("refused"))),
        "passedByAFlood": max(passed_by_a_flood(run).values(), default=0),
        "reads": len(run.of("read")),
        "eventsTold": len(run.of("frame")),
        "streams": dict(Counter(stream["ended"] for stream in run.of("stream"))),
        "events": len(run.of("event")),
        "violations": [str(violation) for violation in found],
    }


def as_text(numbers: dict[str, Any], title: str) -> str:
    """The report as text."""
    lines = [title]
    for name, value in numbers.items():
        if name != "violations":
            lines.append(f"  {name:28} {value if isinstance(value, int) else json.dumps(value)}")
    violations = numbers["violations"]
    lines.append(f"  {'violations':28} {len(violations)}")
    return "\n".join([*lines, *(f"    {text}" for text in violations)])


def _faults(run: Run) -> dict[str, dict[str, int]]:
    kinds: dict[str, Counter[str]] = {}
    for fault in run.of("fault"):
        kinds.setdefault(fault["what"], Counter())[fault["target"]] += 1
    broken = Counter(str(call["outcome"]) for call in run.of("call") if call["outcome"] == "fault")
    return {what: dict(targets) for what, targets in kinds.items()} | {"provider": dict(broken)}


def _count(violations: list[Violation], *words: str, promise: int) -> int:
    return sum(v.promise == promise and any(word in v.text for word in words) for v in violations)


def _spread(seconds: list[float]) -> Record:
    """Median and 99th percentile."""
    if not seconds:
        return {"count": 0}
    ordered = sorted(seconds)
    last = len(ordered) - 1
    p50, p99 = ordered[round(last * 0.5)], ordered[round(last * 0.99)]
    return {"count": len(ordered), "p50": round(p50, 2), "p99": round(p99, 2), "max": round(ordered[-1], 2)}

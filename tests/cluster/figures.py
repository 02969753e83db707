"""What a scenario did to the jobs, in numbers, and what of it was not allowed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chaos.checker import check
from chaos.history import Run, starts_of
from chaos.report import summarize
from cluster.pods import Pod


@dataclass
class Outcome:
    """One line of the table at the end."""

    name: str
    seconds: float
    numbers: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)  # seconds of each
    faults: list[str] = field(default_factory=list)  # what went against a promise


COLUMNS = {
    "jobs": "jobs",
    "ended": "ended",
    "lost": "lost",
    "stuck": "stuck",
    "paid twice": "callsPaidAgain",
    "requests failed": "requestsFailed",
    "streams cut": "streamsCut",
    "longest to start": "longestToStart",
    "longest to end": "longestToEnd",
}


def outcome_of(
    name: str, run: Run, seconds: float, steps: dict[str, float], *, may_pay_again: bool = False
) -> Outcome:
    """Judges a record; only where something was killed may a call be paid again."""
    violations = check(run)
    told = summarize(run, violations)
    numbers: dict[str, float] = {
        name: told[name] for name in ("jobs", "lost", "stuck", "calls", "callsPaidAgain")
    }
    numbers["ended"] = sum(told["ends"].values()) - told["ends"].get("none", 0)
    numbers["requestsFailed"] = len(run.of("unanswered"))
    numbers["streamsCut"] = told["streams"].get("cut", 0)
    numbers["longestToStart"], numbers["longestToEnd"] = _longest(run)
    faults = [str(each) for each in violations]
    faults += [f"{each['process']} {each['why']}" for each in run.of("unhealthy")]
    faults += [f"{each['process']} ended by itself: {each['status']}" for each in run.of("restart")]
    if numbers["callsPaidAgain"] and not may_pay_again:
        faults.append(f"{numbers['callsPaidAgain']} calls were paid twice though nothing was killed")
    killed = [each for each in run.of("fault") if each["what"] == "kill" and each["target"] != "nats"]
    faults += [f"{each['process']} did not end within its grace" for each in killed]
    return Outcome(name, seconds, numbers, steps, faults)


def _longest(run: Run) -> tuple[float, float]:
    """From a job's acceptance to its first attempt, and to its end."""
    to_start, to_end = [0.0], [0.0]
    for job_id, accepted in run.accepted.items():
        log = run.logs.get(job_id, [])
        to_start += [start["stored"] - accepted["at"] for start in starts_of(log)[:1]]
        to_end += [log[-1]["stored"] - accepted["at"]] if log else []
    return max(to_start), max(to_end)


def as_table(outcomes: Sequence[Outcome]) -> str:
    """For the terminal and for docs/deploy.md."""
    lines = [_row(["scenario", "seconds", *COLUMNS]), _row(["---"] * (len(COLUMNS) + 2))]
    for each in outcomes:
        values = [each.numbers.get(column, 0) for column in COLUMNS.values()]
        lines.append(_row([each.name, f"{each.seconds:.0f}", *(_plain(value) for value in values)]))
    for each in outcomes:
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in each.steps.items())
        lines += [f"{each.name}: {steps}"] if steps else []
        lines += [f"  AGAINST A PROMISE: {fault}" for fault in each.faults]
    return "\n".join(lines)


def as_pods(pods: Sequence[Pod]) -> str:
    """Of each kind of process: the longest until it was ready, and the most memory that one ever had."""
    lines = [_row(["process", "pods", "ready after at most", "memory at most"]), _row(["---"] * 4)]
    for component in sorted({pod.component for pod in pods}):
        alike = [pod for pod in pods if pod.component == component]
        ready = max((pod.ready_after or 0.0 for pod in alike), default=0.0)
        memory = max(pod.peak_kib for pod in alike) // 1024
        lines.append(_row([component, str(len(alike)), f"{ready:.1f} s", f"{memory} MiB"]))
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(value: float) -> str:
    return f"{value:.1f} s" if isinstance(value, float) else str(value)

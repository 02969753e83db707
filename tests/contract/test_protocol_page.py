"""docs/protocol.md matches the code: each row with an example is run, and no decision is missing."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import CodeType, FrameType, UnionType
from typing import Any, get_args

import pytest
from lodestone import deadlines, errors
from lodestone.bus.publisher import _Answer
from lodestone.erasure import Step, on_erasure, without_texts
from lodestone.events import EVENTS, SERVICE_EVENTS, JobCallStarted, JobEvent, Reason
from lodestone.job_log import JobLog
from lodestone.judgement import (
    AppendCancelRequested,
    AppendRequested,
    Cancel,
    Mark,
    Owner,
    Repair,
    RowState,
    Standing,
    Verdict,
    Wait,
    on_delivery,
    on_open_calls,
    on_outbox_cancel,
    on_outbox_request,
    on_reconcile,
    standing,
)
from lodestone.retry import GiveUp, RetryLater, decide
from simulation.planted import MUTANTS
from support import logs

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
POISON_LIMIT = 5
ENDED = logs.completed().model_copy(update={"result": {"concepts": ["a text"]}})
Rows = list[list[str]]


def table_after(words: str) -> Rows:
    """The rows of the first table after these words, without its header."""
    lines = PAGE[PAGE.index(words) :].splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("|"))
    table = [line for line in lines[first:] if line.startswith("|") or not line]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table[2 : table.index("")]]


def code(cell: str) -> str:
    return cell.strip("`")


def event_of(word: str, newest: int) -> JobEvent:
    """The event that a word of an example means; `newest` is the time of the log's last event, in seconds."""
    match word:
        case "requested:copy":
            return logs.requested(redelivery=True)
        case "requested:max=1":
            return logs.requested(max_attempts=1)
        case "started@other":
            return logs.started("other")
        case "retrying:uncounted":
            return logs.retrying(counted=False)
        case "retrying:+20":
            return logs.retrying(retry_at=logs.after(newest + 1 + 20))
        case "completed":
            return ENDED
        case "completed:bare":
            return without_texts(ENDED)
    event: JobEvent = getattr(logs, word)()
    return event


def log_of(cell: str) -> JobLog:
    """The log that an example describes; in it, `started` is a start by this worker."""
    words = code(cell).split()
    if words == ["empty"]:
        return JobLog()
    restored: Any = words.pop() if words[-1] in ("open", "whole") else None
    return logs.log_of(*(event_of(word, len(words) - 1) for word in words), restored=restored)


def told(decision: Any) -> str:
    """A decision as the page writes it: its name and its fields."""
    if isinstance(decision, Standing):
        return decision.value
    if isinstance(decision, list):
        return str(len(decision))
    return " ".join([type(decision).__name__, *(w for f, v in vars(decision).items() if (w := said(f, v)))])


def said(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return field.removeprefix("is_").replace("_", " ") if value else ""
    if isinstance(value, float):
        return f"{value:g} s"
    if isinstance(value, Reason):
        return value.code.value
    if isinstance(value, int | str):
        return str(value)
    return value.event.name if hasattr(value, "event") else ""


def soon(log: JobLog) -> datetime:
    """A second after the newest event."""
    return (log.entries[-1].time if log.entries else logs.START) + timedelta(seconds=1)


def owner(words: set[str]) -> Owner:
    return next((each for each in Owner if f"owner {each.value.replace('_', ' ')}" in words), Owner.NOT_ASKED)


def number(words: set[str], pattern: str, default: int) -> int:
    found = next((match for word in words if (match := re.fullmatch(pattern, word))), None)
    return int(found.group(1)) if found else default


def receive(log: JobLog, words: set[str]) -> Verdict:
    return on_delivery(
        log,
        worker_id=logs.ME,
        running_here="runs here" in words,
        owner=owner(words),
        now=logs.after(logs.DEADLINE_SECONDS) if "past deadline" in words else soon(log),
        poison_limit=number(words, r"poison limit (\d+)", POISON_LIMIT),
    )


def stand(log: JobLog, words: set[str]) -> Standing:
    return standing(log, worker_id=logs.ME, attempt=1)


def fail(log: JobLog, words: set[str]) -> RetryLater | GiveUp:
    kind = next(getattr(errors, word) for word in words if word[0].isupper())
    left = number(words, r"(\d+) s left", 300)
    now = logs.after(logs.DEADLINE_SECONDS - left)
    return decide(kind(), log, now=now, jitter=0.5)


def row_state(words: set[str]) -> RowState:
    return RowState(is_terminal="row ended" in words, seq=3 if "row folded" in words else 0)


def request(log: JobLog, words: set[str]) -> Mark | AppendRequested:
    return on_outbox_request(log, row_state(words), tried="tried" in words)


def cancel(log: JobLog, words: set[str]) -> Mark | Wait | AppendCancelRequested | Cancel:
    return on_outbox_cancel(log, row_state(words))


def reconcile(log: JobLog, words: set[str]) -> Repair:
    silence = number(words, r"silent for (\d+) s", 1)
    overdue = logs.after(logs.DEADLINE_SECONDS + deadlines.DEADLINE_SLACK_SECONDS)
    return on_reconcile(
        log,
        lacks_events="lacks events" in words,
        deadline_at=logs.after(logs.DEADLINE_SECONDS),
        now=overdue if "overdue" in words else soon(log) + timedelta(seconds=silence - 1),
        broker_holds_message="delivery lost" not in words,
        owner=owner(words),
    )


def settle(log: JobLog, words: set[str]) -> list[JobCallStarted]:
    return on_open_calls(log, gone={1} if "attempt 1 gone" in words else set())


def erase(log: JobLog, words: set[str]) -> Step:
    end = logs.entry(ENDED, len(log.entries)) if "end is known" in words else None
    return on_erasure(log, end, folded_to=0 if "not all folded" in words else 10**9)


@dataclass(frozen=True)
class Decided:
    """A table: the words before it, the function that runs its rows, and every possible decision."""

    words: str
    rule: Callable[..., Any]
    run: Callable[[JobLog, set[str]], Any]

    @property
    def code(self) -> CodeType:
        return self.rule.__code__

    @property
    def decisions(self) -> set[str]:
        """Every decision that the rule can return, from its return type; a list is shown as its length."""
        kind = inspect.get_annotations(self.rule, eval_str=True)["return"]
        if kind is Standing:
            return {each.value for each in Standing}
        return {each.__name__ for each in get_args(kind)} if isinstance(kind, UnionType) else {"0", "1"}


TABLES = [
    Decided("`on_delivery`.", on_delivery, receive),
    Decided("`standing`,", standing, stand),
    Decided("`decide` in", decide, fail),
    Decided("`on_outbox_request`.", on_outbox_request, request),
    Decided("`on_outbox_cancel`.", on_outbox_cancel, cancel),
    Decided("`on_reconcile`,", on_reconcile, reconcile),
    Decided("`on_open_calls` names", on_open_calls, settle),
    Decided("`on_erasure` in", on_erasure, erase),
]
by_rule = pytest.mark.parametrize("table", TABLES, ids=lambda each: each.rule.__name__)


def cells(table: Decided) -> Iterator[tuple[str, set[str], str]]:
    """Example, circumstances and decision of each row."""
    for row in table_after(table.words):
        _, example, *circumstances, decision = row[:4] if table.rule is not standing else row[:3]
        words = {word.strip() for cell in circumstances for word in cell.split(",") if word.strip()}
        yield example, words, code(decision)


@by_rule
def test_each_row_is_what_the_code_decides(table: Decided) -> None:
    rows = list(cells(table))
    found = [(example, words, told(table.run(log_of(example), words))) for example, words, _ in rows]

    assert found == rows


@by_rule
def test_every_decision_has_a_row(table: Decided) -> None:
    shown = {decision.split()[0] for _, _, decision in cells(table)}

    assert shown == table.decisions


@by_rule
def test_the_rows_take_every_way_out_of_the_rule_in_its_order(table: Decided) -> None:
    taken = [way_out(table, log_of(example), words) for example, words, _ in cells(table)]

    assert taken == sorted(taken), "the rows are not in the order in which the code decides"
    assert set(taken) == ways_out(table.rule), "a return statement of the rule has no row"


def ways_out(rule: Callable[..., Any]) -> set[int]:
    """The lines of a function's own return statements."""
    lines, first = inspect.getsourcelines(rule)
    (function,) = ast.parse(textwrap.dedent("".join(lines))).body
    return {first + node.lineno - 1 for node in ast.walk(function) if isinstance(node, ast.Return)}


def way_out(table: Decided, log: JobLog, words: set[str]) -> int:
    """The line of the return statement that a row reaches."""
    left: list[int] = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not table.code:
            return None
        if event == "return":
            left.append(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        table.run(log, words)
    finally:
        sys.settrace(before)
    return max(line for line in ways_out(table.rule) if line <= left[0])


def test_the_answers_to_an_append_are_the_codes() -> None:
    kinds = get_args(inspect.get_annotations(_Answer)["kind"])

    assert [code(row[0]) for row in table_after("it\nhas one of these answers")] == list(kinds)


def test_each_event_has_its_writer() -> None:
    rows = {code(event): writer for event, writer, _ in table_after("## Who writes what")}

    assert list(rows) == list(EVENTS)
    assert tuple(name for name, writer in rows.items() if writer == "service") == SERVICE_EVENTS


def test_the_times_are_the_codes() -> None:
    constants = {name: value for name, value in vars(deadlines).items() if name.endswith("_SECONDS")}

    assert {code(name): float(seconds) for name, seconds, _ in table_after("## Times")} == constants


def test_each_planted_bug_is_shown_with_what_it_breaks() -> None:
    rows = [(bug, breaks) for bug, breaks, _ in table_after("## What each planted bug shows")]

    assert rows == [(mutant.name, mutant.breaks) for mutant in MUTANTS]

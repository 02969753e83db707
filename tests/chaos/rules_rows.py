"""Rules about the tables: they contain everything accepted, and are a fold of the stream."""

from collections.abc import Iterator

from chaos.history import Run, end_of
from chaos.violation import Violation


def nothing_accepted_is_lost(run: Run) -> Iterator[Violation]:
    """Promise 1: each 202 has a row, its request is in the stream, and a key names one job."""
    keys: dict[tuple[str, str], str] = {}
    for record in run.of("submit"):
        job_id = record.get("jobId")
        if job_id is None:
            continue
        if job_id not in run.rows:
            yield Violation(1, f"was answered {record['status']} and has no row", job_id)
        elif not run.logs.get(job_id):
            yield Violation(1, "was accepted and is not in the stream", job_id)
        first = keys.setdefault((record["user"], record["key"]), job_id)
        if first != job_id:
            yield Violation(1, f"has the key of job {first}", job_id)


def the_table_is_the_fold(run: Run) -> Iterator[Violation]:
    """Promise 8: rebuilt from the stream alone, every row is the same."""
    rebuilt = {row["id"]: row for row in run.of("rebuilt")}
    for job_id, row in run.rows.items():
        again = rebuilt.get(job_id, {})
        wrong = [name for name in again if name not in ("kind", "at") and again[name] != row.get(name)]
        if not again or wrong:
            yield Violation(8, f"the row differs from the fold in {', '.join(wrong) or 'everything'}", job_id)
        end = end_of(run.logs.get(job_id, []))
        if end is not None and row["status"] != end["event"]:
            yield Violation(8, f"the row says {row['status']}, the stream {end['event']}", job_id)


def the_history_is_the_log(run: Run) -> Iterator[Violation]:
    """Promise 8: job_events contains the log up to its end, numbered from 1 without gaps."""
    told: dict[str, list[tuple[int, str]]] = {}
    for row in run.of("told"):
        told.setdefault(row["jobId"], []).append((row["seq"], row["id"]))
    for job_id, row in run.rows.items():
        log, history = run.logs.get(job_id, []), sorted(told.get(job_id, []))
        end = end_of(log)
        events = [event["id"] for event in (log[: log.index(end) + 1] if end else log)]
        if [seq for seq, _ in history] != list(range(1, len(history) + 1)):
            yield Violation(8, "the history has gaps", job_id)
        elif [id for _, id in history] != events:
            yield Violation(8, f"the history has {len(history)} events, the log {len(events)}", job_id)
        if row["seq"] != len(history):
            yield Violation(8, f"the row counts {row['seq']} events, the history {len(history)}", job_id)

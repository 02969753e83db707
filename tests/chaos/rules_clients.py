"""Rules about what clients saw: one cursor, no contradiction, no foreign rows, clean stops."""

from collections import defaultdict
from collections.abc import Iterator

from chaos.history import ENDS, Record, Run
from chaos.violation import Violation

RANK = {"pending": 0, "processing": 1, **dict.fromkeys(ENDS, 2)}
SETTLE_SECONDS = 0.5  # a stream opened this shortly before a stop may not be registered yet


def a_watcher_sees_one_to_n(run: Run) -> Iterator[Violation]:
    """Promise 9: however a watcher watches, the events come as 1, 2, 3, …"""
    seen: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for frame in run.of("frame"):
        if frame["way"] != "feed":
            seen[frame["watcher"], frame["jobId"]].append(frame)
    for (watcher, job_id), frames in seen.items():
        numbers = [frame["seq"] for frame in frames]
        if numbers != list(range(1, len(numbers) + 1)):
            yield Violation(9, f"{watcher} saw {_gaps(numbers)}", job_id)
        elif frames[-1]["event"] not in ENDS and run.of("healed"):
            yield Violation(9, f"{watcher} never saw the end", job_id)


def _gaps(numbers: list[int]) -> str:
    first = next(at for at, number in enumerate(numbers, 1) if number != at)
    return f"event {numbers[first - 1]} where {first} was due"


def an_event_is_the_same_for_everybody(run: Run) -> Iterator[Violation]:
    """Promise 9: an event is what the history in Postgres says, for every reader and every way of reading."""
    told = {(row["jobId"], row["seq"]): row["event"] for row in run.of("told")}
    digests: dict[tuple[str, int], str] = {}
    for frame in run.of("frame"):
        key = (frame["jobId"], frame["seq"])
        if told.get(key) != frame["event"]:
            yield Violation(9, f"{frame['way']} showed {frame['event']}, stored is {told.get(key)}", key[0])
        elif digests.setdefault(key, frame["digest"]) != frame["digest"]:
            yield Violation(9, f"event {key[1]} was shown with different content", key[0])


def nobody_is_told_less_than_before(run: Run) -> Iterator[Violation]:
    """Promise 9: no later answer takes back what an earlier one said."""
    tellings: dict[str, list[Record]] = defaultdict(list)
    for record in (*run.of("read"), *run.of("frame")):
        if record.get("state") or record["kind"] == "frame":
            tellings[record["jobId"]].append(record)
    for job_id, records in tellings.items():
        yield from _regressions(job_id, records)


def _regressions(job_id: str, records: list[Record]) -> Iterator[Violation]:
    ends = {r["state"]["status"] for r in records if r.get("state")} & set(ENDS)
    if len(ends) > 1:
        yield Violation(9, f"was reported as {' and '.join(sorted(ends))}", job_id)
    answers = sorted(records, key=lambda record: float(record["at"]))
    questions = sorted((r for r in records if r.get("state")), key=lambda record: float(record["sent"]))
    known_seq, known_rank, next_answer = 0, 0, 0
    for question in questions:
        while next_answer < len(answers) and answers[next_answer]["at"] < question["sent"]:
            seq, rank = _says(answers[next_answer])
            known_seq, known_rank = max(known_seq, seq), max(known_rank, rank)
            next_answer += 1
        seq, rank = _says(question)
        if seq < known_seq or (rank < known_rank and question["state"]["status"]):
            yield Violation(9, f"a {question['way']} said {question['state']} after {known_seq}", job_id)


def _says(record: Record) -> tuple[int, int]:
    if state := record.get("state"):
        return state["seq"], RANK.get(state["status"], 0)
    return record["seq"], RANK.get(record["event"], 0)


def the_feed_tells_everything(run: Run) -> Iterator[Violation]:
    """Promise 9: a user's feed, resumed by position, contains each event of each job once and in order."""
    feeds: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for frame in run.of("frame"):
        if frame["way"] == "feed":
            feeds[frame["watcher"], frame["user"]].append(frame)
    told: dict[str, int] = defaultdict(int)
    for row in run.of("told"):
        told[row["jobId"]] += 1
    for (watcher, user), frames in feeds.items():
        positions = [frame["position"] for frame in frames]
        if positions != sorted(set(positions)):
            yield Violation(9, f"the feed {watcher} went back")
        seqs: dict[str, list[int]] = defaultdict(list)
        for frame in frames:
            seqs[frame["jobId"]].append(frame["seq"])
        for job_id, owner in run.owners.items():
            if owner == user and seqs.get(job_id, []) != list(range(1, told[job_id] + 1)):
                yield Violation(9, f"the feed {watcher} showed {len(seqs.get(job_id, []))} events", job_id)


def nobody_sees_what_belongs_to_others(run: Run) -> Iterator[Violation]:
    """Promise 10: for everybody else the job does not exist."""
    for record in (*run.of("read"), *run.of("cancel")):
        owner = run.owners.get(record["jobId"])
        if owner is not None and record["user"] != owner and record["status"] not in (404, 503):
            yield Violation(10, f"{record['user']} was answered {record['status']}", record["jobId"])
    for frame in run.of("frame"):
        if run.owners.get(frame["jobId"], frame["user"]) != frame["user"]:
            yield Violation(10, f"{frame['user']} received an event", frame["jobId"])


def a_stop_tells_open_streams(run: Run) -> Iterator[Violation]:
    """Promise 11: a gateway that stops closes its streams with a frame that says so."""
    for fault in run.of("fault"):
        if (fault["what"], fault["target"]) != ("term", "gateway"):
            continue
        for stream in run.of("stream"):
            is_open = stream["opened"] < fault["at"] - SETTLE_SECONDS and stream["closed"] > fault["at"]
            others = run.faults("gateway", "postgres", start=stream["opened"], end=stream["closed"])
            if is_open and others == [fault] and stream["ended"] == "cut":
                yield Violation(11, f"{stream['watcher']} was cut off by a stop", stream["jobId"])


def a_stop_ends_well(run: Run) -> Iterator[Violation]:
    """Promise 11: SIGTERM leads to exit status 0; an attempt handed back by a stop is not counted."""
    for record in run.of("exit"):
        if record["status"] != 0:
            yield Violation(11, f"{record['target']} ended with status {record['status']}")
    for job_id, log in run.logs.items():
        for event in log:
            body = event["body"]
            if event["event"] == "retrying" and "restarted" in body["reason"]["message"] and body["counted"]:
                yield Violation(11, "a stop used an attempt up", job_id)

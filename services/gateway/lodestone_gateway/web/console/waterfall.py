"""A run from its acceptance to its tables: a lane for each step, on one scale. Pure.

The text of a lane says what its picture shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lodestone.status import LIVE
from markupsafe import Markup

from lodestone_gateway.operating.inspected_job import InspectedJob
from lodestone_gateway.operating.run_trail import Trail
from lodestone_gateway.web.console.attempts import Attempt, Call, attempts_of, time_of
from lodestone_gateway.web.figures import UNKNOWN, seconds

MOST_LANES = 200
SCALE = 1_000  # units across
LEAST = 3  # units that a step is wide at least
MARKS = 4  # stretches between two times on the scale

BOOKKEEPING, CALL, WAITING, LOST = "wq", "ok", "wt", "bad"


@dataclass(frozen=True)
class Lane:
    """A step: from when to when, None where it goes on or nobody knows (`is_known`)."""

    step: str
    depth: int
    began: datetime
    ended: datetime | None
    kind: str
    note: str = ""
    first_text_at: datetime | None = None
    is_known: bool = True

    def took(self, now: datetime) -> str:
        """How long it took, or has taken."""
        return seconds(((self.ended or now) - self.began).total_seconds()) if self.is_known else UNKNOWN


@dataclass(frozen=True)
class Waterfall:
    """The lanes, and the time that they are drawn on."""

    lanes: Sequence[Lane]
    left_out: int
    began: datetime
    ended: datetime
    now: datetime | None  # while the run goes on

    def picture(self, lane: Lane) -> Markup:
        """The lane's step."""
        parts = [self._now_line()]
        if lane.is_known:
            parts.append(self._bar(lane))
        if lane.first_text_at:
            x = self._x(lane.first_text_at)
            parts.append(Markup('<line class="ft" x1="{}" x2="{}" y1="1" y2="21"/>').format(x, x))
        return Markup(
            '<svg viewBox="0 0 {} 22" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
        ).format(SCALE, Markup().join(parts))

    @property
    def axis(self) -> Markup:
        """The times above the lanes."""
        length = (self.ended - self.began).total_seconds()
        return Markup('<svg class="chart axis" aria-hidden="true">{}</svg>').format(
            Markup().join(
                Markup('<text x="{}%" y="16" text-anchor="{}">{}</text>').format(
                    100 * mark // MARKS,
                    "start" if mark == 0 else "end" if mark == MARKS else "middle",
                    seconds(length * mark / MARKS),
                )
                for mark in range(MARKS + 1)
            )
        )

    def _bar(self, lane: Lane) -> Markup:
        begins, ends = self._x(lane.began), self._x(lane.ended or self.now or self.ended)
        is_attempt = lane.kind.startswith("at")
        return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
            lane.kind,
            min(begins, SCALE - LEAST),
            3 if is_attempt else 6,
            max(ends - begins, LEAST),
            16 if is_attempt else 10,
        )

    def _now_line(self) -> Markup:
        if self.now is None:
            return Markup()
        x = self._x(self.now)
        return Markup('<line class="now" x1="{}" x2="{}" y1="0" y2="22"/>').format(x, x)

    def _x(self, time: datetime) -> int:
        part = (time - self.began) / max(self.ended - self.began, timedelta(milliseconds=1))
        return round(SCALE * min(max(part, 0.0), 1.0))


def waterfall(job: InspectedJob, trail: Trail, now: datetime) -> Waterfall:
    """The run as far as it is known now."""
    lanes = list(_lanes(job, trail, now))
    is_live = job.status in LIVE
    ends = [lane.ended for lane in lanes if lane.ended and lane.is_known]
    ended = now if is_live else max([*ends, job.completed_at or job.updated_at])
    shown = lanes[:MOST_LANES]
    return Waterfall(shown, len(lanes) - len(shown), job.created_at, ended, now if is_live else None)


def _lanes(job: InspectedJob, trail: Trail, now: datetime) -> Iterator[Lane]:
    attempts = attempts_of(job)
    first = attempts[0].began if attempts else job.completed_at
    published = _earlier(trail.published_at, first)  # marked when seen there, where it may have been taken
    yield Lane("Accepted, on disk", 0, job.created_at, job.created_at, BOOKKEEPING, "202")
    yield _to_stream(job, trail, published, first)
    began = published or job.created_at
    yield Lane("Queue wait", 0, began, first, WAITING if first is None else BOOKKEEPING)
    for attempt, following in zip(attempts, [*attempts, None][1:], strict=True):
        yield _attempt(attempt)
        yield from _calls(attempt, now if job.status in LIVE else None)
        yield from _between(attempt, following, job)
    yield from _projected(job, trail)


def _earlier(time: datetime | None, start: datetime | None) -> datetime | None:
    return min(time, start) if time and start else time


def _to_stream(job: InspectedJob, trail: Trail, published: datetime | None, start: datetime | None) -> Lane:
    """While its row in the outbox is there, that says when; later only the fold, which came after it."""
    first = trail.tracks.get(1)
    if published:
        sequence = f"stream sequence {first.stream_sequence}" if first else ""
        return Lane("Outbox to stream", 0, job.created_at, published, BOOKKEEPING, sequence)
    if first and first.folded_at:
        note = f"stream sequence {first.stream_sequence}; at most so long"
        until = _earlier(first.folded_at, start)
        return Lane("Outbox to stream", 0, job.created_at, until, BOOKKEEPING, note)
    if first:
        note = f"stream sequence {first.stream_sequence}"
        return Lane("Outbox to stream", 0, job.created_at, None, BOOKKEEPING, note, is_known=False)
    return Lane("Outbox to stream", 0, job.created_at, None, WAITING, "not published, or not folded yet")


def _attempt(attempt: Attempt) -> Lane:
    kept = f", {attempt.kept} pieces kept" if attempt.kept else ""
    how = "; its worker stopped answering" if attempt.is_lost else ""
    why = f"; {attempt.reason}" if attempt.reason else ""
    return Lane(
        f"Attempt {attempt.number}",
        0,
        attempt.began,
        attempt.ended,
        "at bad" if attempt.is_bad else "at",
        f"worker {attempt.worker_id}{kept}{how}{why}",
    )


def _calls(attempt: Attempt, now: datetime | None) -> Iterator[Lane]:
    for number, call in enumerate(attempt.calls, 1):
        began = call.row.started_at or attempt.began
        ended = call.row.finished_at
        yield Lane(
            f"repair, call {number}" if call.is_repair else f"call {number}",
            2 if call.is_repair else 1,
            began,
            ended,
            LOST if call.row.outcome == "wasted" else CALL,
            _call_note(call, began),
            call.first_text_at,
            is_known=ended is not None or now is not None,
        )


def _call_note(call: Call, began: datetime) -> str:
    row, told = call.row, [call.row.model]
    if call.first_text_at:
        told.append(f"first text after {seconds((call.first_text_at - began).total_seconds())}")
    if row.finished_at is None:
        return "; ".join(filter(None, [*told, "not settled"]))
    tokens = row.input_tokens + row.cache_read_tokens + row.cache_write_tokens
    told += [
        f"{tokens:,} tokens in, {row.output_tokens:,} out",
        "estimated" if row.estimated else None,
        "wasted" if row.outcome == "wasted" else None,
    ]
    return "; ".join(filter(None, told))


def _between(attempt: Attempt, following: Attempt | None, job: InspectedJob) -> Iterator[Lane]:
    """The wait for the next attempt, or the time until somebody took over."""
    next_start = following.began if following else None
    if attempt.end and attempt.end["event"] == "job.retrying":
        until = next_start or job.completed_at
        yield Lane(
            "Waiting for the next attempt", 0, time_of(attempt.end), until, WAITING, _retry_note(attempt)
        )
    elif attempt.is_lost and next_start:
        yield Lane("Taken over", 0, attempt.seen_at, next_start, WAITING, "since its worker wrote last")


def _retry_note(attempt: Attempt) -> str:
    return "counts" if attempt.is_counted else "does not count as an attempt"


def _projected(job: InspectedJob, trail: Trail) -> Iterator[Lane]:
    if not job.events:
        return
    last = job.events[-1]
    track = trail.tracks.get(last["seq"])
    folded = track.folded_at if track else None
    yield Lane(
        "Published to projected",
        0,
        time_of(last),
        folded,
        BOOKKEEPING,
        f"last event, number {last['seq']}",
        is_known=folded is not None,
    )

"""A job's history and ledger → its attempts, each with its calls and how it ended. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lodestone.clock import parse_time
from lodestone.status import LIVE
from lodestone.wire import JsonObject

from lodestone_gateway.operating.inspected_job import InspectedJob, ProviderCall

ENDS = ("job.retrying", "job.completed", "job.failed", "job.cancelled")
STATES = {
    "job.retrying": ("retrying", "loop"),
    "job.completed": ("completed", "done"),
    "job.failed": ("failed", "octagon"),
    "job.cancelled": ("cancelled", "struck"),
}


@dataclass(frozen=True)
class Call:
    """A call of the provider, with what only its events say."""

    row: ProviderCall
    is_repair: bool
    first_text_at: datetime | None


@dataclass(frozen=True)
class Attempt:
    """An attempt from its start to its end.

    `end` is the event that ended it. Without one it goes on, or its worker was lost (`is_lost`); then
    `seen_at` is when the worker wrote last.
    """

    number: int
    began: datetime
    worker_id: str
    model: str
    prompt: Mapping[str, Any]
    kept: int
    calls: Sequence[Call]
    end: JsonObject | None
    ended: datetime | None
    is_lost: bool
    seen_at: datetime

    @property
    def is_bad(self) -> bool:
        """Whether it ended as it should not."""
        name = self.end["event"] if self.end else ""
        return self.is_lost or name == "job.failed" or (name == "job.retrying" and self.is_counted)

    @property
    def is_counted(self) -> bool:
        """Whether it counts against the most attempts of the job."""
        return bool((self.end or {}).get("counted", True))

    @property
    def state(self) -> tuple[str, str, str]:
        """A class, an icon and a word for how it ended."""
        if self.is_lost:
            return "failed", "octagon", "Worker lost"
        if self.end is None:
            return "processing", "needle", "Running"
        kind, icon = STATES[self.end["event"]]
        return kind, icon, self.end["event"].removeprefix("job.").capitalize()

    @property
    def reason(self) -> str:
        """Why it ended, as its worker wrote it; empty for one that completed or goes on."""
        told = (self.end or {}).get("reason") or (self.end or {}).get("error") or {}
        return ": ".join(str(told[name]) for name in ("code", "message") if told.get(name))

    @property
    def cost_usd(self) -> Decimal:
        """What its settled calls cost."""
        return sum((call.row.cost_usd for call in self.calls), Decimal(0))

    @property
    def wasted_usd(self) -> Decimal:
        """The part of it that bought nothing."""
        wasted = (call.row.cost_usd for call in self.calls if call.row.outcome == "wasted")
        return sum(wasted, Decimal(0))


def attempts_of(job: InspectedJob) -> list[Attempt]:
    """The attempts, the first one first."""
    starts = [place for place, event in enumerate(job.events) if event["event"] == "job.started"]
    calls = _calls(job)
    return [
        _attempt(job, place, following, calls)
        for place, following in zip(starts, [*starts, len(job.events)][1:], strict=True)
    ]


def time_of(event: JsonObject) -> datetime:
    """When its writer made it."""
    return parse_time(event["time"])


def _attempt(job: InspectedJob, place: int, following: int, calls: Sequence[Call]) -> Attempt:
    start, own = job.events[place], job.events[place:following]
    end = next((event for event in own if event["event"] in ENDS), None)
    is_last = following == len(job.events)
    is_lost = end is None and not (is_last and job.status in LIVE)
    after = None if is_last else time_of(job.events[following])
    ended = time_of(end) if end else (after or job.completed_at)
    return Attempt(
        number=start["attempt"],
        began=time_of(start),
        worker_id=start.get("workerId", ""),
        model=start.get("model", ""),
        prompt=start.get("prompt") or {},
        kept=len(start.get("kept") or []),
        calls=[call for call in calls if call.row.attempt == start["attempt"]],
        end=end,
        ended=ended,
        is_lost=is_lost,
        seen_at=time_of(own[-1]),
    )


def _calls(job: InspectedJob) -> list[Call]:
    told = {str(event.get("callId")): event for event in _of(job, "job.call_started")}
    settled = {str(event.get("callId")): event for event in _of(job, "job.call_finished")}
    return [
        Call(
            row,
            is_repair=bool(told.get(str(row.call_id), {}).get("repair")),
            first_text_at=_time(settled.get(str(row.call_id), {}).get("firstTextAt")),
        )
        for row in job.calls
    ]


def _of(job: InspectedJob, name: str) -> Iterator[JsonObject]:
    return (event for event in job.events if event["event"] == name)


def _time(text: Any) -> datetime | None:
    try:
        return parse_time(text) if isinstance(text, str) else None
    except ValueError:
        return None

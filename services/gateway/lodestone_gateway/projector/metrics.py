"""What the projector counts. No ids in labels."""

import collections
from datetime import datetime

from lodestone.events import TERMINAL_EVENTS, JobCallFinished, JobProgress, JobStarted
from lodestone.job_log import Entry
from prometheus_client import Counter, Gauge, Histogram

from lodestone_gateway.projector.fold import Folded, FoldedJob, Kind

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)

events = Counter("lodestone_projected_events_total", "Events, by outcome", ["event", "kind"])
invalid = Counter("lodestone_projector_invalid_messages_total", "Messages that are not our events")
refused = Counter("lodestone_projector_refused_events_total", "Events that the tables refused")
unsaved = Counter(
    "lodestone_projector_unsaved_results_total",
    "Results kept only in their job because their table refused them",
)
held_up = Gauge("lodestone_projector_held_up_jobs", "Jobs whose events wait for a locked row")
discarded = Counter("lodestone_projector_discarded_batches_total", "Batches discarded")
begun = Counter("lodestone_projector_readings_total", "Restarts of reading the stream")
turned_back = Counter("lodestone_projector_turned_back_total", "Times the stream was found to be older")
lag = Gauge("lodestone_projector_lag_events", "Events in the stream that are not folded yet")
delay = Histogram("lodestone_projection_delay_seconds", "From an event to its row", buckets=SECONDS)
jobs = Counter("lodestone_jobs_total", "Jobs that ended", ["job_type", "outcome"])
duration = Histogram(
    "lodestone_job_duration_seconds", "From the 202 to the end", ["job_type"], buckets=SECONDS
)
queue_wait = Histogram(
    "lodestone_job_queue_wait_seconds", "From the 202 to the first attempt", ["job_type"], buckets=SECONDS
)
first_item = Histogram(
    "lodestone_job_first_item_seconds",
    "From the 202 to the first finished item of the result",
    ["job_type"],
    buckets=SECONDS,
)
duplicate_ends = Counter("lodestone_duplicate_terminal_events_total", "Terminal events after the first one")
tokens = Counter("lodestone_llm_tokens_total", "Tokens of settled calls", ["job_type", "kind"])
cost = Counter("lodestone_llm_cost_usd_total", "Cost of settled calls in US dollars", ["job_type", "outcome"])


def observe(folded: Folded, now: datetime) -> None:
    """Counts a committed batch."""
    by_outcome = collections.Counter((entry.event.name, kind.value) for kind, entry in folded.kinds)
    for outcome, count in by_outcome.items():
        events.labels(*outcome).inc(count)
    for kind, entry in folded.kinds:
        event = entry.event
        if kind is Kind.FOLDED:
            _observe_event(folded.jobs[event.job_id], entry, now)
        if kind is Kind.AFTER_END and event.name in TERMINAL_EVENTS:
            duplicate_ends.inc()
    for entry in folded.calls:
        if isinstance(entry.event, JobCallFinished):
            _observe_call(entry.event)


def _observe_event(job: FoldedJob, entry: Entry, now: datetime) -> None:
    delay.observe(max((now - entry.time).total_seconds(), 0))
    age = (entry.time - job.created_at).total_seconds()
    if isinstance(entry.event, JobStarted) and entry.time == job.started_at:
        queue_wait.labels(job_type=job.job_type).observe(age)
    if isinstance(entry.event, JobProgress) and entry.event.item and entry.event.done == 1:
        first_item.labels(job_type=job.job_type).observe(age)
    if entry.event.name in TERMINAL_EVENTS:
        duration.labels(job_type=job.job_type).observe(age)
        jobs.labels(job_type=job.job_type, outcome=entry.event.name).inc()


def _observe_call(call: JobCallFinished) -> None:
    for kind in ("input", "output", "cache_read", "cache_write"):
        tokens.labels(job_type=call.job_type, kind=kind).inc(getattr(call, f"{kind}_tokens"))
    cost.labels(job_type=call.job_type, outcome=call.outcome.value).inc(float(call.cost_usd))

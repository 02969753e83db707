"""States, kinds, money and times in the words of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import regex
from lodestone.clock import now
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.answers import ANSWERS
from lodestone.jobs.extraction import EXTRACTION
from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.lead_magnet import Archetype, BusinessType
from lodestone.status import LIVE, Status

from lodestone_gateway.jobs.view import PAUSED, waiting_for
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.lead_magnet_queries import Usage
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.model import Cause, Estimate
from lodestone_gateway.verdict.words import JOB_PAUSED, RESUMING, USER_PAUSED, WAITING
from lodestone_gateway.web.places import address

SOON = timedelta(seconds=5)  # a start after which needs no mention
LONGEST_IN_SECONDS = 50  # what takes longer is told in minutes
LONGEST_CHARACTER = 32  # code points that a reader may see as one; any more are ignored

BUSINESS_TYPES = {
    BusinessType.COACH_CONSULTANT: "Coach / Consultant",
    BusinessType.AGENCY_OWNER: "Agency Owner",
    BusinessType.COURSE_CREATOR: "Course Creator",
    BusinessType.FREELANCER: "Freelancer",
    BusinessType.SAAS_TECH: "SaaS / Tech",
    BusinessType.B2B_SERVICE: "B2B Service Provider",
}

KINDS = {
    Archetype.SINGLE_BREAKDOWN: "Case study",
    Archetype.SINGLE_SYSTEM: "Method",
    Archetype.FOCUSED_TOOLKIT: "Toolkit",
    Archetype.SINGLE_CALCULATOR: "Calculator",
    Archetype.FOCUSED_DIRECTORY: "Directory",
    Archetype.MINI_TRAINING: "Short training",
    Archetype.ONE_STORY: "Story",
    Archetype.PROMPT: "Prompt",
    Archetype.ASSESSMENT: "Self-test",
    Archetype.WORKFLOW: "Automation",
}
"""What an owner calls each kind of lead magnet."""

LACKS = {
    "highValue": "not worth paying for yet",
    "urgentPain": "not an urgent problem",
    "actionableUnder1h": "takes more than an hour",
    "simple": "not simple enough",
    "authorityBoosting": "builds little authority",
}
"""What a concept lacks without each mark; in the order of the needles."""

HAS = {
    "highValue": "worth paying for",
    "urgentPain": "solves an urgent problem",
    "actionableUnder1h": "can be used within an hour",
    "simple": "understood in two minutes",
    "authorityBoosting": "shows proof that only you have",
}
"""What each mark of a concept means."""

VERDICTS = ("weak", "weak", "fair", "good", "strong", "very strong")
"""A concept's score in words, by the number of its marks."""

FIRST = {EXTRACTION.name: "Outlining"}
"""What a job does before it tells anything, where that is not just starting."""

_STATES = {
    "pending": ("Waiting", "clock"),
    "processing": ("Running", "needle"),
    "completed": ("Done", "done"),
    "failed": ("Failed", "octagon"),
    "cancelled": ("Stopped", "struck"),
}


@dataclass(frozen=True)
class State:
    """A job's state as its label shows it: a class, a word, an icon."""

    kind: str
    word: str
    icon: str


def state(job: BackgroundJob) -> State:
    """The label of a job."""
    if job.status == Status.PROCESSING and job.retry_at is not None:
        return State("retrying", "Trying again", "loop")
    if job.status == Status.PROCESSING and job.waiting_for:
        return State("pending", *_STATES["pending"])
    return State(job.status, *_STATES[job.status])


def waiting(job: BackgroundJob, holds: Holds) -> str:
    """What a job waits for while this holds jobs up, in a sentence; empty while it works."""
    reason = waiting_for(job, holds) if job.status in LIVE else None
    if reason == PAUSED:
        return _paused(job, holds)
    return WAITING.get(reason, "Waiting. It continues automatically.") if reason else ""


def _paused(job: BackgroundJob, holds: Holds) -> str:
    if holds.stops(job):
        return WAITING[PAUSED]
    if job.held_by:
        return JOB_PAUSED
    return USER_PAUSED if job.user_id in holds.paused_users else RESUMING


def because(causes: Iterable[Cause]) -> str:
    """Why a job waits, in sentences; each once."""
    return " ".join(dict.fromkeys(cause.text for cause in causes))


def about(start: datetime) -> str:
    """How long it takes until a job starts, as far as anybody can say."""
    minutes = -(-(start - now()) // timedelta(minutes=1))
    if minutes <= 1:
        return "That should be within a minute."
    return f"That should be in about {minutes} minutes."


def expected(estimate: Estimate) -> str:
    """When a job begins and ends, as far as recent runs tell; empty where they do not."""
    if estimate.ends is None:
        return ""
    half, most = _lasting(estimate.ends.p50_at), _lasting(estimate.ends.p90_at)
    done = f"be done in about {half}" + (
        "." if most == half else f", and nine times out of ten within {most}."
    )
    if estimate.begins is None or estimate.begins.p50_at - now() < SOON:
        return f"It should {done}"
    return f"It should start in about {_lasting(estimate.begins.p50_at)} and {done}"


def usually(seconds: float) -> str:
    """How long recent runs took."""
    return f"Usually takes about {_duration(seconds)}."


def _lasting(until: datetime) -> str:
    return _duration((until - now()).total_seconds())


def _duration(seconds: float) -> str:
    """Tens of seconds, then minutes, rounded up."""
    seconds = max(seconds, 1.0)
    if seconds <= LONGEST_IN_SECONDS:
        return f"{10 * -(-int(seconds) // 10) or 10} seconds"
    minutes = -(-int(seconds) // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def doing(job: BackgroundJob, holds: Holds) -> str:
    """What an unfinished job is doing, in a few words."""
    reason = waiting_for(job, holds)
    if reason == PAUSED:
        return "Paused"
    if job.status == Status.PENDING:
        return "Next in line" if reason in (None, "slot") else "Waiting"
    return job.progress_message or ("Waiting" if reason else FIRST.get(job.job_type, "Starting"))


def label(job_type: str) -> str:
    """The name of what a job makes."""
    known = JOB_TYPES.get(job_type)
    return (known.label if known else "") or job_type.capitalize()


def labels() -> dict[str, str]:
    """The name of what each job type makes."""
    return {name: label(name) for name in JOB_TYPES}


def unit(job_type: str) -> str:
    """The name of a job's finished pieces."""
    return JOB_TYPES[job_type].unit if job_type in JOB_TYPES else "pieces"


def usd(amount: Decimal) -> str:
    """Dollars and cents, for operators; a positive amount below one cent says so."""
    if 0 < amount < Decimal("0.01"):
        return "under $0.01"
    return f"${amount:.2f}"


def counted(job: BackgroundJob) -> str:
    """What a job takes from its owner's plan; what it cost in dollars is for operators."""
    if job.job_type != IDEATION.name:
        return "Included"
    return "1 idea set" if job.status in (*LIVE, Status.COMPLETED) or job.progress_done else "Nothing"


def sets(usage: Usage) -> str:
    """What of a plan is used."""
    used = usage.used + usage.reserved
    of = "" if usage.monthly_limit is None else f" of {usage.monthly_limit}"
    return f"{used}{of} idea set{'' if used == 1 and not of else 's'} used this month"


def took(job: BackgroundJob) -> timedelta:
    """How long a job has been running, or ran."""
    return (job.completed_at or now()) - (job.started_at or job.created_at)


def clock(duration: timedelta) -> str:
    """Minutes and seconds, with hours if there are any."""
    seconds = max(0, int(duration.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def day(time: datetime) -> str:
    """A date, as 1 December."""
    return f"{time.day} {time:%B}"


def at(time: datetime) -> str:
    """A time in UTC, which scripts show in the reader's time zone."""
    return f"{time.day} {time:%b %H:%M} UTC"


def place(job: BackgroundJob) -> str:
    """The page that shows a job."""
    if job.lead_magnet_id is not None:
        if job.job_type == ANSWERS.name:
            return f"/library/{job.lead_magnet_id}/answers"
        return address(job.lead_magnet_id, job.job_type)
    return f"/create/ideas/{job.id}" if job.job_type == IDEATION.name else "/jobs"


def cut_text(text: str, length: int) -> str:
    """The text cut to `length` characters as a reader counts them, so that none is split."""
    seen = regex.findall(r"\X", text[: length * LONGEST_CHARACTER])
    if len(seen) <= length:
        return "".join(seen)
    return "".join(seen[: length - 1]).rstrip() + "…"

"""States, kinds, money and times in the words of the pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import regex
from lodestone.clock import format_time, now
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.lead_magnet import BusinessType
from lodestone.status import TERMINAL, Status
from lodestone.wire import JsonObject

from lodestone_gateway.jobs.view import PAUSED, waiting_for
from lodestone_gateway.store.tables import BackgroundJob

LONGEST_CHARACTER = 32  # code points that a reader may see as one; more are never looked at
LIVE = tuple(status.value for status in Status if status not in TERMINAL)

BUSINESS_TYPES = {
    BusinessType.COACH_CONSULTANT: "Coach / Consultant",
    BusinessType.AGENCY_OWNER: "Agency Owner",
    BusinessType.COURSE_CREATOR: "Course Creator",
    BusinessType.FREELANCER: "Freelancer",
    BusinessType.SAAS_TECH: "SaaS / Tech",
    BusinessType.B2B_SERVICE: "B2B Service Provider",
}

LACKS = {
    "highValue": "value under $50",
    "urgentPain": "pain not urgent",
    "actionableUnder1h": "takes over an hour",
    "simple": "not simple",
    "authorityBoosting": "little authority",
}
"""What a concept without a mark is said to lack; the marks in the order of the needles."""

_STATES = {
    "pending": ("Waiting", "clock"),
    "processing": ("Running", "needle"),
    "completed": ("Done", "done"),
    "failed": ("Failed", "octagon"),
    "cancelled": ("Stopped", "struck"),
}

_WAITING = {
    "slot": "Next in line. It begins as soon as there is room.",
    PAUSED: "Our operators have paused this kind of work. It begins again by itself.",
    "rate_limit": "The AI provider asked us to wait; this does not count as an attempt.",
    "provider": "The AI provider is overloaded; waiting does not count as an attempt.",
    "retry": "That attempt brought no result; we try once more.",
    "turn": "Others asked before you. It begins when it is its turn.",
    "cap": "You have as many running as can run at once. It begins when one of them ends.",
    "spend": "The budget for AI calls is used up for now. It begins by itself when there is room again.",
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


def waiting(job: BackgroundJob, paused: Collection[str]) -> str:
    """Whom a job waits for while these job types are paused, in a sentence; empty while it works."""
    reason = waiting_for(job, paused) if job.status in LIVE else None
    return _WAITING.get(reason, "It waits, and goes on by itself.") if reason else ""


def doing(job: BackgroundJob, paused: Collection[str]) -> str:
    """What a living job does at the moment, in some words."""
    reason = waiting_for(job, paused)
    if reason == PAUSED:
        return "Paused"
    if job.status == Status.PENDING:
        return "Next in line" if reason in (None, "slot") else "Waiting"
    return job.progress_message or ("Waiting" if reason else "Beginning")


def label(job_type: str) -> str:
    """What a job makes."""
    known = JOB_TYPES.get(job_type)
    return (known.label if known else "") or job_type.capitalize()


def labels() -> dict[str, str]:
    """What each job type makes."""
    return {name: label(name) for name in JOB_TYPES}


def unit(job_type: str) -> str:
    """What a job's finished pieces are called."""
    return JOB_TYPES[job_type].unit if job_type in JOB_TYPES else "pieces"


def usd(amount: Decimal) -> str:
    """Dollars and cents; a positive amount below one cent is said to be so."""
    if 0 < amount < Decimal("0.01"):
        return "under $0.01"
    return f"${amount:.2f}"


def spent(job: BackgroundJob) -> str:
    """What a job cost, and what of it bought nothing.

    A call that was cut off is wasted as a whole; where something was kept, some of that may be its work.
    """
    if job.wasted_usd < Decimal("0.005"):
        return usd(job.cost_usd)
    up_to = "up to " if job.progress_done else ""
    return f"{usd(job.cost_usd)}, of which {up_to}{usd(job.wasted_usd)} for nothing"


def took(job: BackgroundJob) -> timedelta:
    """How long a job has been at work, or was."""
    return (job.completed_at or now()) - (job.started_at or job.created_at)


def clock(duration: timedelta) -> str:
    """Minutes and seconds, with hours where there are any."""
    seconds = max(0, int(duration.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def iso(time: datetime) -> str:
    """A moment for machines; scripts write it in the reader's own time."""
    return format_time(time)


def day(time: datetime) -> str:
    """A date, as 1 December."""
    return f"{time.day} {time:%B}"


def at(time: datetime) -> str:
    """A moment in UTC, which scripts write in the reader's own time."""
    return f"{time.day} {time:%b %H:%M} UTC"


def place(job: BackgroundJob) -> str:
    """The page that shows a job."""
    if job.lead_magnet_id is not None:
        return f"/library/{job.lead_magnet_id}#{job.job_type}"
    return f"/create/ideas/{job.id}" if job.job_type == IDEATION.name else "/jobs"


def evaluation(marks: JsonObject) -> list[tuple[bool, str]]:
    """The six marks of a post: whether each is good, and in words."""
    hook, resonance, tone = marks["hookStrength"], marks["problemResonance"], marks["toneMatch"]
    tones = {"aligned": "Tone fits", "partial": "Tone fits in part", "off": "Tone is off"}
    return [
        (hook == "strong", f"{hook.capitalize()} hook"),
        (marks["credibilityClear"], "Credible" if marks["credibilityClear"] else "Could be more credible"),
        (resonance == "high", f"{resonance.capitalize()} resonance"),
        (marks["contentsSpecific"], "Specific" if marks["contentsSpecific"] else "Could be more specific"),
        (tone == "aligned", tones[tone]),
        (marks["aiClicheFree"], "No clichés" if marks["aiClicheFree"] else "Has clichés"),
    ]


def post_score(marks: JsonObject) -> int:
    """How good a post is, of nine."""
    hook = {"strong": 2, "medium": 1}.get(marks["hookStrength"], 0)
    resonance = {"high": 2, "medium": 1}.get(marks["problemResonance"], 0)
    others = sum(
        map(bool, (marks["credibilityClear"], marks["contentsSpecific"], marks["toneMatch"] == "aligned"))
    )
    return hook + resonance + others + (2 if marks["aiClicheFree"] else 0)


def cut_text(text: str, length: int) -> str:
    """The text in so many characters as a reader counts them, so that none is cut in two."""
    seen = regex.findall(r"\X", text[: length * LONGEST_CHARACTER])
    if len(seen) <= length:
        return "".join(seen)
    return "".join(seen[: length - 1]).rstrip() + "…"


def preview(body: str) -> str:
    """The first lines of an e-mail that say something: the greeting is passed over."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return " ".join(lines[1:3] if len(lines) > 1 else lines)

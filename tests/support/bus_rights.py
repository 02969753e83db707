"""The rights that each bus user should have, independent of the code's own list, and all it could try."""

from fnmatch import fnmatchcase

from lodestone.bus.users import bus_users
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES

USERS = [user.name for user in bus_users()]
SERVICES = {job.service for job in JOB_TYPES.values()}
CONSUMERS = [*JOB_TYPES, "projector", "subscriber", "somebody"]
OF_SERVICES = (
    "started",
    "progress",
    "call_started",
    "call_finished",
    "retrying",
    "completed",
    "failed",
    "cancelled",
)
JOB = "01900000-0000-7000-8000-00000000000a"
API = "$JS.API"


def publish_subjects() -> list[str]:
    """Every subject that a process could try to publish to."""
    events = [f"job.{event}.{job_type}.{JOB}" for event in EVENTS for job_type in (*JOB_TYPES, "unknown")]
    on_stream = [
        "INFO",
        "CREATE",
        "UPDATE",
        "DELETE",
        "PURGE",
        "MSG.GET",
        "MSG.DELETE",
        "SNAPSHOT",
        "RESTORE",
    ]
    on_consumer = ["INFO", "DELETE", "MSG.NEXT", "PAUSE", "RESET", "CREATE", "DURABLE.CREATE"]
    return [
        *events,
        "worker.ideation-1.has",
        *(f"service.{service}.beat" for service in SERVICES),
        f"{API}.INFO",
        f"{API}.STREAM.NAMES",
        f"{API}.STREAM.LIST",
        *(f"{API}.STREAM.{verb}.JOBS" for verb in on_stream),
        *(f"{API}.STREAM.{verb}.OTHER" for verb in on_stream),
        f"{API}.DIRECT.GET.JOBS",
        f"{API}.DIRECT.GET.OTHER",
        f"{API}.CONSUMER.CREATE.JOBS",
        f"{API}.CONSUMER.NAMES.JOBS",
        f"{API}.CONSUMER.LIST.JOBS",
        *(f"{API}.CONSUMER.{verb}.JOBS.{each}" for verb in on_consumer for each in CONSUMERS),
        *(
            f"{API}.CONSUMER.CREATE.JOBS.{each}.job.requested.{kind}.*"
            for each in CONSUMERS
            for kind in JOB_TYPES
        ),
        *(f"{API}.CONSUMER.CREATE.JOBS.{each}.job.>" for each in CONSUMERS),
        *(f"$JS.ACK.JOBS.{each}.1.7.1.1700000000.0" for each in CONSUMERS),
        "limit.claude-sonnet",
        *(f"prefix.{service}.abc" for service in SERVICES),
        *(f"{API}.DIRECT.GET.LIMITS.prefix.{service}.abc" for service in SERVICES),
        f"{API}.DIRECT.GET.LIMITS",
        f"{API}.DIRECT.GET.LIMITS.limit.claude-sonnet",
        *(f"{API}.STREAM.{verb}.LIMITS" for verb in on_stream),
        *(f"_INBOX_{user}.answer" for user in USERS),
        *(f"_INBOX_{user}.answer.to-an-ask" for user in USERS),
        "_INBOX.answer",
        "$SYS.REQ.SERVER.PING",
        "something.else",
    ]  # fmt: skip


def subscribe_subjects() -> list[str]:
    """Every subject that a process could try to subscribe to."""
    return [
        ">",
        "job.>",
        "job.completed.>",
        *(f"job.*.{job_type}.*" for job_type in JOB_TYPES),
        *(f"job.{event}.{job_type}.*" for event in EVENTS for job_type in JOB_TYPES),
        *(f"_INBOX_{user}.>" for user in USERS),
        "_INBOX.>",
        "worker.*.has",
        "worker.>",
        "limit.*",
        *(f"prefix.{service}.*" for service in SERVICES),
        "prefix.>",
        "service.*.beat",
        "$JS.API.>",
        "$JS.EVENT.ADVISORY.>",
        "$JS.ACK.>",
        "$SYS.>",
    ]


def may_publish(user: str) -> list[str]:
    """What each user should be allowed to publish, as shell patterns."""
    if user in SERVICES:
        types = [job.name for job in JOB_TYPES.values() if job.service == user]
        return [
            *(f"job.{event}.{each}.{JOB}" for each in types for event in OF_SERVICES),
            "worker.*.has",
            f"service.{user}.beat",
            *(f"_INBOX_{asker}.answer.*" for asker in (user, "reconciler")),
            f"{API}.DIRECT.GET.JOBS",
            f"{API}.STREAM.INFO.JOBS",
            "limit.*",
            f"{API}.DIRECT.GET.LIMITS.limit.*",
            f"prefix.{user}.*",
            f"{API}.DIRECT.GET.LIMITS.prefix.{user}.*",
            *(f"{API}.CONSUMER.{verb}.JOBS.{each}" for each in types for verb in ("INFO", "MSG.NEXT")),
            *(f"$JS.ACK.JOBS.{each}.*" for each in types),
        ]
    makes_anew = [
        f"{API}.STREAM.INFO.JOBS",
        f"{API}.STREAM.CREATE.JOBS",
        f"{API}.STREAM.INFO.LIMITS",
        f"{API}.STREAM.CREATE.LIMITS",
        *(f"{API}.CONSUMER.INFO.JOBS.{each}" for each in JOB_TYPES),
        *(f"{API}.CONSUMER.CREATE.JOBS.{each}.job.requested.{each}.?" for each in JOB_TYPES),
    ]
    return {
        "gateway": [],
        "relay": [
            "job.requested.*", "job.cancel_requested.*", "job.cancelled.*", f"{API}.DIRECT.GET.JOBS",
            *(f"{API}.CONSUMER.INFO.JOBS.{each}" for each in JOB_TYPES),
        ],
        "projector": [
            *makes_anew,
            *(f"{API}.CONSUMER.{verb}.JOBS.projector" for verb in ("INFO", "CREATE", "DELETE", "MSG.NEXT")),
        ],
        "reconciler": [
            *makes_anew, "job.*", "worker.*.has", f"{API}.DIRECT.GET.JOBS",
            f"{API}.STREAM.PURGE.JOBS",
            f"{API}.CONSUMER.INFO.JOBS.projector",
            f"{API}.CONSUMER.LIST.JOBS",
            *(f"{API}.CONSUMER.PAUSE.JOBS.{each}" for each in JOB_TYPES),
            *(f"$JS.ACK.JOBS.{each}.*" for each in JOB_TYPES),
        ],
        "operator": [f"{API}.*"],
        "subscriber": [
            f"{API}.STREAM.INFO.JOBS",
            f"{API}.DIRECT.GET.JOBS",
            f"{API}.CONSUMER.INFO.JOBS.subscriber",
            f"{API}.CONSUMER.MSG.NEXT.JOBS.subscriber",
            "$JS.ACK.JOBS.subscriber.*",
        ],
    }[user]  # fmt: skip


def may_subscribe(user: str) -> list[str]:
    """What each user should be allowed to subscribe to, as shell patterns."""
    own = f"_INBOX_{user}.>"
    if user in SERVICES:
        types = [job.name for job in JOB_TYPES.values() if job.service == user]
        return [
            own,
            "worker.[*].has",
            f"prefix.{user}.[*]",
            *(f"job.cancel_requested.{each}.[*]" for each in types),
        ]
    more = {
        "subscriber": ["job.*"],
        "reconciler": ["service.[*].beat"],
        "relay": [
            "service.[*].beat",
            *(f"job.{event}.*.[*]" for event in ("started", "completed", "failed", "cancelled")),
        ],
    }
    return [own, *more.get(user, [])]


def among(subjects: list[str], patterns: list[str]) -> set[str]:
    return {each for each in subjects if any(fnmatchcase(each, pattern) for pattern in patterns)}


def lowered(subjects: set[str]) -> set[str]:
    return {each.lower() for each in subjects}

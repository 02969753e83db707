"""Every subject, stream, durable and header name of the bus; they are spelt only here."""

import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from lodestone.ids import parse_id

STREAM = "JOBS"
STREAM_SUBJECTS = "job.*.*.*"

CE_ID = "ce-id"
CE_TIME = "ce-time"
CE_TYPE = "ce-type"
CE_SOURCE = "ce-source"
CE_SUBJECT = "ce-subject"
CE_SPECVERSION = "ce-specversion"
CE_DATASCHEMA = "ce-dataschema"
CE_RESTORED = "ce-restored"
CONTENT_TYPE = "content-type"
TRACEPARENT = "traceparent"
MESSAGE_ID = "Nats-Msg-Id"
EXPECTED_SEQUENCE = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_SEQUENCE_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"

LIMITS = "LIMITS"  # the stream of what processes share of the provider: one message a subject
LIMIT = "limit"  # its rate limits, by class of models
LIMITS_SUBJECTS = f"{LIMIT}.*"
PREFIXES_SUBJECTS = "prefix.*.*"  # the prompt prefixes of each service
LIMITS_INFO = f"$JS.API.STREAM.INFO.{LIMITS}"
LIMITS_CREATE = f"$JS.API.STREAM.CREATE.{LIMITS}"

ADMINISTRATION = "$JS.API.>"
DIRECT_GET = f"$JS.API.DIRECT.GET.{STREAM}"
STREAM_INFO = f"$JS.API.STREAM.INFO.{STREAM}"
STREAM_CREATE = f"$JS.API.STREAM.CREATE.{STREAM}"
CONSUMER_LIST = f"$JS.API.CONSUMER.LIST.{STREAM}"
STREAM_PURGE = f"$JS.API.STREAM.PURGE.{STREAM}"
PROJECTOR = "projector"  # name of the projector's consumer

EVERYTHING = ">"
EVERY_EVENT = "job.>"
ASKS = "worker.*.has"
HEARTBEATS = "service.*.beat"

# What the stream's account offers to the users' accounts, and whether one request may have many answers.
# These do not overlap: the server would take any of those that match.
OFFERED = {
    STREAM_SUBJECTS: False,
    LIMITS_SUBJECTS: False,
    PREFIXES_SUBJECTS: False,
    "$JS.ACK.>": False,
    "$JS.API.INFO": False,
    "$JS.API.STREAM.>": False,
    "$JS.API.DIRECT.GET.>": True,
    "$JS.API.CONSUMER.MSG.NEXT.*.*": True,
    "$JS.API.CONSUMER.CREATE.>": False,
    "$JS.API.CONSUMER.DURABLE.CREATE.*.*": False,
    **{f"$JS.API.CONSUMER.{verb}.*.*": False for verb in ("INFO", "DELETE", "PAUSE", "RESET")},
    **{f"$JS.API.CONSUMER.{verb}.*": False for verb in ("LIST", "NAMES")},
}

_NOT_A_TOKEN = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class JobSubject:
    """The parts of `job.<event>.<job_type>.<job_id>`."""

    event: str
    job_type: str
    job_id: UUID


def event_subject(event: str, job_type: str, job_id: UUID) -> str:
    """Where an event of a job is published."""
    return f"job.{event}.{job_type}.{job_id}"


def event_address(event: str, job_type: str = "{jobType}") -> str:
    """The same with its parameters named, as AsyncAPI writes it."""
    return f"job.{event}.{job_type}.{{jobId}}"


def events_filter(event: str, job_type: str = "*") -> str:
    """One event of every job of a type, or of all types."""
    return f"job.{event}.{job_type}.*"


def log_filter(job_type: str, job_id: UUID) -> str:
    """All events of one job: its log."""
    return f"job.*.{job_type}.{job_id}"


@lru_cache(maxsize=1024)  # who reads a message parses its subject more than once
def parse_subject(subject: str) -> JobSubject | None:
    """The parts of a job's subject; None if it is not one."""
    parts = subject.split(".")
    id = parse_id(parts[3]) if len(parts) == 4 else None
    if id is None or parts[0] != "job":
        return None
    return JobSubject(event=parts[1], job_type=parts[2], job_id=id)


def intersection(one: str, other: str) -> str | None:
    """The pattern of the subjects that match both patterns; None where none does."""
    left, right, shared = one.split("."), other.split("."), list[str]()
    for a, b in zip(left, right, strict=False):
        if ">" in (a, b):
            rest = right if a == ">" else left
            return ".".join((*shared, *rest[len(shared) :]))
        if a != b and "*" not in (a, b):
            return None
        shared.append(b if a == "*" else a)
    return ".".join(shared) if len(left) == len(right) else None


def requests_filter(job_type: str) -> str:
    """What the consumer of a job type receives."""
    return events_filter("requested", job_type)


def cancels_filter(job_type: str) -> str:
    """Core copies of the cancel requests of a job type."""
    return events_filter("cancel_requested", job_type)


def durable(job_type: str) -> str:
    """The durable consumer of a job type has its name."""
    return job_type


def subscriber(name: str) -> str:
    """The bus user, and the durable, of a reader."""
    return f"subscriber-{name}"


def ask_subject(worker_id: str) -> str:
    """Where a worker is asked whether it has a job: the body is the job's id, the answer `have` or `no`."""
    return f"worker.{worker_id}.has"


def answer_subject(prefix: str, token: str) -> str:
    """Where the answer to one ask is awaited; `prefix` is that of the asker's inboxes."""
    return f"{prefix}.answer.{token}"


def answers_filter(user: str) -> str:
    """All answers to what a user asks of workers: the part of its inboxes that is open to services."""
    return answer_subject(inbox_prefix(user), "*")


def consumer_pull(consumer: str) -> str:
    """Where deliveries of a consumer are asked for."""
    return f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}"


def consumer_info(consumer: str) -> str:
    """Where a consumer's state is asked for."""
    return f"$JS.API.CONSUMER.INFO.{STREAM}.{consumer}"


def consumer_pause(consumer: str) -> str:
    """Where a consumer's deliveries are paused and resumed."""
    return f"$JS.API.CONSUMER.PAUSE.{STREAM}.{consumer}"


def consumer_create(consumer: str, filter_subject: str | None = None) -> str:
    """Where a consumer is made; the server holds the request to the name and the filter in it."""
    created = f"$JS.API.CONSUMER.CREATE.{STREAM}.{consumer}"
    return f"{created}.{filter_subject}" if filter_subject else created


def consumer_delete(consumer: str) -> str:
    """Where a consumer is removed."""
    return f"$JS.API.CONSUMER.DELETE.{STREAM}.{consumer}"


def answers_to(consumer: str) -> str:
    """Acks, ack extensions and naks of a consumer's deliveries."""
    return f"$JS.ACK.{STREAM}.{consumer}.>"


def answer_to(consumer: str, sequence: int, delivery: int) -> str:
    """Where one delivery is answered; `delivery` is the consumer's number of it, or a later one.

    The other tokens are how often it was delivered, when, and how many wait: they change nothing.
    """
    return f"$JS.ACK.{STREAM}.{consumer}.1.{sequence}.{delivery}.0.0"


def prefixes_of(service: str) -> str:
    """Under this its processes keep what they share of their prompt prefixes."""
    return f"prefix.{service}"


def kept_subject(under: str, name: str) -> str:
    """Where a small value is kept that processes share."""
    return f"{under}.{_NOT_A_TOKEN.sub('_', name)}"


def kept_filter(under: str) -> str:
    """All such values under that."""
    return f"{under}.*"


def kept_read(under: str, name: str) -> str:
    """Where such a value is asked for."""
    return f"$JS.API.DIRECT.GET.{LIMITS}.{kept_subject(under, name)}"


def kept_reads(under: str) -> str:
    """Where all of them are."""
    return f"$JS.API.DIRECT.GET.{LIMITS}.{kept_filter(under)}"


def inbox_prefix(user: str) -> str:
    """Answers to a user arrive below it, so that users cannot read each other's."""
    return f"_INBOX_{user}"


def inboxes(user: str) -> str:
    """All that arrives there."""
    return f"{inbox_prefix(user)}.>"


def heartbeat_subject(service: str) -> str:
    """Where the processes of a service report every few seconds that they are alive; core NATS, in no
    stream."""
    return f"service.{service}.beat"

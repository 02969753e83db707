"""Years of history, created inside Postgres: ended jobs with events and calls; a waiting outbox.

PYTHONPATH=tests python -m bench.filling URL [JOBS]       URL: the owner's, of a migrated database
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
from lodestone.clock import now
from lodestone.events import JobRequested
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from lodestone_gateway.store.outbox import CHANNEL
from lodestone_local.credentials import DEMO
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb


@dataclass(frozen=True)
class History:
    """How much to create; the first user has every second job, the others share the rest."""

    jobs: int = 100_000
    events: int = 10  # per job
    calls: int = 2  # per job
    users: int = 100
    words: int = 10  # of 33 characters in an event; three times as many in an input, twelve in a result
    days: int = 365  # over which the jobs are spread; the newest is an hour old
    first_user: UUID = DEMO


FILLED = ("background_jobs", "job_events", "job_calls", "lead_magnets")
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""

ID = """
CREATE FUNCTION pg_temp.id(kind text, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid
$$
"""
"""A UUIDv7 of that time; the same number gives the same id."""

TEXT = """
CREATE FUNCTION pg_temp.words(n bigint, times int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(md5((n * 1000 + part)::text), ' ') FROM generate_series(1, times) part
$$
"""
"""33 characters per repetition, which compress as badly as real text."""

NO_TEXT = """
CREATE FUNCTION pg_temp.words(n bigint, times int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT NULL::text
$$
"""

MADE = """
CREATE TEMP TABLE made AS
SELECT n, at, pg_temp.id('job', n, at) AS id,
    CASE WHEN n %% 2 = 0 THEN %(first_user)s ELSE pg_temp.id('user', n / 2 %% %(users)s, '2025-01-01') END
        AS user_id,
    (%(job_types)s::text[])[1 + n / 20 %% %(types)s] AS job_type,
    CASE n / 2 %% 10 WHEN 7 THEN 'failed' WHEN 9 THEN 'cancelled' ELSE 'completed' END AS status
FROM (
    SELECT n, now() - interval '1 hour' - (%(jobs)s - n) * (%(days)s * interval '1 day' / %(jobs)s) AS at
    FROM generate_series(1::bigint, %(jobs)s) n
) numbered
"""

USERS = """
INSERT INTO users (id, created_at) SELECT DISTINCT user_id, timestamptz '2025-01-01' FROM made
ON CONFLICT DO NOTHING
"""

JOBS = """
INSERT INTO background_jobs (id, user_id, job_type, status, input, result, error, error_code, created_at,
    updated_at, started_at, completed_at, attempt, waiting_for, deadline_at, seq, input_tokens, output_tokens,
    cost_usd)
SELECT id, user_id, job_type, status, jsonb_build_object('text', pg_temp.words(n, 3 * %(words)s)),
    CASE WHEN status = 'completed' THEN jsonb_build_object('text', pg_temp.words(n, 12 * %(words)s)) END,
    CASE WHEN status = 'failed' THEN 'The provider gave no usable answer.' END,
    CASE WHEN status = 'failed' THEN 'AI_INVALID_OUTPUT' END,
    at, at + interval '40 s', at + interval '1 s', at + interval '40 s', 1, NULL, at + interval '10 min',
    %(events)s, 3000, 2000, 0.039
FROM made ORDER BY n
"""

EVENTS = """
INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source, stream_sequence)
SELECT id, user_id, seq, pg_temp.id('event', n * 1000 + seq, at), event, at + seq * interval '4 s',
    least(seq - 1, 1), jsonb_build_object('event', event, 'jobId', id, 'jobType', job_type, 'text',
    pg_temp.words(n + seq, %(words)s *
        CASE event WHEN 'completed' THEN 12 WHEN 'progress' THEN 2 ELSE 1 END)),
    job_type, n * %(events)s + seq
FROM made, generate_series(1, %(events)s) seq, LATERAL (
    SELECT CASE seq WHEN 1 THEN 'requested' WHEN 2 THEN 'started' WHEN %(events)s THEN status
        ELSE 'progress' END
) named (event)
ORDER BY n, seq
"""

CALLS = """
INSERT INTO job_calls (call_id, job_id, user_id, job_type, attempt, model, max_tokens, started_at,
    finished_at, request_id, input_tokens, output_tokens, cost_usd, outcome, finished_event_id)
SELECT pg_temp.id('call', n * 1000 + nth, at), id, user_id, job_type, 1, 'claude-sonnet-5-5', 8000,
    at + nth * interval '5 s', at + nth * interval '15 s', 'req_' || n || '_' || nth, 1500, 1000, 0.0195,
    CASE WHEN status = 'completed' THEN 'used' ELSE 'wasted' END,
    pg_temp.id('finished', n * 1000 + nth, at)
FROM made, generate_series(1, %(calls)s) nth
ORDER BY n, nth
"""

LEAD_MAGNETS = """
INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea, created_at, updated_at)
SELECT pg_temp.id('lead magnet', n, at), user_id, 'About ' || n, 'one-story', false, at, at
FROM made WHERE n %% 20 < 2 ORDER BY n
"""

FORGET_SUMS = """
DELETE FROM usage_days;
UPDATE usage_cursor SET until = date_trunc('month', now() AT TIME ZONE 'UTC')
"""

WAITING_USERS = """
INSERT INTO users (id) SELECT pg_temp.id('user', n, '2025-01-01') FROM generate_series(1::bigint, %(users)s) n
ON CONFLICT DO NOTHING
"""

WAITING_JOBS = """
INSERT INTO background_jobs (id, user_id, job_type, input, created_at, updated_at, deadline_at)
SELECT pg_temp.id('waiting', n, now()), pg_temp.id('user', 1 + n %% %(users)s, '2025-01-01'), %(job_type)s,
    '{}', now(), now(), now() + interval '10 min'
FROM generate_series(1::bigint, %(rows)s) n
"""

WAITING = """
INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)
SELECT gen_random_uuid()::text, job.id, job.user_id, %(job_type)s, 'requested',
    %(body)s || jsonb_build_object('jobId', job.id, 'userId', job.user_id), now()
FROM generate_series(1::bigint, %(rows)s) n
JOIN background_jobs job ON job.id = pg_temp.id('waiting', n, now())
ORDER BY n
"""


def fill(database_url: str, history: History = History()) -> None:
    """Adds the history to an empty database, then vacuums and analyses the tables."""
    types = list(JOB_TYPES)
    values = {**vars(history), "job_types": types, "types": len(types)}
    with psycopg.connect(database_url) as owner:
        for statement in (ID, TEXT if history.words else NO_TEXT):
            owner.execute(statement)
        owner.execute(FORGET_SUMS)
        with _indexes_at_the_end(owner):
            for statement in (MADE, USERS, JOBS, EVENTS, CALLS, LEAD_MAGNETS):
                owner.execute(statement, values)
    _settle(database_url)


def fill_outbox(database_url: str, rows: int, users: int, job_type: str, work: JsonObject) -> None:
    """Adds jobs of this many users, accepted just now, for the relay; `work` is the input of each.

    The relay hears of them with `tell_relay`.
    """
    template = JobRequested(
        job_id=DEMO,
        job_type=job_type,
        user_id=DEMO,
        attempt=0,
        input=work,
        max_attempts=3,
        deadline_at=now() + timedelta(minutes=10),
    )
    values = {"rows": rows, "users": users, "job_type": job_type, "body": Jsonb(template.body())}
    with psycopg.connect(database_url) as owner:
        owner.execute(ID)
        for statement in (WAITING_USERS, WAITING_JOBS, WAITING):
            owner.execute(statement, values)
    _settle(database_url)


def tell_relay(database_url: str) -> None:
    """Tells the relay of rows, as the gateway does with each commit."""
    with psycopg.connect(database_url) as owner:
        owner.execute("SELECT pg_notify(%s, '')", [CHANNEL])


@contextmanager
def _indexes_at_the_end(owner: psycopg.Connection) -> Iterator[None]:
    """To build an index once is faster than to add to it for each row."""
    indexes = owner.execute(INDEXES, [list(FILLED)]).fetchall()
    for name, _ in indexes:
        owner.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    for _, definition in indexes:
        owner.execute(definition)


def _settle(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        for table in (*FILLED, "users", "outbox"):
            owner.execute(SQL("VACUUM (ANALYZE) {}").format(Identifier(table)))
        owner.execute("CHECKPOINT")  # else it writes to the disk for some time while others are measured


if __name__ == "__main__":
    fill(sys.argv[1], History(jobs=int(sys.argv[2])) if len(sys.argv) > 2 else History())

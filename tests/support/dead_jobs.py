"""Failed jobs in the gateway's tables, written by SQL: as many as a test needs, at once."""

from typing import Any
from uuid import UUID

import psycopg
from lodestone.ids import new_id
from psycopg.types.json import Jsonb
from support.api import RunningGateway
from support.samples import example_input

_JOBS = """
    INSERT INTO background_jobs (id, user_id, job_type, status, input, error, error_code, attempt, seq,
        waiting_for, created_at, updated_at, started_at, completed_at, deadline_at)
    SELECT id, %(user)s, 'posts', 'failed', %(input)s, %(error)s, %(code)s, 1, 1, NULL,
        now(), now(), now(), clock_timestamp(), now()
    FROM unnest(%(ids)s::uuid[]) AS new (id)"""
_EVENTS = """
    INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,
        stream_sequence)
    SELECT id, %(user)s, 1, gen_random_uuid(), 'requested', now(), 0,
        jsonb_build_object('jobId', id, 'jobType', 'posts', 'userId', %(user)s::uuid, 'attempt', 0,
            'priority', 'interactive', 'maxAttempts', 3, 'input', %(input)s::jsonb), '', 1
    FROM unnest(%(ids)s::uuid[]) AS new (id)"""


def insert_dead_jobs(
    database_url: str, user_id: UUID, count: int, *, code: str = "AI_ERROR", error: str = "It did not work."
) -> list[UUID]:
    """So many posts jobs of a user that there is, failed just now; their ids."""
    ids = [new_id() for _ in range(count)]
    values = {
        "user": user_id,
        "ids": ids,
        "code": code,
        "error": error,
        "input": Jsonb(example_input("posts")),
    }
    with psycopg.connect(database_url) as owner:
        owner.execute(_JOBS, values)
        owner.execute(_EVENTS, values)
    return ids


def make_dead_jobs(gateway: RunningGateway, user_id: UUID, count: int, **failed: Any) -> list[UUID]:
    """The same behind a running gateway, for a user who may have sent nothing yet."""
    sql(gateway, "INSERT INTO users (id) VALUES (%s) ON CONFLICT DO NOTHING", user_id)
    return insert_dead_jobs(gateway.settings.database_url, user_id, count, **failed)


def sql(gateway: RunningGateway, statement: str, *values: Any) -> list[Any]:
    """Runs a statement as the owner of the tables; its rows."""
    with psycopg.connect(gateway.settings.database_url) as owner:
        done = owner.execute(statement.encode(), values or None)
        return done.fetchall() if done.description else []

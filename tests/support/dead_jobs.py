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
    SELECT id, user_id, 'posts', 'failed', %(input)s, %(error)s, %(code)s, 1, 1, NULL,
        now(), now(), now(), clock_timestamp(), now()
    FROM unnest(%(ids)s::uuid[], %(users)s::uuid[]) AS new (id, user_id)"""
_EVENTS = """
    INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,
        stream_sequence)
    SELECT id, user_id, 1, gen_random_uuid(), 'requested', now(), 0,
        jsonb_build_object('jobId', id, 'jobType', 'posts', 'userId', user_id, 'attempt', 0,
            'priority', 'interactive', 'maxAttempts', 3, 'input', %(input)s::jsonb), '', 1
    FROM unnest(%(ids)s::uuid[], %(users)s::uuid[]) AS new (id, user_id)"""
_USERS = """
    WITH new AS (INSERT INTO users (id) SELECT unnest(%(users)s::uuid[]) RETURNING id)
    INSERT INTO subscriptions (user_id, plan) SELECT id, 'unlimited' FROM new"""


def insert_dead_jobs(
    database_url: str, user_id: UUID, count: int, *, code: str = "AI_ERROR", error: str = "It did not work."
) -> list[UUID]:
    """So many posts jobs of a user that there is, failed just now; their ids."""
    with psycopg.connect(database_url) as owner:
        return _insert(owner, [user_id] * count, code, error)


def insert_many_dead_jobs(database_url: str, *, users: int, each: int) -> None:
    """So many new users on the plan unlimited, with so many failed posts jobs each."""
    ids = [new_id() for _ in range(users)]
    with psycopg.connect(database_url) as owner:
        owner.execute(_USERS, {"users": ids})
        _insert(owner, [id for id in ids for _ in range(each)], "AI_ERROR", "It did not work.")


def _insert(owner: psycopg.Connection, users: list[UUID], code: str, error: str) -> list[UUID]:
    ids = [new_id() for _ in users]
    input = Jsonb(example_input("posts"))
    values = {"ids": ids, "users": users, "code": code, "error": error, "input": input}
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

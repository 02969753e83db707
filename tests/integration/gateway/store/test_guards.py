"""What the database refuses to everybody: illegal transitions and unknown values; and what it fills in."""

from datetime import UTC, datetime

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.status import MOVES, Status
from lodestone_gateway.store import migrate
from psycopg.errors import CheckViolation, UniqueViolation
from psycopg.sql import SQL, Identifier, Placeholder


def a_job(owner: psycopg.Connection, **columns: object) -> object:
    user_id, job_id = new_id(), new_id()
    values = {"id": job_id, "user_id": user_id, "job_type": "ideation", "input": "{}", **columns}
    owner.execute("INSERT INTO users (id) VALUES (%s)", [user_id])
    insert = SQL("INSERT INTO background_jobs ({}, deadline_at) VALUES ({}, now())").format(
        SQL(", ").join(map(Identifier, values)), SQL(", ").join(map(Placeholder, values))
    )
    owner.execute(insert, values)
    return job_id


def reachable(status: Status) -> set[Status]:
    """The states after one or several legal moves, since one update may fold several events."""
    return {status}.union(*(reachable(target) for target in MOVES[status]))


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_the_database_knows_the_same_moves(owner: psycopg.Connection, before: Status, after: Status) -> None:
    job_id = a_job(owner, status=before)
    change = "UPDATE background_jobs SET status = %s WHERE id = %s"

    if after in reachable(before):
        owner.execute(change, [after, job_id])
    else:
        with pytest.raises(CheckViolation, match=f"{before} cannot become {after}"):
            owner.execute(change, [after, job_id])


@pytest.mark.parametrize("column", ["status", "job_type", "priority"])
def test_words_that_nobody_knows_are_refused(owner: psycopg.Connection, column: str) -> None:
    with pytest.raises(CheckViolation):
        a_job(owner, **{column: "nope"})


@pytest.mark.parametrize("job_type", JOB_TYPES)
def test_every_registered_job_type_is_taken(owner: psycopg.Connection, job_type: str) -> None:
    a_job(owner, job_type=job_type)


def test_a_new_job_type_needs_no_migration(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.upgrade(postgres_url)
    monkeypatch.setattr(migrate, "JOB_TYPES", {**JOB_TYPES, "carousel": JOB_TYPES["posts"]})

    migrate.upgrade(postgres_url)

    with psycopg.connect(postgres_url) as owner:
        a_job(owner, job_type="carousel")


def test_an_update_that_gives_no_time_gets_the_present(owner: psycopg.Connection) -> None:
    job_id = a_job(owner, updated_at=datetime(2020, 1, 1, tzinfo=UTC))

    owner.execute("UPDATE background_jobs SET error = 'x' WHERE id = %s", [job_id])

    found = owner.execute(
        "SELECT updated_at = date_trunc('milliseconds', now()) FROM background_jobs WHERE id = %s", [job_id]
    )
    assert found.fetchone() == (True,)


@pytest.mark.parametrize(
    "given", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 5, 5, 1, 2, 3, 4000, UTC)]
)
def test_an_update_that_gives_a_time_keeps_it_also_when_it_is_the_old_one(
    owner: psycopg.Connection, given: datetime
) -> None:
    job_id = a_job(owner, updated_at=datetime(2020, 1, 1, tzinfo=UTC))

    owner.execute("UPDATE background_jobs SET updated_at = %s WHERE id = %s", [given, job_id])

    found = owner.execute("SELECT updated_at FROM background_jobs WHERE id = %s", [job_id]).fetchone()
    assert found == (given,)


def test_a_job_asks_for_each_kind_of_event_once(owner: psycopg.Connection) -> None:
    job_id = a_job(owner)
    ask = (
        "INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)"
        " VALUES (gen_random_uuid(), %s, gen_random_uuid(), 'ideation', 'requested', '{}', now())"
    )
    owner.execute(ask, [job_id])

    with pytest.raises(UniqueViolation):
        owner.execute(ask, [job_id])


def test_the_old_table_is_there_as_it_was(owner: psycopg.Connection) -> None:
    columns = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'background_jobs'"
        " ORDER BY ordinal_position LIMIT 12"
    )
    indexes = owner.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'background_jobs'")
    comment = owner.execute("SELECT obj_description('background_jobs'::regclass)")

    assert [row[0] for row in columns] == [
        "id",
        "user_id",
        "job_type",
        "status",
        "input",
        "result",
        "error",
        "trigger_task_id",
        "created_at",
        "updated_at",
        "started_at",
        "completed_at",
    ]
    assert {
        "idx_background_jobs_user_id",
        "idx_background_jobs_status",
        "idx_background_jobs_created_at",
    } <= {row[0] for row in indexes}
    assert comment.fetchone() != (None,)

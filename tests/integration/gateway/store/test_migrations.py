"""The migrations: they build the models' tables, up and down, on every supported Postgres."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from bench.filling import History, fill
from lodestone.errors import Misconfigured
from lodestone_gateway.store import migrate
from lodestone_gateway.store.all_tables import all_tables
from lodestone_gateway.store.migrate import downgrade, upgrade
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlmodel import SQLModel

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
COLUMNS = """
    SELECT table_name::text, column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema()"""
INTERRUPT = """
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_background_jobs_user_status'::regclass"""
IS_VALID = """
    SELECT indisvalid FROM pg_index WHERE indexrelid = 'idx_background_jobs_user_status'::regclass"""

DAY_SUMS = """
    INSERT INTO usage_days (user_id, date, job_type, jobs, input_tokens, output_tokens, cost_usd)
    SELECT user_id, (started_at AT TIME ZONE 'UTC')::date, job_type, 1, 1, 1, 1
    FROM job_calls GROUP BY 1, 2, 3"""
TIMES = "SELECT id, date_trunc('milliseconds', updated_at) FROM background_jobs ORDER BY id"
DAY_TOKENS = "SELECT sum(cache_read_tokens), sum(cache_write_tokens) FROM usage_days"


def engine_of(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"))


def test_migrations_make_the_tables_of_the_models(postgres_url: str) -> None:
    upgrade(postgres_url)

    with engine_of(postgres_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    names = {table.name for table in all_tables()}
    assert {"background_jobs", "brand_kits", "lead_magnets", "erasures", "dead_events"} <= names


def test_migrations_go_up_twice_down_and_up_again(postgres_url: str) -> None:
    upgrade(postgres_url)
    upgrade(postgres_url)

    downgrade(postgres_url, "base")
    assert inspect(engine_of(postgres_url)).get_table_names() == ["alembic_version"]

    upgrade(postgres_url)
    assert "background_jobs" in inspect(engine_of(postgres_url)).get_table_names()


def test_each_way_back_leaves_the_columns_that_were_there_before(postgres_url: str) -> None:
    before: dict[str, list[tuple[str, str]]] = {}
    with migrate._alone(postgres_url) as connection:
        for revision in sorted(file.name[:4] for file in VERSIONS.glob("0*.py")):
            migrate._run(connection, lambda config: command.upgrade(config, revision))  # noqa: B023
            before[revision] = _columns(connection)

        left = {}
        for revision in sorted(before, reverse=True)[1:]:
            migrate._run(connection, lambda config: command.downgrade(config, revision))  # noqa: B023
            left[revision] = set(_columns(connection)) ^ set(before[revision])

    assert not any(left.values()), {at: columns for at, columns in left.items() if columns}


def test_processes_that_migrate_at_the_same_time_wait_for_each_other(postgres_url: str) -> None:
    """An index that is built concurrently waits for every statement, also for one that waits for its turn."""
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(upgrade, postgres_url) for _ in range(3)]:
            done.result()

    assert _version(postgres_url) == _newest()


def test_an_index_whose_building_was_interrupted_is_built_again(postgres_url: str) -> None:
    upgrade(postgres_url)
    downgrade(postgres_url, "0013")
    before = ScriptDirectory(str(migrate.SCRIPTS)).get_revision("0013").down_revision
    with engine_of(postgres_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
        connection.execute(text(INTERRUPT))

    upgrade(postgres_url)

    with engine_of(postgres_url).connect() as connection:
        assert connection.scalar(text(IS_VALID))


def test_sums_that_were_made_before_are_completed_from_the_ledger(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [added] = migrate.SCRIPTS.glob("versions/*_pre_cache_savings.py")
    _release(tmp_path, monkeypatch, f"{int(added.name[:4]) - 1:04}")
    upgrade(postgres_url)
    fill(postgres_url, History(jobs=40, events=1, calls=2, words=0, days=1))
    with engine_of(postgres_url).begin() as connection:
        connection.execute(text("UPDATE job_calls SET cache_read_tokens = 1200, cache_write_tokens = 40"))
        connection.execute(text(DAY_SUMS))
        before = connection.execute(text(TIMES)).all()
    monkeypatch.undo()

    upgrade(postgres_url)

    with engine_of(postgres_url).connect() as connection:
        after = connection.execute(text(TIMES)).all()
        jobs = connection.execute(text("SELECT DISTINCT cache_write_tokens FROM background_jobs")).all()
        days = connection.execute(text(DAY_TOKENS)).all()
    assert after == before
    assert jobs == [(80,)]
    assert days == [(40 * 2 * 1200, 40 * 2 * 40)]


def test_pre_migrations_leave_what_the_release_before_uses(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the first releases: 0006 revokes rights that the projector of 0004 still uses."""
    _release(tmp_path, monkeypatch, "0004")
    upgrade(postgres_url, only_pre=True)
    _release(tmp_path, monkeypatch, "0006")

    upgrade(postgres_url, only_pre=True)
    before = _version(postgres_url), _projector_reads_users(postgres_url)
    upgrade(postgres_url)

    assert before == ("0005", True)
    assert (_version(postgres_url), _projector_reads_users(postgres_url)) == ("0006", False)


def test_pre_migrations_of_a_later_release_are_refused_over_a_post_one(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _release(tmp_path, monkeypatch, "0005")
    upgrade(postgres_url)
    monkeypatch.undo()

    with pytest.raises(Misconfigured, match="more than one release behind"):
        upgrade(postgres_url, only_pre=True)

    assert _version(postgres_url) == "0005"


def _release(folder: Path, monkeypatch: pytest.MonkeyPatch, newest: str) -> None:
    """Pretends to be the release whose last migration is this one."""
    scripts = folder / newest
    shutil.copytree(Path(migrate.__file__).parent / "migrations", scripts)
    for file in (scripts / "versions").glob("0*.py"):
        if file.name[:4] > newest:
            file.unlink()
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)


def _version(url: str) -> str:
    with engine_of(url).connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _columns(connection: Connection) -> list[tuple[str, str]]:
    """Of all tables, with their tables."""
    found = [(table, column) for table, column in connection.execute(text(COLUMNS))]
    connection.commit()  # alembic would go on in this transaction
    return found


def _newest() -> str:
    return max(file.name[:4] for file in (migrate.SCRIPTS / "versions").glob("0*.py"))


def _projector_reads_users(url: str) -> bool:
    with engine_of(url).connect() as connection:
        may = "SELECT has_table_privilege('lodestone_projector', 'users', 'SELECT')"
        return bool(connection.scalar(text(may)))

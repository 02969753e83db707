"""The migrations: the same tables as the models, up and down, on every supported Postgres."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from lodestone_gateway.store import erasure_tables, lead_magnet_tables, operations_tables, tables
from lodestone_gateway.store.migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect, make_url
from sqlmodel import SQLModel


def engine_of(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"))


def test_migrations_make_the_tables_of_the_models(postgres_url: str) -> None:
    upgrade(postgres_url)

    with engine_of(postgres_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert tables.BackgroundJob.__tablename__ == "background_jobs"
    assert lead_magnet_tables.LeadMagnetRow.__tablename__ == "lead_magnets"
    assert erasure_tables.Erasure.__tablename__ == "erasures"
    assert operations_tables.DeadEvent.__tablename__ == "dead_events"


def test_migrations_go_up_twice_down_and_up_again(postgres_url: str) -> None:
    upgrade(postgres_url)
    upgrade(postgres_url)

    downgrade(postgres_url, "base")
    assert inspect(engine_of(postgres_url)).get_table_names() == ["alembic_version"]

    upgrade(postgres_url)
    assert "background_jobs" in inspect(engine_of(postgres_url)).get_table_names()

"""The embedded backends keep their data, however they end."""

from pathlib import Path

import nats
import psycopg
from support.backends import NatsServer, PostgresServer


async def test_a_killed_nats_comes_back_on_its_port_with_what_it_confirmed(own_nats: NatsServer) -> None:
    client = await nats.connect(own_nats.url)
    await client.jetstream().add_stream(name="KEPT", subjects=["kept.*"])
    await client.jetstream().publish("kept.one", b"1")
    await client.close()
    url = own_nats.url

    own_nats.kill()
    own_nats.start()

    again = await nats.connect(own_nats.url)
    info = await again.jetstream().stream_info("KEPT")
    await again.close()
    assert own_nats.url == url
    assert info.state.messages == 1


async def test_the_stream_of_an_older_release_moves_into_the_account_of_its_users(
    own_nats: NatsServer, tmp_path: Path
) -> None:
    client = await nats.connect(own_nats.url)
    await client.jetstream().add_stream(name="KEPT", subjects=["kept.*"])
    await client.jetstream().publish("kept.one", b"1")
    await client.close()
    own_nats.stop()
    accounts = tmp_path / "nats" / "store" / "jetstream"
    (accounts / "LODESTONE").rename(accounts / "$G")  # the folder of streams of a server without accounts

    own_nats.start()

    again = await nats.connect(own_nats.url)
    info = await again.jetstream().stream_info("KEPT")
    await again.close()
    assert info.state.messages == 1


async def test_nats_turns_away_whoever_has_no_token(own_nats: NatsServer) -> None:
    open_url = "nats://" + own_nats.url.rpartition("@")[2]

    refused = None
    try:
        await nats.connect(open_url, allow_reconnect=False, error_cb=_ignore)
    except nats.errors.Error as error:
        refused = error

    assert "authorization" in str(refused).lower()


def test_a_killed_postgres_comes_back_with_what_it_committed(own_postgres: PostgresServer) -> None:
    with psycopg.connect(own_postgres.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")

    own_postgres.kill()
    own_postgres.start()

    with psycopg.connect(own_postgres.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_each_test_gets_an_empty_database(postgres_url: str, module_postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert tables == (0,)
    assert postgres_url != module_postgres_url


async def _ignore(_: Exception) -> None:
    return None

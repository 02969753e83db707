"""The embedded Postgres starts on unusual folders, machines and leftovers."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from lodestone.errors import Misconfigured
from lodestone_local.backends import forget_client_settings
from lodestone_local.postgres_cluster import check_user
from lodestone_local.postgres_server import EmbeddedPostgres, answers
from support.backends import PostgresServer
from support.waiting import eventually_sync

PREPARE = "from lodestone_local.postgres_server import EmbeddedPostgres; EmbeddedPostgres"
STRANGE = 'é, b\'c "d" 100% $HOME'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private folder with a strange name inside other private folders."""
    folder = tmp_path_factory.mktemp("closed") / STRANGE
    folder.mkdir(mode=0o700)
    folder.parent.chmod(0o700)
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[PostgresServer]:
    """A server in it, created where the shell names a missing locale and another server's settings."""
    strange = {"LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8", "PGOPTIONS": "--nonsense", "PGDATESTYLE": "?"}
    with pytest.MonkeyPatch.context() as shell:
        for name, value in strange.items():
            shell.setenv(name, value)
        forget_client_settings()
        server = PostgresServer(home / "postgres")
        server.start()
    yield server
    server.stop()


def test_its_writers_rest_while_nothing_is_written(server: PostgresServer) -> None:
    with psycopg.connect(server.url) as connection:
        for writer in ("bgwriter_delay", "wal_writer_delay"):
            assert connection.execute(f"SHOW {writer}".encode()).fetchone() == ("10s",)


def test_it_starts_in_a_strange_folder_under_a_strange_locale_and_sorts_as_everywhere(
    server: PostgresServer,
) -> None:
    with psycopg.connect(server.url) as connection:
        words = connection.execute("SELECT upper('é'), ARRAY(SELECT unnest('{b,A,a}'::text[]) ORDER BY 1)")

        assert words.fetchone() == ("É", ["A", "a", "b"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run it as another user")
def test_root_keeps_its_folders_closed_and_the_server_is_not_root(server: PostgresServer, home: Path) -> None:
    postmaster = psutil.Process(server.pid)

    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (home, home.parent)] == [0o700, 0o700]
    assert 0 not in postmaster.uids()
    with psycopg.connect(server.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("COPY (SELECT 1) TO '/root/written-by-postgres'")


def test_a_number_that_is_now_another_process_s_does_not_keep_it_from_starting(
    server: PostgresServer, home: Path
) -> None:
    server.kill()
    same_user = (home / "postgres").stat().st_uid  # Postgres ignores a process of another user
    with subprocess.Popen(["sleep", "600"], user=same_user) as other:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            note = home / "postgres" / name
            rest = note.read_text().partition("\n")[2] if note.exists() else f"{home}\n0\n5432\n\n\n\n"
            note.write_text(f"{other.pid}\n{rest}")

        server.start()

        assert other.poll() is None
        other.kill()
    assert answers(server.url)


def test_a_copy_of_a_running_folder_leaves_the_other_server_alone(
    server: PostgresServer, home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home / "postgres", tmp_path / "postgres", ignore=shutil.ignore_patterns(".s.PGSQL*"))
    if os.geteuid() == 0:
        owner = (home / "postgres").stat()
        for path in (tmp_path / "postgres", *(tmp_path / "postgres").rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
    copy = PostgresServer(tmp_path / "postgres")

    copy.start()

    assert answers(copy.url)
    assert answers(server.url)
    copy.stop()


def test_a_lock_that_was_half_written_does_not_keep_it_from_starting(
    server: PostgresServer, home: Path
) -> None:
    server.stop()
    (home / "postgres" / "postmaster.pid").write_text("")

    server.start()

    assert answers(server.url)


def test_data_of_another_version_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(Misconfigured, match=r"contains data of Postgres 16, but this is 18\. Move it away"):
        EmbeddedPostgres(tmp_path / "postgres").prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_data_of_somebody_else_is_refused_and_stays_theirs(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    os.chown(data, 4242, 4242)

    with pytest.raises(Misconfigured, match="belongs to user id 4242"):
        EmbeddedPostgres(data).prepare()

    assert data.stat().st_uid == 4242


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    making = f"from pathlib import Path; {PREPARE}(Path({str(data)!r})).prepare()"
    with subprocess.Popen([sys.executable, "-c", making]) as first:
        eventually_sync((tmp_path / "postgres.making" / "base").exists, within=60, told="initdb is at work")
        [initdb] = psutil.Process(first.pid).children()
        first.kill()
    initdb.wait(10)  # it died with its parent, and does not write into the next database

    again = PostgresServer(data)
    again.start()

    assert answers(again.url)
    again.discard()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_disk_that_is_too_small_is_told_in_a_sentence(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "lodestone-test", str(disk)], check=True)
    try:
        with pytest.raises(Misconfigured) as refused:
            EmbeddedPostgres(disk / "postgres").prepare()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)

    assert str(refused.value) == (
        f"There is no room for the database in {disk}/postgres. "
        "Make room, or give another folder with --data-dir."
    )


def test_a_user_without_a_name_is_told_what_postgres_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4242)

    with pytest.raises(Misconfigured, match=r"user id 4242 has no name on this machine.* to /etc/passwd"):
        check_user()

"""The data folder: its owner, the system that runs on it, and damaged files, which are named."""

import os
import shutil
from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone_local.credentials import make_secret, read_secret
from lodestone_local.data_folder import DataFolder, running_system, write_ready
from lodestone_local.nats_server import EmbeddedNats
from lodestone_local.submit import read_input
from lodestone_local.system import Options, System

TOLD = {"gateway": "http://127.0.0.1:8400", "launcher": os.getpid()}


def test_a_system_runs_where_its_launcher_holds_the_folder_and_not_on_a_copy(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    write_ready(folder.path / "ready.json", TOLD)
    shutil.copytree(folder.path, tmp_path / "copy")

    assert running_system(folder.path) == TOLD
    assert running_system(tmp_path / "copy") is None
    folder.close()


def test_a_process_number_that_lives_again_is_not_taken_for_the_launcher(tmp_path: Path) -> None:
    DataFolder(tmp_path).close()  # killed: it could not remove its ready file
    write_ready(tmp_path / "ready.json", TOLD)

    assert running_system(tmp_path) is None


def test_looking_for_a_system_does_not_keep_one_from_starting(tmp_path: Path) -> None:
    DataFolder(tmp_path).close()

    assert running_system(tmp_path) is None
    DataFolder(tmp_path).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can open another user's folder")
def test_a_folder_that_somebody_else_began_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "data"
    DataFolder(data).close()
    (data / "run").rmdir()
    os.chown(data / "lock", 4242, 4242)

    with pytest.raises(
        Misconfigured, match=r"belongs to user id 4242, but you are root\. Start as user id 4242"
    ):
        DataFolder(data)

    assert not (data / "run").exists()


def test_a_secret_that_is_empty_or_damaged_is_named_with_what_to_do(tmp_path: Path) -> None:
    good = make_secret(tmp_path)

    assert read_secret(tmp_path) == good
    for broken in ("", "local-short", "\ufefflocal-" + "x" * 64, "x" * 64):
        (tmp_path / "jwt-secret").write_text(broken)
        with pytest.raises(Misconfigured, match=r"jwt-secret is empty or damaged\. Remove it"):
            make_secret(tmp_path)


@pytest.mark.parametrize(
    "broken", ["", "[]", "{", '{"polish": 5}', '{"polish": "with \\" quote"}', "\ufeff{}"]
)
def test_passwords_that_are_empty_or_damaged_are_named_with_what_to_do(broken: str, tmp_path: Path) -> None:
    (tmp_path / "passwords.json").write_text(broken)

    with pytest.raises(Misconfigured, match=r"passwords\.json is empty or damaged\. Remove it"):
        EmbeddedNats(tmp_path).prepare()


def test_an_input_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text('\ufeff{"a": 1}')

    assert read_input(tmp_path / "input.json") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b"\xff\xfe{\x00}\x00", "is not JSON"),
        (b"", "is not JSON"),
    ],
)
def test_an_input_that_is_no_json_is_named(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "input.json").write_bytes(content)

    with pytest.raises(Misconfigured, match=told):
        read_input(tmp_path / "input.json")


@pytest.mark.parametrize("place", ["a folder", "below a file", "in a folder that is closed"])
async def test_a_ready_file_that_cannot_be_written_is_told_before_anything_starts(
    place: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    closed = Path("/proc/ready.json")  # closed to root too
    places = {
        "a folder": tmp_path / "folder",
        "below a file": tmp_path / "file" / "ready.json",
    }
    folder = DataFolder(tmp_path / "data")
    options = Options(0, folder.path, places.get(place, closed), processes=False, simulator=True)
    system = System(options, folder, print)

    with pytest.raises(Misconfigured, match=r"cannot be written: .* Choose another with --ready-file"):
        await system.start()

    await system.stop()
    folder.close()
    assert (tmp_path / "folder").is_dir()


def test_a_folder_that_takes_no_files_is_told_with_what_to_do() -> None:
    with pytest.raises(
        Misconfigured, match=r"/proc/data cannot hold the data: .*\. Fix that, or give another"
    ):
        DataFolder(Path("/proc/data"))

"""`lodestone up` in a shell that was set up for something else."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.running_system import COMMAND, RunningSystem
from support.samples import INPUTS

STRANGE = 'é, b\'c "d" 100% $HOME \\x'


@pytest.fixture(scope="module")
def shell() -> Iterator[dict[str, str]]:
    """A proxy that never answers, a locale that does not exist, and the settings of another database."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        yield {
            **{
                name: proxy
                for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")
            },
            **{"NO_PROXY": "", "no_proxy": "", "LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8"},
            **{"PGHOST": "elsewhere.invalid", "PGTARGETSESSIONATTRS": "read-only", "PGOPTIONS": "--nonsense"},
            **{"PGCONNECT_TIMEOUT": "soon", "PGSERVICE": "none", "PYTHONIOENCODING": "ascii"},
        }


@pytest.fixture(scope="module")
def strange(shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system that was started there, as `nohup` starts it."""
    ours = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # children inherit an ignored signal
    try:
        system = RunningSystem(tmp_path_factory.mktemp("strange") / STRANGE, env=shell).start()
    finally:
        signal.signal(signal.SIGHUP, ours)
    yield system
    assert system.stop() == 0


def test_it_starts_and_a_job_is_watched_to_its_end_after_the_terminal_was_closed(
    strange: RunningSystem, shell: dict[str, str]
) -> None:
    strange.process.send_signal(signal.SIGHUP)
    strange.pace(first_byte_seconds=0.01, duration_seconds=0.1)

    shown = run(shell, "submit", INPUTS / "ideation-fitness-coach.json", "--watch", strange.data_dir)

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert len(re.findall(r"^ *\d+\.\d s +\d+/10", shown.stdout, re.MULTILINE)) == 10
    assert "Stopping" not in strange.output


def test_a_refusal_in_words_that_the_terminal_cannot_show_is_no_traceback(
    strange: RunningSystem, shell: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "é \x1b[2J.json").write_text("{")

    refused = run(shell, "submit", tmp_path / "é \x1b[2J.json", strange.data_dir)

    assert refused.returncode == 1
    assert "\\xe9 \\x1b[2J.json is not JSON" in refused.stderr
    assert "Traceback" not in refused.stderr


def run(shell: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    *command, data_dir = map(str, words)
    return subprocess.run(
        [COMMAND, *command, "--data-dir", data_dir],
        env=os.environ | shell,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

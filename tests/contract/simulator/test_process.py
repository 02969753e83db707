"""The simulator as its own process."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from anthropic import AsyncAnthropic, RateLimitError
from support.asking import QUESTION, streamed, text_of
from support.simulator import RunningSimulator, running_simulator
from support.waiting import eventually


@pytest.fixture
def options() -> list[str]:
    return []


@pytest.fixture
def process(tmp_path: Path, options: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    ready = str(tmp_path / "run" / "ready.json")
    command = [sys.executable, "-m", "lodestone_local.simulator", "--port", "0", "--ready-file", ready]
    with subprocess.Popen([*command, *options]) as process:
        yield process
        process.kill()


async def test_it_says_where_it_is_and_ends_at_once_with_open_streams(
    process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    ready = tmp_path / "run" / "ready.json"
    await eventually(ready.exists, within=30)
    told = json.loads(ready.read_text())
    assert told["pid"] == process.pid
    async with AsyncAnthropic(base_url=told["url"], api_key="any", max_retries=0) as client:
        RunningSimulator(told["url"]).pace(duration=3_000)
        stream = await client.messages.create(**QUESTION, stream=True)
        await anext(aiter(stream))

        process.send_signal(signal.SIGTERM)

        assert await eventually(lambda: process.poll() is not None, within=20)
        assert process.returncode == 0
        await stream.close()


@pytest.mark.parametrize("options", [["--rate-limits", "1,30000,8000"]])
async def test_it_can_limit_calls_from_its_start(process: subprocess.Popen[bytes], tmp_path: Path) -> None:
    ready = tmp_path / "run" / "ready.json"
    await eventually(ready.exists, within=30)
    simulator = RunningSimulator(json.loads(ready.read_text())["url"])
    simulator.limit(requests=2)
    simulator.reset()
    simulator.pace()

    async with AsyncAnthropic(base_url=simulator.url, api_key="any", max_retries=0) as client:
        await streamed(client)
        with pytest.raises(RateLimitError):
            await streamed(client)


async def test_two_apps_share_nothing(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    with running_simulator() as other:
        other.fault("overloaded")

        assert text_of(await streamed(client))
        assert other.calls() == []

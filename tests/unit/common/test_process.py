"""A process once it takes work."""

import asyncio
import gc
import signal
from collections.abc import Iterator

import pytest
from lodestone import process
from lodestone.process import OnReady


class App:
    name = "gateway"

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        on_ready("http://127.0.0.1:9")


@pytest.fixture
def nothing_frozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("nothing_frozen")
async def test_collections_do_not_look_through_what_a_ready_process_has_imported() -> None:
    await process._run(App())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(number)

    assert gc.get_freeze_count() > 1_000

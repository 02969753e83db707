import asyncio
import os
import signal

from lodestone.signals import on_signals

MORE_THAN_ITS_PIPE_HOLDS = 100_000


async def test_a_signal_is_heard_while_other_threads_keep_waking_the_loop() -> None:
    arrived = asyncio.Event()
    before = signal.getsignal(signal.SIGUSR1)
    try:
        on_signals((signal.SIGUSR1,), arrived.set)
        for _ in range(MORE_THAN_ITS_PIPE_HOLDS):
            asyncio.get_running_loop().call_soon_threadsafe(int)
        os.kill(os.getpid(), signal.SIGUSR1)

        async with asyncio.timeout(10):
            await arrived.wait()
    finally:
        signal.signal(signal.SIGUSR1, before)

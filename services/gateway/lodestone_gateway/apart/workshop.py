"""Starts such processes: few at once, one for each user, none for long."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakValueDictionary


@dataclass(frozen=True)
class Done:
    """How a process ended, and what it wrote."""

    status: int | None  # 0 when it did its work; negative when a signal ended it
    output: bytes
    said: bytes  # on its standard error


class Workshop:
    """Runs a module for each piece of work, apart from this process: its memory and event loop stay free."""

    def __init__(self, at_once: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._of_users: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def run(self, user_id: UUID, work: bytes, module: str, *arguments: str, seconds: float) -> Done:
        """Runs it with `work` on its standard input. Raises TimeoutError after `seconds` with the wait."""
        own = self._of_users.setdefault(user_id, asyncio.Lock())
        async with asyncio.timeout(seconds), own, self._turns:
            return await _run(work, sys.executable, "-m", module, *arguments)


async def _run(work: bytes, *command: str) -> Done:
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={})
    try:
        output, said = await process.communicate(work)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Done(process.returncode, output, said)

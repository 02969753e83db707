"""A process that erases until it is killed right after one of its effects.

`python -m support.dying_eraser EFFECT`, with its settings as JSON on standard input.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from lodestone.bus.connection import connect
from lodestone.bus.publisher import JobStream
from lodestone_gateway.reconciler import erase
from lodestone_gateway.settings import ProjectorSettings
from lodestone_gateway.store.session import Role, make_engine

EFFECTS: dict[str, Any] = {"strip": erase, "append": JobStream, "purge": JobStream, "finish": erase}
"""The effects in the order in which a job meets them, and the module of each."""


def die_after(effect: str) -> None:
    """Kills the process when this effect first completes."""
    owner = EFFECTS[effect]
    do = getattr(owner, effect)

    async def done_and_dead(*args: Any, **how: Any) -> None:
        await do(*args, **how)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, effect, done_and_dead)


async def main(settings: ProjectorSettings) -> None:
    """Runs rounds without end, as the leading process does."""
    client = await connect(settings, "reconciler")
    engine = make_engine(settings.database_url, Role.RECONCILER)
    rows = erase.RowEraser(engine)
    logs = erase.LogEraser(client, JobStream(client, "reconciler"), engine)
    while True:
        await rows.erase_round()
        await logs.erase_round()


if __name__ == "__main__":
    die_after(sys.argv[1])
    asyncio.run(main(ProjectorSettings.model_validate_json(sys.stdin.read())))

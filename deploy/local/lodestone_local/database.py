"""The database of a local system: brought up to date by the gateway's own command."""

import asyncio
from pathlib import Path

from lodestone_local.processes import StartFailed, last_words
from lodestone_local.programs import installed_command


async def set_up_database(env: dict[str, str], log: Path) -> None:
    """Raises StartFailed when the migration did not go through."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            installed_command("lodestone-gateway"),
            "migrate",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            process_group=0,
        )
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        raise
    if status != 0:
        raise StartFailed(f"The database could not be brought up to date. {last_words(log)} Its log: {log}")

"""A bulk action from its dry run to its end, followed from outside: it runs at the gateway."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from lodestone.wire import JsonObject

from lodestone_local.connection import GatewayFailed
from lodestone_local.ops.asking import COMMAND, of_this_release
from lodestone_local.ops.client import OperatorClient
from lodestone_local.ops.target import Target, find_target
from lodestone_local.ops.views import progress
from lodestone_local.terminal import complain, redraw

LOOK_SECONDS = 1.0


def begin_and_follow(bulk_id: str, url: str | None, data_dir: Path | None) -> JsonObject | None:
    """Begins what a dry run counted and shows how far it is; what it came to, or None after Ctrl-C.

    Raises GatewayFailed if it cannot begin, or nobody can say any more how far it is.
    """
    target = find_target(url, data_dir)
    return _unless_interrupted(bulk_id, _begin_and_follow(target, bulk_id))


def until_looked(bulk_id: str, url: str | None, data_dir: Path | None) -> JsonObject | None:
    """Shows how far a dry run has looked; what it found, or None after Ctrl-C. Raises GatewayFailed."""
    return _unless_interrupted(bulk_id, _follow(find_target(url, data_dir), bulk_id, "looking"))


def _unless_interrupted(bulk_id: str, following: Coroutine[Any, Any, JsonObject]) -> JsonObject | None:
    try:
        return asyncio.run(following)
    except KeyboardInterrupt:
        redraw("")
        complain(_goes_on(bulk_id))
        return None


async def _begin_and_follow(target: Target, bulk_id: str) -> JsonObject:
    await _begin(target, bulk_id)
    return await _follow(target, bulk_id, "running")


async def _begin(target: Target, bulk_id: str) -> None:
    async with OperatorClient(target.url, target.token, COMMAND) as gateway:
        await gateway.start_bulk_action(bulk_id)


async def _follow(target: Target, bulk_id: str, state: str) -> JsonObject:
    """Looks on for as long as it is in this state."""
    async with OperatorClient(target.url, target.token, COMMAND) as gateway:
        try:
            with of_this_release():
                while (action := await gateway.bulk_action(bulk_id))["state"] == state:
                    redraw(progress(action))
                    await asyncio.sleep(LOOK_SECONDS)
        except GatewayFailed as error:
            raise GatewayFailed(f"{error} {_goes_on(bulk_id)}") from error
        finally:
            redraw("")
    return action


def _goes_on(bulk_id: str) -> str:
    return (
        f"The bulk action goes on at the gateway. `lodestone ops bulk show {bulk_id}` says how far it is, "
        f"`lodestone ops bulk abort {bulk_id}` ends it."
    )

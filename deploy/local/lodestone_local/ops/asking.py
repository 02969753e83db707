"""One question to the gateway, its answer printed: for people, or as JSON for scripts."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from lodestone.wire import JsonObject

from lodestone_local.connection import GatewayFailed
from lodestone_local.ops.client import OperatorClient
from lodestone_local.ops.target import find_target
from lodestone_local.ops.views import View
from lodestone_local.terminal import say

COMMAND = {"User-Agent": "lodestone-ops"}  # as the audit names it

Ask: TypeAlias = Callable[[OperatorClient], Awaitable[JsonObject]]


def show(ask: Ask, view: View, url: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Asks, and prints the answer. Raises Misconfigured, and GatewayFailed with the gateway's sentence."""
    tell(asked(ask, url, data_dir), view, as_json=as_json)


def asked(ask: Ask, url: str | None, data_dir: Path | None) -> JsonObject:
    """What the gateway answers."""
    target = find_target(url, data_dir)

    async def once() -> JsonObject:
        async with OperatorClient(target.url, target.token, COMMAND) as gateway:
            return await ask(gateway)

    return asyncio.run(once())


def tell(answer: JsonObject, view: View, *, as_json: bool) -> None:
    """Prints an answer. Raises GatewayFailed for one that is not as this release knows it."""
    # JSON in ASCII: nothing in it can control the terminal, and every character survives.
    with of_this_release():
        lines = json.dumps(answer, indent=2).splitlines() if as_json else list(view(answer))
    for line in lines:
        say(line)


@contextmanager
def of_this_release() -> Iterator[None]:
    """Around what reads an answer. Raises GatewayFailed for one that is not as this release knows it."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GatewayFailed(
            "The gateway answers otherwise than expected: it may be of another release. Try --json."
        ) from error

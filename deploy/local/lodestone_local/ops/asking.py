"""One question to the gateway, its answer printed: for people, or as JSON for scripts."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from lodestone.wire import JsonObject

from lodestone_local.ops.client import OperatorClient
from lodestone_local.ops.target import find_target
from lodestone_local.terminal import say

Ask: TypeAlias = Callable[[OperatorClient], Awaitable[JsonObject]]
View: TypeAlias = Callable[[JsonObject], Iterator[str]]


def show(ask: Ask, view: View, url: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Asks, and prints the answer. Raises Misconfigured, and GatewayFailed with the gateway's sentence."""
    tell(asked(ask, url, data_dir), view, as_json=as_json)


def asked(ask: Ask, url: str | None, data_dir: Path | None) -> JsonObject:
    """What the gateway answers."""
    target = find_target(url, data_dir)

    async def once() -> JsonObject:
        async with OperatorClient(target.url, target.token) as gateway:
            return await ask(gateway)

    return asyncio.run(once())


def tell(answer: JsonObject, view: View, *, as_json: bool) -> None:
    """Prints an answer."""
    # JSON in ASCII: nothing in it can control the terminal, and every character survives.
    for line in json.dumps(answer, indent=2).splitlines() if as_json else view(answer):
        say(line)

"""The hostile user: does everything at once, without pauses, and counts the outcome of each act.

python -m soak.hostile reads gateway, id, address and token as JSON from standard input, and prints the
outcomes as JSON when it ends. It runs at low priority, since a real attacker uses another machine.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import httpx2
from lodestone.signals import on_signals

from soak import requests, wire
from soak.people import Person

ON_THE_WIRE = (
    wire.silence,
    wire.half_a_request,
    wire.half_a_body,
    wire.headers_without_end,
    wire.dripping,
)
BY_REQUEST = (
    requests.slow_texts,
    requests.huge_scales,
    requests.large_drafts,
    requests.deep_bodies,
    requests.odd_paths,
    requests.many_streams,
    requests.many_jobs,
)
Outcomes = Counter[tuple[str, str]]
"""How often an act had which outcome: a status, or the kind of error that cut it off."""


async def attack(gateway: str, who: Person, outcomes: Outcomes) -> None:
    """Attacks until it is cancelled."""
    async with who.http() as http, asyncio.TaskGroup() as acts:
        for act in ON_THE_WIRE:
            acts.create_task(_again_and_again(act.__name__, partial(act, gateway, who), outcomes))
        for ask in BY_REQUEST:
            acts.create_task(_again_and_again(ask.__name__, partial(ask, http, gateway), outcomes))


async def _again_and_again(name: str, act: Callable[[], Awaitable[str]], outcomes: Outcomes) -> None:
    while True:
        try:
            came_to = await act()
        except (httpx2.TransportError, OSError, TimeoutError) as error:
            came_to = type(error).__name__
        outcomes[name, came_to] += 1
        await asyncio.sleep(0)  # lets the other acts run after an act that is refused at once


async def _until_ended(gateway: str, who: Person) -> Outcomes:
    outcomes: Outcomes = Counter()
    attacking = asyncio.create_task(attack(gateway, who, outcomes))
    on_signals((signal.SIGTERM,), attacking.cancel)
    await asyncio.wait([attacking])
    if not attacking.cancelled():
        attacking.result()  # raises the error that ended the attack early
    return outcomes


def main() -> None:
    os.nice(19)
    told = json.load(sys.stdin)
    who = Person(UUID(told["id"]), told["address"], told["token"])
    outcomes = asyncio.run(_until_ended(told["gateway"], who))
    json.dump([[act, came_to, count] for (act, came_to), count in outcomes.items()], sys.stdout)


if __name__ == "__main__":
    main()

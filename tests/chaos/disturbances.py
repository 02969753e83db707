"""The disturbances of a running system, by name."""

import asyncio
import random

from chaos.parts import BACKENDS, OURS, Parts
from lodestone.jobs import JOB_TYPES
from support.running_system import RunningSystem

PROVIDER_FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "overloaded"},
    {"kind": "status", "status": 429, "retryAfterSeconds": 2},
    {"kind": "status", "status": 500},
    {"kind": "mid_stream_error", "afterItems": 1},
    {"kind": "cut", "afterItems": 1},
    {"kind": "invalid_json"},
    {"kind": "wrong_count"},
    {"kind": "missing_fields"},
    {"kind": "slow_first_byte", "seconds": 5},
)


class Disturbances:
    """The dice choose the target, the duration and the number."""

    def __init__(
        self, system: RunningSystem, parts: Parts, dice: random.Random, *, longest_pause: float
    ) -> None:
        self._system = system
        self._parts = parts
        self._dice = dice
        self._longest_pause = longest_pause

    async def do(self, name: str) -> None:
        """Runs the disturbance of this name."""
        await getattr(self, name)()

    async def kill(self) -> None:
        """Kills any one process."""
        self._parts.strike(self._dice.choice(self._parts.names), "kill")

    async def kill_worker(self) -> None:
        """Kills a process of a service that has open calls, if there is one."""
        calls = await asyncio.to_thread(self._system.calls)
        busy = sorted({JOB_TYPES[call["jobType"]].service for call in calls if call["endedAt"] is None})
        service = self._dice.choice(busy or sorted({job.service for job in JOB_TYPES.values()}))
        self._parts.strike(
            self._dice.choice([name for name in self._parts.names if name.startswith(service)]), "kill"
        )

    async def kill_relay(self) -> None:
        """Kills the relay, which decides who comes next."""
        self._parts.strike("relay", "kill")

    async def kill_nats(self) -> None:
        """Kills the server of the bus, where all processes keep what they share of the provider's limits."""
        self._parts.strike("nats", "kill")

    async def stop(self) -> None:
        """Stops one process cleanly."""
        self._parts.strike(self._dice.choice(self._parts.names), "term")

    async def pause(self) -> None:
        """Pauses one process for a while."""
        self._parts.pause(self._dice.choice(self._parts.names), self._dice.uniform(0.2, self._longest_pause))

    async def kill_everything(self) -> None:
        """Kills all processes and both backends at once."""
        for name in self._dice.sample(self._parts.names, len(self._parts.names)):
            self._parts.strike(name, "kill")

    async def rolling_restart(self) -> None:
        """Restarts our processes, then the backends, one after another."""
        for name in (*reversed(OURS), *BACKENDS):  # the gateway last, while jobs have watchers
            self._parts.strike(name, "term")
            await self._parts.settle()

    async def provider(self) -> None:
        """Makes the next calls fail."""
        fault = dict(self._dice.choice(PROVIDER_FAULTS))
        await asyncio.to_thread(self._system.fault, fault, times=self._dice.randint(1, 3))

    async def pace(self) -> None:
        """Makes later calls faster or slower."""
        await asyncio.to_thread(
            self._system.pace,
            first_byte_seconds=self._dice.uniform(0.02, 0.5),
            duration_seconds=self._dice.uniform(0.5, 5.0),
        )

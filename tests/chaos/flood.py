"""A user who asks for more than their share: jobs of all types, each under a key of its own."""

import asyncio
import json
from collections.abc import Mapping
from uuid import uuid4

from chaos.clients import Client
from lodestone.jobs import JOB_TYPES
from lodestone_local.credentials import read_secret, sign_token
from lodestone_local.database import subscribe
from support.running_system import RunningSystem
from support.uncapped import UNCAPPED
from support.waiting import let_pass

USER = "flood"
PLAN = "unlimited"  # which has no quota of lead magnets that would stop it
AT_ONCE = 8  # requests
REFUSED_SECONDS = 0.5  # before it asks again
CAPS = {"liveJobs": 120, "jobsADay": dict.fromkeys(JOB_TYPES, 100), "spendADay": 40}


class Flood:
    """Submits until it is told to stop, whatever is refused."""

    def __init__(self, client: Client, caps: Mapping[str, object]) -> None:
        self.jobs: list[str] = []
        self._caps = caps
        self._client = client
        self._is_over = False

    async def submit(self) -> None:
        """Returns after the answers to the last requests."""
        self._client.note("flood", user=USER, caps=self._caps)
        await asyncio.gather(*(self._submit() for _ in range(AT_ONCE)))

    def stop(self) -> None:
        """Asks for no more."""
        self._is_over = True

    async def _submit(self) -> None:
        while not self._is_over:
            job_id = await self._client.try_to_submit(self._client.dice.choice(tuple(JOB_TYPES)))
            if job_id:
                self.jobs.append(job_id)
            else:
                await let_pass(REFUSED_SECONDS)


def environment(caps: Mapping[str, object]) -> dict[str, str]:
    """Of a system on which these caps hold, with few slots, so that jobs wait."""
    return UNCAPPED | {
        "LODESTONE_CAPS": json.dumps({**json.loads(UNCAPPED["LODESTONE_CAPS"]), PLAN: caps}),
        "LODESTONE_RATE_LIMIT": "1000000/second",
        "LODESTONE_REQUESTS_PER_SECOND": "1000000",
        "LODESTONE_SLOTS": "4",
    }


def sign_up(system: RunningSystem) -> str:
    """The token of a new user on the plan that has caps."""
    user_id = uuid4()
    subscribe(str(system.told["postgres"]), user_id, PLAN)
    return sign_token(read_secret(system.data_dir), user_id)

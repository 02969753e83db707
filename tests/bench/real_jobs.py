"""Request bodies of real jobs, of all types in turn, for a user who has the lead magnets that they need."""

import asyncio
import json
from collections.abc import Sequence

from lodestone.jobs import JOB_TYPES
from support.samples import example_input, extracted_content

from bench.wire import Wire, encoded, wires

EXAMPLES = {
    "answers": "answers-call",
    "ideation": "ideation-b2b-consultant",
    "extraction": "extraction-single-system",
    "posts": "posts",
}
IDEA = {"title": "The Two-Page Quote", "painSolved": "Tenders lost on price"}
CONNECTIONS = 8


async def bodies_of_all_types(gateway: str, token: str, jobs: int) -> list[bytes]:
    """So many bodies; each job that needs a lead magnet has one of its own."""
    names = [list(JOB_TYPES)[nth % len(JOB_TYPES)] for nth in range(jobs)]
    async with wires(gateway, CONNECTIONS) as connections:
        made = await asyncio.gather(
            *(_bodies(each, token, names[nth::CONNECTIONS]) for nth, each in enumerate(connections))
        )
    return [body for bodies in made for body in bodies]


async def _bodies(connection: Wire, token: str, names: Sequence[str]) -> list[bytes]:
    return [await _body(connection, token, name) for name in names]


async def _body(connection: Wire, token: str, name: str) -> bytes:
    if name in EXAMPLES:
        return encoded({"jobType": name, "input": example_input(EXAMPLES[name])})
    return encoded({"jobType": name, "input": {}, "leadMagnetId": await _lead_magnet(connection, token)})


async def _lead_magnet(connection: Wire, token: str) -> str:
    status, told = await connection.ask("POST", "/api/lead-magnets", token, encoded(IDEA))
    assert status == 201, told
    made: str = json.loads(told)["id"]
    content = encoded({"extractedContent": extracted_content()})
    status, told = await connection.ask("PATCH", f"/api/lead-magnets/{made}", token, content)
    assert status == 200, told
    return made

"""One ideation job from the examples, its ten concepts shown as they arrive."""

from pathlib import Path
from typing import Any

from lodestone_local.client import GatewayClient
from lodestone_local.data_folder import project_folder
from lodestone_local.submit import read_input
from lodestone_local.terminal import say
from lodestone_local.watch import watch

EXAMPLE = Path("docs/examples/inputs/ideation-b2b-consultant.json")


async def run_example(told: dict[str, Any]) -> bool:
    """Runs it as the demo user of the system that `told` describes; True if it completed."""
    job_input = read_input(project_folder() / EXAMPLE)
    async with GatewayClient(told["gateway"], told["tokens"]["demo"]) as gateway:
        job_id = await gateway.submit("ideation", job_input)
        say(f"An example, {EXAMPLE.stem}, as job {job_id}:")
        return await watch(gateway, job_id, say)

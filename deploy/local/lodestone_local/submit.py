"""A job from a file, submitted to the running system: the user's own, or an example."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from lodestone.errors import Misconfigured

from lodestone_local.client import GatewayClient
from lodestone_local.data_folder import project_folder
from lodestone_local.terminal import say
from lodestone_local.watch import watch

EXAMPLE = Path("docs/examples/inputs/ideation-b2b-consultant.json")


async def submit_file(
    told: dict[str, Any], file: Path | None, job_type: str, lead_magnet_id: UUID | None, *, watched: bool
) -> bool:
    """Prints the job's id and, if `watched`, what happens to it; True unless it failed or was cancelled."""
    async with GatewayClient(told["gateway"], told["tokens"]["demo"]) as gateway:
        job_input = read_input(file) if file else {}
        job_id = await gateway.submit(job_type, job_input, lead_magnet_id)
        say(job_id)
        return await watch(gateway, job_id, say) if watched else True


async def run_example(told: dict[str, Any]) -> bool:
    """One ideation job as the demo user, its ten concepts shown as they arrive; True if it completed."""
    job_input = read_input(project_folder() / EXAMPLE)
    async with GatewayClient(told["gateway"], told["tokens"]["demo"]) as gateway:
        job_id = await gateway.submit("ideation", job_input)
        say(f"An example, {EXAMPLE.stem}, as job {job_id}:")
        return await watch(gateway, job_id, say)


def read_input(path: Path) -> Any:
    """The input in this file. Raises Misconfigured if it holds none."""
    try:
        # Editors on Windows start a file with a mark that JSON does not allow.
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Misconfigured(f"{path} is not JSON: {error}.") from error
    except RecursionError as error:
        raise Misconfigured(f"{path} is nested too deeply.") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")

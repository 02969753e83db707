"""The `lodestone` command."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from lodestone.errors import LodestoneError

from lodestone_local.assistants.commands import mcp
from lodestone_local.data_folder import default_data_dir
from lodestone_local.ops.commands import app as ops
from lodestone_local.terminal import complain, say

DEFAULT_PORT = 8400
MISUSED = 2
PRIVATE = 0o077  # only its owner may read what our processes write: it includes tokens and texts

app = typer.Typer(
    help="Lodestone on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(ops, name="ops")
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where the system keeps its data; .lodestone by default.")
]
Port = Annotated[int, typer.Option(help="The gateway's port; 0 picks a free one.", min=0, max=65535)]
ReadyFile = Annotated[
    Path | None, typer.Option(help="File for addresses and tokens, written as JSON once everything is ready.")
]
Processes = Annotated[bool, typer.Option("--processes", help="Run each part in its own process.")]
Replicas = Annotated[
    int, typer.Option(help="How many processes to run of each part, with --processes.", min=1, max=5)
]
NatsNodes = Annotated[
    int, typer.Option(help="How many NATS servers to run: 1, or a cluster of 3.", min=1, max=3)
]
Simulator = Annotated[
    bool | None,
    typer.Option(
        "--simulator/--no-simulator",
        help="Simulate the AI provider; the default without an ANTHROPIC_API_KEY.",
        show_default=False,
    ),
]
RateLimits = Annotated[
    str | None,
    typer.Option(
        help="Requests, input tokens and output tokens a minute that the simulated provider allows for each "
        "class of models, such as 50,30000,8000; unlimited by default.",
        show_default=False,
    ),
]


def main() -> NoReturn:
    """Runs the command; an expected failure is one sentence and exit status 1."""
    os.umask(PRIVATE)
    try:
        app()
    except LodestoneError as error:
        complain(str(error))
        sys.exit(1)
    sys.exit(0)


@app.command()
def up(
    port: Port = DEFAULT_PORT,
    data_dir: DataDir = None,
    ready_file: ReadyFile = None,
    processes: Processes = False,
    simulator: Simulator = None,
    rate_limits: RateLimits = None,
    replicas: Replicas = 1,
    nats_nodes: NatsNodes = 1,
) -> None:
    """Start the whole system and keep it running until Ctrl-C."""
    from lodestone_local.system import Options
    from lodestone_local.up import run

    simulated = _is_simulated(simulator)
    _check_rate_limits(rate_limits, simulated=simulated)
    _check_cluster(replicas, nats_nodes, processes=processes)
    folder = data_dir or default_data_dir()
    options = Options(port, folder, ready_file, processes, simulated, rate_limits, replicas, nats_nodes)
    raise typer.Exit(run(options))


@app.command()
def demo(
    port: Port = DEFAULT_PORT,
    data_dir: DataDir = None,
    simulator: Simulator = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the example.")] = False,
) -> None:
    """Start the system and run one example ideation job in it."""
    from lodestone_local.submit import run_example
    from lodestone_local.system import Options
    from lodestone_local.up import run

    options = Options(port, data_dir or default_data_dir(), None, False, _is_simulated(simulator))
    raise typer.Exit(run(options, run_example, once=once))


@app.command()
def submit(
    file: Annotated[
        Path | None, typer.Argument(help="File with the job's input as JSON; default: {}.")
    ] = None,
    job_type: Annotated[str, typer.Option("--type", help="The job's type.")] = "ideation",
    lead_magnet: Annotated[
        UUID | None, typer.Option(help="The lead magnet it is for; example 4 creates one.")
    ] = None,
    watched: Annotated[bool, typer.Option("--watch", help="Show what happens until the job ends.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Submit a job to the running system as the demo user."""
    import asyncio

    from lodestone_local.data_folder import require_system
    from lodestone_local.submit import submit_file

    told = require_system(data_dir or default_data_dir())
    is_done = asyncio.run(submit_file(told, file, job_type, lead_magnet, watched=watched))
    raise typer.Exit(0 if is_done else 1)


@app.command()
def rebuild(data_dir: DataDir = None) -> None:
    """Fold all events again beside the running system and compare; exit status 1 if a job's row differs."""
    from lodestone_local.data_folder import require_system
    from lodestone_local.database import compare_with_events

    raise typer.Exit(compare_with_events(require_system(data_dir or default_data_dir())))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def subscriber(context: typer.Context, data_dir: DataDir = None) -> None:
    """Let others read the bus: add NAME, list, remove NAME, rotate NAME; the running server is updated."""
    from lodestone_local.data_folder import require_system
    from lodestone_local.database import manage_subscribers

    folder = data_dir or default_data_dir()
    raise typer.Exit(manage_subscribers(require_system(folder), folder, context.args))


@app.command()
def token(
    user: Annotated[UUID, typer.Option(help="The user the token is for.")],
    operator: Annotated[bool, typer.Option("--operator", help="Allow the operators' API too.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print a token that the local system accepts for 30 days."""
    from lodestone_local.credentials import read_secret, sign_token

    say(sign_token(read_secret(data_dir or default_data_dir()), user, operator=operator))


@app.command()
def doctor(
    port: Port = DEFAULT_PORT,
    data_dir: DataDir = None,
    config: Annotated[
        list[Path] | None,
        typer.Option(help="Check the settings in this file instead: of variables, compose or Kubernetes."),
    ] = None,
    process: Annotated[
        str | None,
        typer.Option(help="Check the settings of this process alone; without a file, in this environment."),
    ] = None,
) -> None:
    """Check everything a start relies on, or files of settings, and say what to do."""
    from lodestone_local.doctor import examine, examine_settings

    is_fine = True
    of_settings = bool(config or process)
    found = (
        examine_settings(config or [], process)
        if of_settings
        else examine(data_dir or default_data_dir(), port)
    )
    for finding in found:
        say(f"{'ok' if finding.is_fine else 'TO DO':6} {finding.subject:9} {finding.told}")
        is_fine = is_fine and finding.is_fine
    raise typer.Exit(0 if is_fine else 1)


app.command()(mcp)


def _is_simulated(wanted: bool | None) -> bool:
    from lodestone_local.provider import has_provider_key

    if wanted is None:
        return not has_provider_key(os.environ)
    if not wanted and not has_provider_key(os.environ):
        complain(
            "--no-simulator needs the provider's key: set ANTHROPIC_API_KEY, or omit the option "
            "to use the simulator."
        )
        raise typer.Exit(MISUSED)
    return wanted


def _check_cluster(replicas: int, nats_nodes: int, *, processes: bool) -> None:
    problem = ""
    if replicas > 1 and not processes:
        problem = "--replicas needs --processes: each part has to be a process of its own."
    elif nats_nodes == 2:
        problem = "--nats-nodes is 1 or 3: two servers stop working when either is away."
    elif nats_nodes > 1 and os.environ.get("LODESTONE_NATS_URL"):
        problem = "--nats-nodes is for embedded servers: unset LODESTONE_NATS_URL, or omit the option."
    if problem:
        complain(problem)
        raise typer.Exit(MISUSED)


def _check_rate_limits(wanted: str | None, *, simulated: bool) -> None:
    from lodestone_local.simulator.limits import parse_limits

    if wanted is None:
        return
    if not simulated:
        complain("--rate-limits is for the simulated provider; the real one has its own limits.")
        raise typer.Exit(MISUSED)
    try:
        parse_limits(wanted)
    except ValueError as error:
        complain(str(error))
        raise typer.Exit(MISUSED) from None

"""One of our processes as a file, or this environment, configures it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lodestone_local.programs import GATEWAY_COMMANDS

MIGRATE = "migrate"
COMMANDS = {command: process for process, command in GATEWAY_COMMANDS.items()} | {MIGRATE: MIGRATE}
UNSEEN = "unseen"  # in place of a value that is somewhere else
LONG = "unseen-" + "x" * 64
PLACEHOLDERS = {
    "LODESTONE_NATS_URL": f"nats://{UNSEEN}",
    "LODESTONE_NATS_URLS": "{}",
    "LODESTONE_DATABASE_URL": f"postgresql://{UNSEEN}",
    "LODESTONE_DATABASE_URLS": "{}",
    "LODESTONE_JWT_SECRET": LONG,
    "LODESTONE_JWT_SECRETS": f'{{"{UNSEEN}": "{LONG}"}}',
}


@dataclass(frozen=True)
class Configured:
    """What one process is given."""

    where: str  # such as "Deployment lodestone-relay"
    process: str  # the name of an app, or `migrate`
    env: Mapping[str, str]  # secrets included; a value that is somewhere else is a placeholder
    missing: Sequence[str] = ()  # what the file names and does not have, in sentences
    is_all_seen: bool = True  # false if there may be variables that the file does not show
    platform: "Platform | None" = None  # None where the file says nothing of how the process is run


@dataclass(frozen=True)
class Platform:
    """How the process is run, in a container of its own."""

    grace: str  # the setting that says how long after SIGTERM it is killed
    grace_seconds: float  # what is left of that for the process
    probed_ports: frozenset[str] = field(default_factory=frozenset)  # numbers, or other words for them


def process_of(command: Sequence[str]) -> str | None:
    """Which of our processes a command starts; None for any other command."""
    match [PurePosixPath(command[0]).name, *command[1:]] if command else []:
        case ["lodestone-gateway", name, *_]:
            return COMMANDS.get(name)
        case ["lodestone-worker", name]:
            return name
    return None


def placeholder(variable: str) -> str:
    """A value that the variable might have."""
    return PLACEHOLDERS.get(variable, UNSEEN)

"""The command `lodestone-gateway`: its processes, and what an operator does by hand."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from lodestone.errors import Misconfigured
from lodestone.process import App
from lodestone.process import main as run_process
from lodestone.settings import read_settings

from lodestone_gateway.in_words import connected, in_words
from lodestone_gateway.settings import MigrateSettings, StoreSettings
from lodestone_gateway.store.session import Role, make_engine

if TYPE_CHECKING:
    from lodestone_gateway.projector.rebuild import Comparison

PROCESSES = {"serve": "gateway", "relay": "relay", "project": "projector"}
BY_HAND = {
    "plan": "lodestone_gateway.plans",
    "spend": "lodestone_gateway.spend",
    "subscriber": "lodestone_gateway.subscribers",
    "why": "lodestone_gateway.why",
}
USAGE = (
    "Usage: lodestone-gateway serve | relay | project | migrate [--pre] | rebuild"
    " | plan … | spend … | subscriber … | why JOB | contracts FOLDER | accounts FILE | settings FILE"
    " | metrics FILE\n"
)


def main() -> None:
    """Runs the command in the first argument; exit status 2 for an unknown one."""
    match sys.argv[1:]:
        case ["migrate"]:
            _migrate()
        case ["migrate", "--pre"]:
            _migrate(only_pre=True)
        case ["rebuild"]:
            _rebuild()
        case [command, *arguments] if command in BY_HAND:
            _say(BY_HAND[command], arguments)
        case ["contracts", folder]:
            _write_contracts(Path(folder))
        case ["accounts", file]:
            _write_accounts(Path(file))
        case ["settings", file]:
            _write_settings(Path(file))
        case ["metrics", file]:
            _write_metrics(Path(file))
        case [command] if command in PROCESSES:
            run_process(_builder(PROCESSES[command]))
        case _:
            sys.stderr.write(USAGE)
            sys.exit(2)


def _builder(name: str) -> Callable[[], App]:
    (found,) = entry_points(group="lodestone.apps", name=name)
    build: Callable[[], App] = found.load()
    return build


@contextmanager
def _told(status: int = 1) -> Iterator[None]:
    """Ends the command with a sentence for errors that its user can fix."""
    try:
        with in_words():
            yield
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(status)
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}.\n")
        sys.exit(status)


def _migrate(*, only_pre: bool = False) -> None:
    """Tables first, then the stream: both are safe to repeat."""
    from lodestone_gateway.store.migrate import upgrade  # only this command needs Alembic

    with _told():
        settings = read_settings(MigrateSettings)
        upgrade(settings.database_url_of("operator"), only_pre=only_pre)
        asyncio.run(_apply_topology(settings))


def _rebuild() -> None:
    """Exit status 1 if the live table differs from the events, 2 if it could not find out."""
    from lodestone.telemetry import configure_logging

    from lodestone_gateway.projector.rebuild import told

    configure_logging("text", "ERROR")
    with _told(2):
        comparison = asyncio.run(_compare(read_settings(StoreSettings)))
    sys.stdout.write(told(comparison))
    sys.exit(1 if comparison.drift else 0)


def _say(module: str, arguments: list[str]) -> None:
    """Does what an operator asks for, and prints the answer."""
    from lodestone.telemetry import configure_logging

    run: Callable[[list[str]], str] = import_module(module).run  # only this command needs it

    configure_logging("text", "ERROR")
    with _told():
        sys.stdout.write(run(arguments))


def _write_contracts(folder: Path) -> None:
    from lodestone_gateway.contracts import write_contracts  # only this command needs the generators

    with _told():
        write_contracts(folder)


def _write_accounts(file: Path) -> None:
    from lodestone.bus.accounts import accounts_file  # only this command needs them
    from lodestone.bus.users import bus_users

    with _told():
        file.write_text(accounts_file(bus_users()))


def _write_settings(file: Path) -> None:
    from lodestone.settings_page import settings_page  # only this command needs it

    with _told():
        file.write_text(settings_page())


def _write_metrics(file: Path) -> None:
    from lodestone_gateway.metrics_page import metrics_page  # only this command needs it

    with _told():
        file.write_text(metrics_page())


async def _apply_topology(settings: MigrateSettings) -> None:
    from lodestone.bus.topology import apply_topology  # only this command speaks to the broker

    client = await connected(settings)
    try:
        await apply_topology(client, settings.stream_replicas)
    finally:
        await client.disconnect()


async def _compare(settings: StoreSettings) -> "Comparison":
    from lodestone_gateway.projector.rebuild import rebuild

    engine = make_engine(settings.database_url_of("operator"), Role.READER, pool_size=1)
    client = await connected(settings)
    try:
        return await rebuild(client, engine)
    finally:
        await client.disconnect()
        await engine.dispose()


if __name__ == "__main__":
    main()

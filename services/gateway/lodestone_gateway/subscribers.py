"""`lodestone-gateway subscriber add | list | remove | rotate`: who else reads the bus.

The folder of LODESTONE_SUBSCRIBERS_FILE holds everything: the subscribers, their passwords, and the server's
configuration of all their users. The server includes that, and learns of a change by a reload.
"""

import argparse
import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from lodestone import subjects
from lodestone.bus.accounts import accounts_file
from lodestone.bus.connection import BusClient
from lodestone.bus.subscribers import Subscriber, create_missing_durables, read_subscribers, written
from lodestone.bus.users import bus_users
from lodestone.clock import format_time, now, parse_time
from lodestone.errors import Misconfigured
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES
from lodestone.settings import read_settings
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from lodestone_gateway.in_words import connected
from lodestone_gateway.settings import SubscriberSettings


class Folder:
    """The files of all subscribers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passwords_file = file.with_name("subscribers.conf")
        try:
            self.all = {each.name: each for each in read_subscribers(file)}
        except (ValueError, TypeError):
            raise Misconfigured(
                f"{file} is not a list of subscribers. Correct LODESTONE_SUBSCRIBERS_FILE or the file."
            ) from None

    def password_file(self, subscriber: Subscriber) -> Path:
        """Holds only the password of the login to use."""
        return self._file.with_name(f"{subscriber.durable}.password")

    def keep(self, subscriber: Subscriber) -> None:
        """Stores it with a new password for its login; the other login keeps its password."""
        login = list(subscriber.user.logins.values())[subscriber.login - 1]
        password = _new_password()
        self.all[subscriber.name] = subscriber
        self._write({login: password})
        _write_private(self.password_file(subscriber), password)

    def retire(self, subscriber: Subscriber) -> None:
        """Removes the password of the login that is no longer used."""
        self._write({list(subscriber.user.logins.values())[2 - subscriber.login]: _new_password()})

    def forget(self, subscriber: Subscriber) -> None:
        """Removes it with its passwords."""
        del self.all[subscriber.name]
        self._write({})
        self.password_file(subscriber).unlink(missing_ok=True)

    def _write(self, new: dict[str, str]) -> None:
        known = self._passwords() | new
        users = [each.user for each in self.all.values()]
        variables = [variable for user in users for variable in user.logins.values()]
        lines = [f'{variable}: "{known.get(variable) or _new_password()}"\n' for variable in variables]
        _write_private(self._passwords_file, "".join(lines))
        _write_private(self._file.with_name("accounts.conf"), accounts_file(bus_users(subscribers=users)))
        _write_private(self._file, written(self.all.values()))

    def _passwords(self) -> dict[str, str]:
        if not self._passwords_file.exists():
            return {}
        pairs = (line.partition(": ") for line in self._passwords_file.read_text().splitlines())
        return {variable: password.strip('"') for variable, _, password in pairs}


def run(arguments: Sequence[str]) -> str:
    """Does what the arguments say and returns what to print. Raises Misconfigured for what cannot be done."""
    options = _parser().parse_args(arguments)
    settings = read_settings(SubscriberSettings)
    return asyncio.run(_run(options, settings))


async def _run(options: argparse.Namespace, settings: SubscriberSettings) -> str:
    folder = Folder(settings.subscribers_file)
    client = await connected(settings)
    try:
        if options.command == "add":
            return await _add(client, folder, options, settings)
        if options.command == "list":
            return "".join([await _line(client, each) for each in folder.all.values()]) or "No subscribers.\n"
        subscriber = _known(folder, options.name)
        if options.command == "remove":
            return await _remove(client, folder, subscriber)
        return _rotate(folder, subscriber, settings, is_done=options.done)
    finally:
        await client.disconnect()


async def _add(
    client: BusClient, folder: Folder, options: argparse.Namespace, settings: SubscriberSettings
) -> str:
    if options.name in folder.all:
        raise Misconfigured(
            f"The subscriber {options.name} already exists. Remove it first, or choose another name."
        )
    try:
        subscriber = Subscriber(name=options.name, filters=_filters(options), since=options.since or now())
    except ValidationError:
        raise Misconfigured(
            "A name consists of lower-case letters, digits and hyphens, and begins with a letter."
        ) from None
    await create_missing_durables(client, [subscriber])
    folder.keep(subscriber)
    return _told(folder, subscriber, settings)


async def _remove(client: BusClient, folder: Folder, subscriber: Subscriber) -> str:
    folder.forget(subscriber)  # before its durable, so that nobody recreates that
    with contextlib.suppress(NotFoundError):  # lost with the stream
        await client.jetstream().delete_consumer(subjects.STREAM, subscriber.durable)
    return f"Removed {subscriber.name}. Reload the server: nats-server --signal reload\n"


def _rotate(folder: Folder, subscriber: Subscriber, settings: SubscriberSettings, *, is_done: bool) -> str:
    if is_done:
        folder.retire(subscriber)
        return f"The old password of {subscriber.name} stops working at the server's next reload.\n"
    renewed = subscriber.model_copy(update={"login": 3 - subscriber.login})
    folder.keep(renewed)
    return (
        _told(folder, renewed, settings)
        + "The old login keeps working; `rotate --done` disables its password.\n"
    )


def _known(folder: Folder, name: str) -> Subscriber:
    if name not in folder.all:
        raise Misconfigured(f"Unknown subscriber {name}. Subscribers: {', '.join(folder.all) or 'none'}.")
    return folder.all[name]


def _filters(options: argparse.Namespace) -> tuple[str, ...]:
    events, types = _among(options.events, EVENTS, "event"), _among(options.types, JOB_TYPES, "job type")
    if not types:
        types = ["*"]
    return tuple(subjects.events_filter(event, each) for event in events or ["*"] for each in types)


def _among(wanted: str, known: Iterable[str], what: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in wanted.split(",") if name.strip()))
    for name in names:
        if name not in known:
            raise Misconfigured(f"Unknown {what} {name}. Known: {', '.join(known)}.")
    return names


async def _line(client: BusClient, subscriber: Subscriber) -> str:
    try:
        info = await client.jetstream().consumer_info(subjects.STREAM, subscriber.durable)
        state = f"{info.num_pending} to read, {info.num_ack_pending} in progress"
    except NotFoundError:
        state = "its durable is missing; the reconciler will recreate it"
    filters = " ".join(subscriber.filters)
    return f"{subscriber.name}: {filters} since {format_time(subscriber.since)}; {state}\n"


def _told(folder: Folder, subscriber: Subscriber, settings: SubscriberSettings) -> str:
    login = list(subscriber.user.logins)[subscriber.login - 1]
    host = urlsplit(settings.nats_url).netloc.rpartition("@")[2]
    where = folder.password_file(subscriber)
    return f"""\
The server's configuration includes one file, made of the other users' passwords and, from {where.parent}:
  subscribers.conf
  accounts.conf
It needs two reloads for a new subscriber: nats-server --signal reload

The client:
  url       nats://{login}:PASSWORD@{host}
  password  in {where}
  inboxes   {subjects.inbox_prefix(subscriber.durable)}
  stream    {subjects.STREAM}
  durable   {subscriber.durable}
  reads     {" ".join(subscriber.filters)}
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lodestone-gateway subscriber")
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="adds a subscriber with its own password")
    add.add_argument("name")
    add.add_argument("--events", default="", help="for example completed,failed; default: all")
    add.add_argument("--types", default="", help="for example ideation; default: all")
    add.add_argument("--from", dest="since", type=_time, help="time to start from (RFC 3339); default: now")
    commands.add_parser("list", help="lists subscribers and how far each has read")
    commands.add_parser("remove", help="with its durable").add_argument("name")
    rotate = commands.add_parser("rotate", help="makes a new password; the old one works until --done")
    rotate.add_argument("name")
    rotate.add_argument("--done", action="store_true", help="disable the old password")
    return parser


def _time(text: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a time such as 2026-01-31T08:00:00Z") from error


def _new_password() -> str:
    return "p" + secrets.token_hex(16)  # begins with a letter: the server would read a bare number as one


def _write_private(path: Path, text: str) -> None:
    """Replaces the file as a whole; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft.write(text)
    Path(draft.name).replace(path)

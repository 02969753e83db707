"""docs/settings.md: every environment variable that a process or command of ours reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from lodestone.settings import READY_FILE, SECRETS_FOLDER, models, variable
from lodestone.tracing import OTLP_ENDPOINT

HEAD = """\
# Settings

Generated from the code by `make contracts`: every environment variable, by the processes that read it.
Each may also be a file: `LODESTONE_SECRETS_FOLDER` says where. Spaces around a value do not matter, and a
blank value counts as unset. With an unusable value a process does not start and names the variable; a
`LODESTONE_` variable that nothing reads is a warning in the log.

`lodestone-gateway serve`, `relay` and `project` start `gateway`, `relay` and `projector` (with its
reconciler); `service` is each `lodestone-worker SERVICE`; `migrate`, `plan`, `rebuild`, `spend` and
`subscriber` are commands of `lodestone-gateway`, `ops` and `mcp` of `lodestone`. `lodestone up` sets
everything by itself. Secrets are shown as `…`.
"""
TABLE = "| variable | default | unit | what it is | example |\n|---|---|---|---|---|\n"
NAMES = {"worker": "service"}  # of entry points, as a reader knows them
NOTHING = "–"


@dataclass(frozen=True)
class Setting:
    """One environment variable: a row of the page."""

    names: tuple[str, ...]
    default: str
    unit: str
    what: str
    example: str
    explained: str = ""  # more about its value than fits into a row

    @property
    def row(self) -> str:
        """The line of the table."""
        names = " or ".join(f"`{name}`" for name in self.names)
        cells = (names, self.default, self.unit, self.what, _code(self.example))
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


WITHOUT_MODEL = (
    Setting(
        (READY_FILE,),
        NOTHING,
        "file",
        "File to which each process writes its address once it takes work; removed when it ends.",
        "/run/lodestone/relay.json",
    ),
    Setting(
        (SECRETS_FOLDER,),
        NOTHING,
        "folder",
        "Folder of settings that are not in the environment: a file for each, named like its variable.",
        "/run/secrets",
    ),
    Setting(
        (OTLP_ENDPOINT,),
        NOTHING,
        "web address",
        "Where each process sends its traces over OTLP; other `OTEL_EXPORTER_OTLP_…` variables work too.",
        "http://collector:4318",
    ),
    Setting(
        ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"),
        NOTHING,
        "web address",
        "The proxy to the provider; only services use it.",
        "http://proxy.example.com:3128",
    ),
    Setting(
        ("NO_PROXY",),
        NOTHING,
        "hosts, separated by commas",
        "Hosts to reach without a proxy; this machine never needs one.",
        ".example.com",
    ),
    Setting(
        ("PGPASSFILE",),
        "`~/.pgpass`",
        "file",
        "File with the password, for a database URL without one. Other `PG…` variables are ignored.",
        "/etc/lodestone/pgpass",
    ),
    Setting(
        ("LODESTONE_NATS_PASSWORD_<USER>", "LODESTONE_NATS_PASSWORD_<USER>_2"),
        "required",
        "secret",
        "The passwords of a user's two logins; the NATS server reads them with `deploy/nats/accounts.conf`.",
        "p…",
    ),
)


def settings_page() -> str:
    """The page as markdown. Raises KeyError for a field that does not say what it is."""
    sections = [HEAD]
    by_readers = sorted(_readers().items(), key=lambda item: -len(item[1]))
    for readers, group in groupby(by_readers, key=lambda item: item[1]):
        sections.append(f"## {_heading(readers)}\n\n{_table(setting for setting, _ in group)}")
    sections.append(f"## Other variables\n\n{_table(WITHOUT_MODEL)}")
    sections += [f"## `{each.names[0]}`\n\n{each.explained}\n" for each in _readers() if each.explained]
    return "\n".join(sections)


def described(model: type[Any]) -> Iterator[Setting]:
    """Each field of a settings model. Raises KeyError for one without description, example or unit."""
    for name, field in model.model_fields.items():
        if not field.description or not field.examples:
            raise KeyError(f"{model.__name__}.{name} has no description or no example")
        alias = field.validation_alias
        names = tuple(map(str, alias.choices)) if isinstance(alias, AliasChoices) else (variable(name),)
        unit, explained = _unit(name, field), _extra(field).get("explained", "")
        yield Setting(names, _default(field), unit, field.description, field.examples[0], str(explained))


def _readers() -> dict[Setting, tuple[str, ...]]:
    """Who reads each setting, in the order of the page."""
    found: dict[Setting, tuple[str, ...]] = {}
    for name, model in sorted(models().items()):
        for setting in described(model):
            found[setting] = (*found.get(setting, ()), NAMES.get(name, name))
    return dict(sorted(found.items(), key=lambda item: (item[1], attrgetter("names")(item[0]))))


def _heading(readers: tuple[str, ...]) -> str:
    return "Read by all" if len(readers) == len(models()) else f"Read by {', '.join(readers)}"


def _table(settings: Iterable[Setting]) -> str:
    return TABLE + "".join(setting.row for setting in settings)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if isinstance(value, bool):
        return _code(str(value).lower())
    if isinstance(value, int | float):
        return _code(f"{value:g}")
    listed = ",".join(value) if isinstance(value, tuple) else value
    return _code(str(listed)) if listed else NOTHING


def _unit(name: str, field: FieldInfo) -> str:
    """What its value counts, or is written as."""
    kinds = {field.annotation, *get_args(field.annotation)}
    extra = _extra(field)
    if "unit" in extra:
        return f"{extra['unit']}{_bounds(field)}{', JSON' if _is_json(field) else ''}"
    if {int, float} & kinds:
        raise KeyError(f"{name} has no unit")
    if SecretStr in kinds and not _is_json(field):
        return "secret"
    if _is_json(field):
        return "JSON"
    if Path in kinds:
        return "file"
    return "true or false" if bool in kinds else _choices(field)


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _choices(field: FieldInfo) -> str:
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    return ", ".join(_code(choice) for choice in choices) or "text"


def _is_json(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is dict


def _bounds(field: FieldInfo) -> str:
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    if least is None:
        return ""
    return f", {least} or more" if most is None else f", {least} to {most:,}"


def _code(text: str) -> str:
    return f"`{text}`"

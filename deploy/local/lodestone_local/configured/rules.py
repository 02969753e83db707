"""What is wrong with the configuration of a process, in sentences that say what to do."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lodestone.jobs import JOB_TYPES
from lodestone.loopback import is_loopback
from lodestone.settings import Settings, models, unknown_variables
from lodestone.settings_page import Setting, described

from lodestone_local.configured.process import MIGRATE, UNSEEN, Configured, placeholder
from lodestone_local.configured.starting import apps, problem_of_start

SERVICES = {job_type.service for job_type in JOB_TYPES.values()}
URLS = ("LODESTONE_NATS_URL", "LODESTONE_NATS_URLS", "LODESTONE_DATABASE_URL", "LODESTONE_DATABASE_URLS")
LOGIN = "lodestone_"  # begins that of each process at the database
SECOND = "-2"  # ends the second login of each user of the bus
GRACE, DEFAULT_GRACE = "LODESTONE_GRACE_SECONDS", "30"
SECOND_USERS = {"projector": "reconciler"}

Rule = Callable[[Configured], Iterator[str]]


def problems(found: Configured) -> list[str]:
    """All of them."""
    if found.process not in (*apps(), MIGRATE):
        return [f"{found.process} is none of our processes: {', '.join((*apps(), MIGRATE))}."]
    return [*found.missing, *(told for rule in RULES for told in rule(found))]


def model_of(process: str) -> type[Settings]:
    """The settings that the process reads."""
    return models()["worker" if process in SERVICES else process]


def _unknown(found: Configured) -> Iterator[str]:
    for name, nearest in unknown_variables(found.env).items():
        meant = f" Did you mean {nearest}?" if nearest else " Correct the name, or remove it."
        yield f"Nothing reads {name}.{meant}"


def _would_not_start(found: Configured) -> Iterator[str]:
    env = dict(found.env)
    if not found.is_all_seen:
        unseen = {name for setting in described(model_of(found.process)) for name in setting.names[:1]}
        env = {name: placeholder(name) for name in unseen & {*URLS, *_secret_names(found.process)}} | env
    if problem := problem_of_start(found.process, env):
        yield problem


def _secrets_of_others(found: Configured) -> Iterator[str]:
    own = {name for setting in described(model_of(found.process)) for name in setting.names}
    others = {name for process in models() for name in _secret_names(process)} | set(URLS)
    for name in sorted(found.env.keys() & (others - own)):
        yield f"{name} is a secret that {found.process} does not read. Remove it there."


def _secret_names(process: str) -> set[str]:
    def is_secret(setting: Setting) -> bool:
        return setting.unit == "secret"

    return {name for each in filter(is_secret, described(model_of(process))) for name in each.names}


def _logins(found: Configured) -> Iterator[str]:
    user = {MIGRATE: "operator"}.get(found.process, found.process)
    for name in _users("LODESTONE_NATS_URL", found):
        if name.removesuffix(SECOND) != user:
            yield f"LODESTONE_NATS_URL signs in as {name}, but the rights of {found.process} are {user}'s."
    for name in _users("LODESTONE_DATABASE_URL", found):
        foreign = name.startswith(LOGIN) and name.removeprefix(LOGIN) in (*apps(), "reconciler")
        if foreign and name != LOGIN + found.process:
            yield f"LODESTONE_DATABASE_URL signs in as {name}, but {found.process} is {LOGIN}{found.process}."


def _second_user(found: Configured) -> Iterator[str]:
    second = SECOND_USERS.get(found.process)
    for name in ("LODESTONE_NATS_URL", "LODESTONE_DATABASE_URL") if second else ():
        own = any(user.removeprefix(LOGIN) == found.process for user in _users(name, found))
        if own and found.is_all_seen and second not in _by_user(found.env.get(f"{name}S", "")):
            yield f"{name}S names no {second}: {found.process} also acts as that user. Add its URL."


def _users(variable: str, found: Configured) -> set[str]:
    """Who signs in with the URLs of the variable, as far as the file shows."""
    urls = found.env.get(variable, "").split(",") if variable in found.env else []
    try:
        users = {urlsplit(url if "//" in url else f"//{url}").username for url in urls}
    except ValueError:
        return set()  # no URL at all: the process itself says so
    return {user for user in users if user and user != UNSEEN}


def _by_user(text: str) -> set[str]:
    try:
        return set(json.loads(text or "{}"))
    except (ValueError, TypeError):
        return set()  # the process itself says what is wrong with it


def _encryption(found: Configured) -> Iterator[str]:
    url = found.env.get("LODESTONE_NATS_URL", "tls://")
    if found.env.get("LODESTONE_NATS_CA") and not url.strip().startswith("tls://"):
        yield "LODESTONE_NATS_CA is set, but LODESTONE_NATS_URL may connect unencrypted: begin it with tls://."


def _reachable(found: Configured) -> Iterator[str]:
    """In a container of its own, a process has to listen on more than its own loopback address."""
    if found.platform is None or found.process == MIGRATE:
        return
    if found.process == "gateway" and is_loopback(found.env.get("LODESTONE_HOST", "127.0.0.1")):
        yield "LODESTONE_HOST is a loopback address: nobody outside reaches the gateway. Set it to 0.0.0.0."
    port = found.env.get("LODESTONE_HEALTH_PORT", "0").strip() or "0"
    if port == "0":
        yield "LODESTONE_HEALTH_PORT is not set: probes and metrics are on a port that nobody knows."
    elif strangers := found.platform.probed_ports - {port}:
        yield f"It is probed at port {', '.join(sorted(strangers))}, but LODESTONE_HEALTH_PORT is {port}."


def _grace(found: Configured) -> Iterator[str]:
    if found.platform is None or found.process not in SERVICES:
        return
    told = found.env.get(GRACE, "").strip() or DEFAULT_GRACE
    try:
        promised = float(told)
    except ValueError:
        return  # the process itself says so
    if found.platform.grace_seconds < promised:
        yield (
            f"{GRACE} is {told}, but {found.platform.grace} leaves it {found.platform.grace_seconds:g} s:"
            " it would be killed while it hands back its jobs."
        )


RULES: tuple[Rule, ...] = (
    _unknown,
    _would_not_start,
    _secrets_of_others,
    _logins,
    _second_user,
    _encryption,
    _reachable,
    _grace,
)

"""The server's configuration of the bus's users: an account for each, joined to the stream's by its rights.

The server writes its answer to whatever subject the request names as its reply, without checking what the
user may write. So each user has its own account: an answer arrives there and can go nowhere else. The stream
is in a separate account, and what a user may do with it is imported, subject by subject.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lodestone import subjects
from lodestone.bus.users import BusUser

HOME = "LODESTONE"  # the account of the stream, and of its owner
NOWHERE = "NOWHERE"  # an account in which nobody listens

_HEADER = """\
# Users of the bus. Written by `make contracts` from the registry of job types; do not edit.
#
# For the server's configuration: `include "accounts.conf"`. The passwords are variables of that file or of
# the server's environment; they begin with a letter and hold letters and digits only. Each user has two
# logins with the same rights, so that a password can be changed without a stop. A user's inboxes are its own:
# clients connect with the prefix that its `subscribe` list shows.
"""


@dataclass(frozen=True)
class _Heard:
    """Subjects published in one account and heard in another."""

    subject: str
    speaker: BusUser
    listener: BusUser


def accounts_file(users: Sequence[BusUser], owner: BusUser | None = None) -> str:
    """The server's configuration of these users, without their passwords.

    `owner` shares the stream's account and may do everything.
    """
    everybody = (*users, owner) if owner else tuple(users)
    heard = [each for listener in everybody for speaker in everybody for each in _heard(speaker, listener)]
    accounts = "\n".join(_account(user, user.account, heard) for user in users)
    return f"""{_HEADER}
accounts {{
  {NOWHERE} {{ exports = [ {{ service: "nowhere.>" }} ] }}
{_home(owner, heard)}
{accounts}
}}
"""


def _heard(speaker: BusUser, listener: BusUser) -> list[_Heard]:
    if speaker == listener or (speaker.is_service and listener.is_service):
        return []
    pairs = [(said, open_to) for said in speaker.publish for open_to in listener.subscribe]
    shared = dict.fromkeys(subjects.intersection(said, open_to) for said, open_to in pairs)
    return [_Heard(each, speaker, listener) for each in shared if each and _is_told(each, speaker, listener)]


def _is_told(subject: str, speaker: BusUser, listener: BusUser) -> bool:
    """Whether the accounts share it: no account may import a subject from one to which it exports the same.

    Events reach the stream's account as requests to store them, and its owner may be a worker, not an asker.
    """
    if subjects.intersection(subject, subjects.EVERY_EVENT):
        return not listener.is_owner
    if subjects.intersection(subject, subjects.ASKS):
        return not speaker.is_owner
    if subject.endswith(subjects.answer_subject("", "*")):
        return not listener.is_owner
    return subjects.intersection(subject, subjects.HEARTBEATS) is not None


def _home(owner: BusUser | None, heard: Sequence[_Heard]) -> str:
    services = [
        f"{{ service: {json.dumps(subject)}{', response_type: stream' if is_stream else ''} }}"
        for subject, is_stream in subjects.OFFERED.items()
    ]
    parts = ["    jetstream: enabled"]
    if owner:
        (login, variable), *_ = owner.logins.items()
        parts.append(f"    users = [ {{ user: {json.dumps(login)}, password: ${variable} }} ]")
    spoken = _spoken(owner, heard) if owner else []
    imports = _hears(owner, heard) if owner else []
    parts += [_list("exports", [*services, *spoken]), *([_list("imports", imports)] if imports else [])]
    return f"  {HOME} {{\n" + "\n".join(parts) + "\n  }"


def _account(user: BusUser, name: str, heard: Sequence[_Heard]) -> str:
    logins = [
        f"{{ user: {json.dumps(login)}, password: ${variable} }}" for login, variable in user.logins.items()
    ]
    # The server imports its own API into every account, to answer that it has no JetStream: this import
    # overrides it.
    shadow = f'{{ service: {{ account: {NOWHERE}, subject: "nowhere.>" }}, to: "{subjects.ADMINISTRATION}" }}'
    spoken = _spoken(user, heard)
    parts = [
        _list("users", logins),
        f"    default_permissions: {{\n      publish: {_allowed(user.publish)}\n"
        f"      subscribe: {_allowed(user.subscribe)}\n    }}",
        _list("imports", [shadow, *_uses(user), *_hears(user, heard)]),
        *([_list("exports", spoken)] if spoken else []),
    ]
    return f"  {name} {{\n" + "\n".join(parts) + "\n  }"


def _uses(user: BusUser) -> list[str]:
    """Its requests to the stream's account."""
    pairs = [
        subjects.intersection(wanted, offered) for wanted in user.publish for offered in subjects.OFFERED
    ]
    return [_imported("service", HOME, each) for each in dict.fromkeys(pairs) if each]


def _hears(user: BusUser, heard: Sequence[_Heard]) -> list[str]:
    return [_imported("stream", _account_of(h.speaker), h.subject) for h in heard if h.listener == user]


def _spoken(user: BusUser, heard: Sequence[_Heard]) -> list[str]:
    told = dict.fromkeys(h.subject for h in heard if h.speaker == user)
    return [f"{{ stream: {json.dumps(subject)} }}" for subject in told]


def _account_of(user: BusUser) -> str:
    return HOME if user.is_owner else user.account


def _imported(kind: str, account: str, subject: str) -> str:
    return f"{{ {kind}: {{ account: {account}, subject: {json.dumps(subject)} }} }}"


def _list(name: str, entries: Sequence[str]) -> str:
    return f"    {name} = [\n" + "".join(f"      {entry}\n" for entry in entries) + "    ]"


def _allowed(allowed: Sequence[str]) -> str:
    if not allowed:
        return f"{{ deny: {json.dumps(subjects.EVERYTHING)} }}"
    return "{ allow: [\n" + "".join(f"        {json.dumps(each)}\n" for each in allowed) + "      ] }"

"""The committed users of the bus match the registry, and the server accepts the file."""

import dataclasses
import os
import subprocess

from lodestone.bus.accounts import accounts_file
from lodestone.bus.users import bus_users
from lodestone.jobs import JOB_TYPES
from lodestone_local.nats_server import find_server
from support.bus_users import ACCOUNTS


def passwords() -> dict[str, str]:
    return {variable: "secret" for user in bus_users() for variable in user.logins.values()}


def test_committed_users_are_up_to_date() -> None:
    assert ACCOUNTS.read_text() == accounts_file(bus_users()), "run `make contracts` and commit deploy/nats"


def test_the_server_takes_the_file_with_passwords_from_its_environment() -> None:
    env = os.environ | passwords()

    told = subprocess.run(
        [find_server(), "-t", "-c", ACCOUNTS], env=env, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stderr


def test_the_server_does_not_start_without_a_password() -> None:
    env = os.environ | passwords()
    del env["LODESTONE_NATS_PASSWORD_RELAY"]

    told = subprocess.run(
        [find_server(), "-t", "-c", ACCOUNTS], env=env, capture_output=True, text=True, check=False
    )

    assert told.returncode != 0
    assert "LODESTONE_NATS_PASSWORD_RELAY" in told.stderr


def test_a_new_job_type_changes_its_service_and_who_looks_after_durables_alone() -> None:
    sixth = dataclasses.replace(JOB_TYPES["polish"], name="translation")

    grown = bus_users((*JOB_TYPES.values(), sixth))

    changed = {after.name for before, after in zip(bus_users(), grown, strict=True) if before != after}
    assert changed == {"polish", "projector", "reconciler", "relay"}


def test_a_new_service_is_a_new_user() -> None:
    sixth = dataclasses.replace(JOB_TYPES["polish"], name="translation", service="translation")

    grown = {user.name: user for user in bus_users((*JOB_TYPES.values(), sixth))}

    assert set(grown) - {user.name for user in bus_users()} == {"translation"}
    assert not [subject for subject in grown["translation"].publish if "polish" in subject]

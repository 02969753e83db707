"""`lodestone ops pause` and `resume`: first said, then done, and seen in the list and the audit."""

import pytest
from support.api import Projection, RunningGateway, User
from support.lodestone_command import Shell
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")


async def pauses(operator: User) -> list[str]:
    return [each["kind"] for each in (await operator.get("/api/ops/pauses")).json()["items"]]


async def test_without_yes_it_is_only_said_what_a_pause_is_about(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    runs, _ = await user.submit(COACH), await user.submit(COACH)
    await projection.fold(runs, "requested", "started", input=COACH)

    shown = await shell.run("ops", "pause", "--user", str(user.id))

    assert shown.out.splitlines() == [
        f"Would pause user {user.id}: 2 jobs have not ended, 1 of them wait.",
        "Nothing was changed. Add --yes to do it.",
    ]
    assert await pauses(operator) == []


@pytest.mark.parametrize(
    ("scope", "name"),
    [(("polish",), "polish"), (("--everything",), "everything"), (("--user", "{}"), "user {}")],
)
async def test_a_type_a_user_and_everything_are_paused_and_resumed_gradually(
    gateway: RunningGateway, operator: User, shell: Shell, scope: tuple[str, ...], name: str
) -> None:
    user = gateway.user()
    await user.submit(COACH)
    named = [each.format(user.id) for each in scope]

    paused = await shell.run("ops", "pause", *named, "--yes")
    listed = await shell.run("ops", "pauses")
    gradual = await shell.run("ops", "resume", *named, "--per-minute", "60", "--yes")
    resumed = await shell.run("ops", "resume", *named, "--yes")
    audit = await shell.run("ops", "audit", "--action", "pause", "--limit", "1")

    what = name.format(user.id)
    assert paused.out == f"{what}: paused.\n"
    assert f"{what}  {operator.id}" in listed.out
    assert gradual.out == f"{what}: not paused, 60 jobs a minute.\n"
    assert resumed.out == f"{what}: not paused.\n"
    assert await pauses(operator) == []
    assert str(operator.id) in audit.out


@pytest.mark.parametrize("scope", [(), ("polish", "--everything")])
async def test_a_pause_names_one_thing(shell: Shell, scope: tuple[str, ...]) -> None:
    refused = await shell.run("ops", "pause", *scope, "--yes")

    assert refused.status == 2
    assert "Name one" in refused.err


async def test_dots_do_not_lead_from_one_type_to_everything(operator: User, shell: Shell) -> None:
    refused = await shell.run("ops", "pause", "..", "--yes")

    assert (refused.status, refused.out) == (1, "")
    assert "is neither a name nor an id" in refused.err
    assert await pauses(operator) == []

"""`lodestone ops users` and `audit`: who uses what, and who looked at whose content."""

import json

from support.api import RunningGateway, User
from support.lodestone_command import Shell
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")


async def test_users_are_listed_with_their_live_jobs(gateway: RunningGateway, shell: Shell) -> None:
    user = gateway.user(plan="pro")
    await user.submit(COACH)

    shown = await shell.run("ops", "users", "--search", str(user.id))

    titles, row = shown.out.splitlines()
    assert titles.split()[:3] == ["SINCE", "USER", "EMAIL"]
    assert str(user.id) in row
    assert row.split()[-4:] == ["pro", "1", "0.0000", "0.0000"]


async def test_one_user_s_usage_is_by_day_and_type(
    gateway: RunningGateway, operator: User, shell: Shell
) -> None:
    user = gateway.user(plan="pro")
    await user.submit(COACH)

    shown = await shell.run("ops", "users", str(user.id))
    told = await shell.run("ops", "users", str(user.id), "--json")

    assert "Lead magnets this month: 0 of 15, 1 reserved." in shown.out
    assert "Caps of their own: none." in shown.out
    assert shown.out.splitlines()[-1].split()[1:3] == ["ideation", "1"]
    assert json.loads(told.out) == (await operator.get(f"/api/ops/users/{user.id}")).json()


async def test_a_look_at_a_job_is_in_the_audit(gateway: RunningGateway, operator: User, shell: Shell) -> None:
    user = gateway.user()
    job_id = await user.submit(COACH)
    await shell.run("ops", "why", str(job_id))

    shown = await shell.run("ops", "audit", "--user", str(user.id))

    titles, row = shown.out.splitlines()
    assert titles.split()[:3] == ["AT", "BY", "ACTION"]
    assert f"{operator.id}  inspect_job  job {job_id}  {user.id}  done" in row
    assert row.endswith("through lodestone-ops")


async def test_usage_is_shown_by_type_and_together(shell: Shell) -> None:
    shown = await shell.run("ops", "usage", "--period", "day")

    first, titles, *_, together, spent = shown.out.splitlines()
    assert first.startswith("Jobs that ended from ")
    assert titles.split()[:3] == ["TYPE", "COMPLETED", "FAILED"]
    assert together.split()[0] == "together"
    assert spent.startswith("Spent in this hour of the clock: $")

"""`lodestone ops users` and `audit`: who uses what, and who looked at whose content."""

from support.api import RunningGateway, User
from support.lodestone_command import Shell
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")


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

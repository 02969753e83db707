"""`lodestone ops bulk`: looked at first, begun on purpose, and going on without the one who looks on."""

import asyncio
import json
import os
import re
import signal
from uuid import UUID

import pytest
from lodestone_local.terminal import redraw
from support.api import Projection, RunningGateway, User
from support.lodestone_command import Shell
from support.running_system import COMMAND
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
BULK_ID = re.compile(r"bulk start (\S+)")


async def dead_jobs(user: User, projection: Projection, count: int) -> list[UUID]:
    """Failed jobs of one cause."""
    jobs = [await user.submit(COACH) for _ in range(count)]
    for job_id in jobs:
        await projection.fold(job_id, "requested", "started", input=COACH)
        await projection.fold(job_id, "failed", error={"code": "AI_ERROR", "message": f"Lost {job_id}."})
    return jobs


async def states(operator: User, user: User) -> list[str]:
    listed = (await operator.get(f"/api/ops/jobs?userId={user.id}&limit=100")).json()
    return sorted(job["status"] for job in listed["items"])


async def test_without_yes_jobs_are_only_counted(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    await dead_jobs(user, projection, 3)

    shown = await shell.run("ops", "bulk", "replay", "--user", str(user.id))

    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith("replay: 3 jobs, about $")
    assert "Nothing was changed." in shown.out
    assert await states(operator, user) == ["failed"] * 3


async def test_what_was_counted_begins_by_its_id_and_is_followed_to_its_end(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    await dead_jobs(user, projection, 3)
    looked = await shell.run("ops", "bulk", "replay", "--user", str(user.id))
    found = BULK_ID.search(looked.out)
    assert found

    done = await shell.run("ops", "bulk", "start", found[1])
    listed = await shell.run("ops", "bulk", "list", "--limit", "1", "--json")
    results = await shell.run("ops", "bulk", "results", found[1], "--json")

    assert (done.status, done.err) == (0, "")
    assert "replay completed, 3 of 3: 3 done, 0 refused" in done.out
    assert await states(operator, user) == ["failed"] * 3 + ["pending"] * 3
    assert json.loads(listed.out)["items"][0]["id"] == found[1]
    assert [each["outcome"] for each in json.loads(results.out)["items"]] == ["done"] * 3


async def test_with_yes_it_begins_at_once(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    [job_id] = await dead_jobs(user, projection, 1)
    grouped = await shell.run("ops", "dead-letters", "--user", str(user.id), "--json")
    [group] = json.loads(grouped.out)["items"]

    done = await shell.run(
        *("ops", "bulk", "replay", "--user", str(user.id), "--cause", group["cause"], "--yes", "--json")
    )

    assert str(job_id) not in group["cause"]
    assert json.loads(done.out)["done"] == 1
    assert await states(operator, user) == ["failed", "pending"]


async def test_jobs_are_paused_and_resumed_by_the_pauses_id(
    gateway: RunningGateway, operator: User, shell: Shell
) -> None:
    user = gateway.user()
    for _ in range(2):
        await user.submit(COACH)

    paused = await shell.run("ops", "bulk", "pause", "--user", str(user.id), "--yes", "--json")
    bulk_id = json.loads(paused.out)["id"]
    waiting = (await operator.get(f"/api/ops/jobs?waitingFor=paused&userId={user.id}")).json()["items"]
    resumed = await shell.run("ops", "bulk", "resume", "--paused-by", bulk_id, "--yes")

    assert len(waiting) == 2
    assert "resume completed, 2 of 2: 2 done, 0 refused" in resumed.out


async def test_dead_letters_are_grouped_by_cause_with_a_trend(
    gateway: RunningGateway, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    await dead_jobs(user, projection, 2)

    shown = await shell.run("ops", "dead-letters", "--user", str(user.id))

    titles, row, hint = shown.out.splitlines()
    assert titles.split()[:4] == ["JOBS", "USERS", "FIRST", "LAST"]
    assert row.split()[:2] == ["2", "1"]
    assert "█" in row
    assert row.endswith("Lost ….")
    assert "lodestone ops bulk replay" in hint


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay",), "An empty filter is refused"),
        (
            ("cancel", "--status", "failed", "--type", "polish"),
            "filter.status: A cancel is for jobs that are",
        ),
        (("start", "0199aa00-0000-7000-8000-00000000dead"), "There is no such bulk action."),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_words(
    shell: Shell, arguments: tuple[str, ...], told: str
) -> None:
    refused = await shell.run("ops", "bulk", *arguments)

    assert (refused.status, refused.out) == (1, "")
    assert told in refused.err


def heed_ctrl_c() -> None:
    """As at a terminal, wherever the tests run: what runs in the background ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def test_ctrl_c_ends_the_looking_and_not_the_action(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    await dead_jobs(user, projection, 2)
    looked = await shell.run("ops", "bulk", "replay", "--user", str(user.id), "--rate", "1", "--json")
    bulk_id = json.loads(looked.out)["id"]
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "ops", "bulk", "start", bulk_id),
        env=dict(os.environ),
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=heed_ctrl_c,
    )

    async def state() -> str:
        return str((await operator.get(f"/api/ops/bulk-actions/{bulk_id}")).json()["state"])

    async def runs() -> bool:
        return await state() == "running"

    await eventually(runs, within=20, told="it runs")
    process.send_signal(signal.SIGINT)
    _, told = await process.communicate()

    assert process.returncode == 130
    assert await state() == "running"
    assert f"`lodestone ops bulk show {bulk_id}`" in told.decode()
    shown = await shell.run("ops", "bulk", "show", bulk_id)
    ended = await shell.run("ops", "bulk", "abort", bulk_id)
    assert "replay running" in shown.out
    assert "replay aborted" in ended.out


async def test_one_that_somebody_aborts_is_no_success(
    gateway: RunningGateway, operator: User, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    await dead_jobs(user, projection, 2)
    looked = await shell.run("ops", "bulk", "replay", "--user", str(user.id), "--rate", "1", "--json")
    one = f"/api/ops/bulk-actions/{json.loads(looked.out)['id']}"

    async def abort() -> bool:
        return (await operator.post(f"{one}/abort")).status_code == 200

    followed = asyncio.create_task(shell.run("ops", "bulk", "start", one.rpartition("/")[2]))
    await eventually(abort, within=20, told="it runs and is aborted")
    ended = await followed

    assert (ended.status, "replay aborted" in ended.out) == (1, True)


def test_progress_is_one_line_on_a_terminal_and_nothing_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    redraw("1 of 2")
    in_a_file = capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    redraw("1 of 2")
    redraw("2 of 2\x1b[8m")

    assert in_a_file == ""
    assert capsys.readouterr().err == "\r\x1b[K1 of 2\r\x1b[K2 of 2\\x1b[8m"

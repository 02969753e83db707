"""`lodestone ops` against a gateway: what people read, what scripts read, and what goes wrong."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import UUID

import pytest
from lodestone_gateway.__main__ import main as run_gateway_command
from support.api import Projection, RunningGateway, User, token
from support.lodestone_command import Shell
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
AGE = re.compile(r"Seen \d+ s ago")
BROKEN = {"code": "AI_ERROR", "message": "It did not\x1b[2J work."}


async def dead_job(user: User, projection: Projection) -> UUID:
    """A job that failed."""
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", input=COACH)
    await projection.fold(job_id, "failed", error=BROKEN)
    return job_id


async def test_jobs_are_a_table_for_people_and_the_gateway_s_answer_for_scripts(
    gateway: RunningGateway, operator: User, shell: Shell
) -> None:
    user = gateway.user()
    first, second = await user.submit(COACH), await user.submit(COACH)

    shown = await shell.run("ops", "jobs", "--user", str(user.id), "--type", "ideation,polish")
    told = await shell.run("ops", "jobs", "--user", str(user.id), "--json")

    titles, *rows = shown.out.splitlines()
    assert (shown.status, shown.err, titles.split()[:4]) == (0, "", ["CREATED", "JOB", "TYPE", "STATUS"])
    assert [row.split()[2:5] for row in rows] == [
        [str(second), "ideation", "pending"],
        [str(first), "ideation", "pending"],
    ]
    assert json.loads(told.out) == (await operator.get(f"/api/ops/jobs?userId={user.id}")).json()


async def test_the_next_page_is_where_the_first_one_says(gateway: RunningGateway, shell: Shell) -> None:
    user = gateway.user()
    jobs = [await user.submit(COACH) for _ in range(3)]
    of_user = ("ops", "jobs", "--user", str(user.id), "--limit", "2")

    first = await shell.run(*of_user)
    rest = await shell.run(*of_user, *first.out.splitlines()[-1].split()[-2:])

    assert [line.split()[2] for line in rest.out.splitlines()[1:]] == [str(jobs[0])]


async def test_why_says_the_same_as_the_gateway_s_own_command(
    gateway: RunningGateway, operator: User, shell: Shell
) -> None:
    job_id = await gateway.user().submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")
    shell.export(LODESTONE_DATABASE_URL=gateway.settings.database_url)

    shown = await shell.run("ops", "why", str(job_id))
    told = await shell.run("why", str(job_id), program=run_gateway_command)
    await operator.post("/api/ops/job-types/ideation/resume")

    assert f"pausedBy {operator.id}" in shown.out
    assert AGE.sub("", shown.out) == AGE.sub("", told.out)


async def test_dead_letters_cannot_steer_the_terminal(
    gateway: RunningGateway, projection: Projection, shell: Shell
) -> None:
    job_id = await dead_job(gateway.user(), projection)

    shown = await shell.run("ops", "dead-letters", "--each")

    assert str(job_id) in shown.out
    assert "It did not\\x1b[2J work." in shown.out


async def test_a_dead_job_is_run_again_once(
    gateway: RunningGateway, projection: Projection, shell: Shell
) -> None:
    job_id = await dead_job(gateway.user(), projection)

    first = await shell.run("ops", "replay", str(job_id))
    second = await shell.run("ops", "replay", str(job_id), "--json")

    assert (first.status, first.err) == (0, "")
    assert f"{job_id} runs again as {json.loads(second.out)['jobId']}" in first.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("why", "0199aa00-0000-7000-8000-00000000dead"), "This job does not exist.\n"),
        (("jobs", "--status", "asleep"), "status: "),
        (("replay", "../../jobs"), "This does not exist, or it is not yours."),
    ],
)
async def test_a_refusal_is_the_gateway_s_sentence_and_exit_status_1(
    shell: Shell, arguments: tuple[str, ...], told: str
) -> None:
    refused = await shell.run("ops", *arguments)

    assert (refused.status, refused.out) == (1, "")
    assert told in refused.err


async def test_a_user_s_token_is_refused(gateway: RunningGateway, shell: Shell) -> None:
    shell.export(LODESTONE_TOKEN=gateway.user().token)

    refused = await shell.run("ops", "jobs")

    assert refused.status == 1
    assert "operator" in refused.err


async def test_a_token_that_has_ended_is_said_with_what_to_set(operator: User, shell: Shell) -> None:
    shell.export(LODESTONE_TOKEN=token(operator.id, role="operator", seconds=-60))

    refused = await shell.run("ops", "bulk", "list")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == (
        "The gateway does not take the operator's token: it has ended, or is not one of this gateway. "
        "Set LODESTONE_TOKEN to a new one.\n"
    )


class Stranger(BaseHTTPRequestHandler):
    """Another web service, which answers everything with JSON of its own."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"state": ["running"], "items": [1], "found": 7}')

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "arguments",
    [("why", "1"), ("bulk", "replay", "--type", "posts", "--yes"), ("bulk", "start", "1"), ("pauses",)],
    ids=" ".join,
)
async def test_what_is_no_gateway_of_ours_is_a_sentence(shell: Shell, arguments: tuple[str, ...]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        refused = await shell.run("ops", *arguments, "--url", f"http://127.0.0.1:{stranger.server_port}")
        stranger.shutdown()

    assert (refused.status, refused.out) == (1, "")
    assert "The gateway answers otherwise than expected" in refused.err


async def test_dead_letters_are_listed_of_a_period(
    gateway: RunningGateway, projection: Projection, shell: Shell
) -> None:
    user = gateway.user()
    job_id = await dead_job(user, projection)
    each = ("ops", "dead-letters", "--user", str(user.id), "--each")

    before = await shell.run(*each, "--until", "2026-01-31T09:00:00Z")
    since = await shell.run(*each, "--since", "2026-01-31T09:00:00Z")

    assert (before.status, before.out) == (0, "There is no such dead letter.\n")
    assert str(job_id) in since.out


async def test_stuck_jobs_are_those_past_their_deadline(gateway: RunningGateway, shell: Shell) -> None:
    user = gateway.user()
    await user.submit(COACH)

    shown = await shell.run("ops", "jobs", "--user", str(user.id), "--stuck")

    assert (shown.status, shown.out) == (0, "No job matches.\n")


async def test_misuse_is_exit_status_2(shell: Shell) -> None:
    assert (await shell.run("ops", "jobs", "--limit", "many")).status == 2
    assert (await shell.run("ops", "why")).status == 2


async def test_an_unreachable_gateway_is_named_without_the_token(shell: Shell) -> None:
    shell.export(LODESTONE_TOKEN="a-secret-token")

    failed = await shell.run("ops", "jobs", "--url", "http://127.0.0.1:9")

    assert (failed.status, failed.out) == (1, "")
    assert "http://127.0.0.1:9 cannot be reached" in failed.err
    assert "a-secret-token" not in failed.err


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"LODESTONE_TOKEN": "two\nsecret-lines"}, "The token has blanks"),
        ({"LODESTONE_TOKEN": "secret-tökén"}, "The token has blanks or characters that no token has"),
        ({"LODESTONE_TOKEN": ""}, "Set LODESTONE_TOKEN to an operator's token"),
        ({"LODESTONE_URL": "jobs.example.com"}, "must be a web address"),
        ({"LODESTONE_URL": "http://me:secret@127.0.0.1:9"}, "must not hold a user or a password"),
        ({"LODESTONE_URL": "http://127.0.0.1:99999"}, "must be a web address"),
        ({"LODESTONE_URL": "http://127.0.0.1:80x"}, "must be a web address"),
        ({"LODESTONE_URL": "https://jobs.example.com", "HTTPS_PROXY": "ftp://secret:1"}, "HTTPS_PROXY"),
        ({"LODESTONE_URL": ""}, "No gateway is named and no local system is ready"),
    ],
)
async def test_what_is_not_set_as_it_must_be_is_said_without_the_token(
    shell: Shell, variables: dict[str, str], told: str
) -> None:
    shell.export(**variables)

    refused = await shell.run("ops", "jobs")

    assert (refused.status, refused.out) == (1, "")
    assert told in refused.err
    assert "secret" not in refused.err

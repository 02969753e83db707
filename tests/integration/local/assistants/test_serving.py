"""`lodestone mcp` with the SDK's own client: over stdin and stdout, and over HTTP."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lodestone.wire import JsonObject
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from support.api import RunningGateway, User
from support.assistants import at_stdio, text_of
from support.running_system import COMMAND
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
MCP_TOKEN = "a token of the assistants, of 32 characters or more".replace(" ", "-")
READING = {
    "list_jobs",
    "inspect_job",
    "why_job",
    "list_dead_letters",
    "list_services",
    "read_spend",
}
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
async def served(
    gateway: RunningGateway, operator: User, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The address of a server over HTTP."""
    variables = {
        "LODESTONE_URL": gateway.url,
        "LODESTONE_TOKEN": operator.token,
        "LODESTONE_MCP_TOKEN": MCP_TOKEN,
    }
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "mcp", "--http", "--port", "0"),
        env={**os.environ, **variables},
        cwd=tmp_path_factory.mktemp("served"),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    told = (await process.stderr.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+/mcp", told)
    assert found, told
    yield found[0]
    process.terminate()
    await process.wait()


def at_http(url: str, **headers: str) -> httpx2.AsyncClient:
    """Requests to the server; header names are written with `_` instead of `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {MCP_TOKEN}", **named})


async def test_an_assistant_reads_what_an_operator_reads(
    gateway: RunningGateway, operator: User, tmp_path: Path
) -> None:
    user = gateway.user()
    job_id = await user.submit(COACH)

    async with at_stdio(gateway.url, operator.token, tmp_path) as assistant:
        tools = {tool.name: tool for tool in (await assistant.list_tools()).tools}
        listed = await assistant.call_tool("list_jobs", {"userId": str(user.id), "limit": 5})
        why = await assistant.call_tool("why_job", {"jobId": str(job_id)})

    assert tools.keys() >= READING
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
    assert listed.structured_content == (await operator.get(f"/api/ops/jobs?userId={user.id}&limit=5")).json()
    told = why.structured_content
    inspected = (await operator.get(f"/api/ops/jobs/{job_id}")).json()
    assert [cause["text"] for cause in told["verdict"]] == [each["text"] for each in inspected["verdict"]]
    assert not {"input", "result", "events"} & told.keys()
    assert json.loads(text_of(why)) == told


async def test_without_leave_nothing_that_changes_anything_is_offered(
    gateway: RunningGateway, operator: User, tmp_path: Path
) -> None:
    async with at_stdio(gateway.url, operator.token, tmp_path) as assistant:
        offered = {tool.name for tool in (await assistant.list_tools()).tools}
        refused = await assistant.call_tool("confirm_bulk_action", {"bulkId": "any"})

    assert not [name for name in offered if name.startswith(("prepare", "confirm", "abort"))]
    assert refused.is_error
    assert "There is no tool confirm_bulk_action here" in text_of(refused)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("list_jobs", {"limit": 1000}, "limit: 1000 is greater than the maximum of 100"),
        ("list_jobs", {"state": "failed"}, "'state' was unexpected"),
        ("list_jobs", {"status": "asleep"}, "status: "),
        ("why_job", {}, "'jobId' is a required property"),
        ("why_job", {"jobId": "0199aa00-0000-7000-8000-00000000dead"}, "This job does not exist."),
    ],
)
async def test_a_wrong_call_is_a_sentence(
    served: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    async with at_http(served) as http, Client(streamable_http_client(served, http_client=http)) as assistant:
        refused = await assistant.call_tool(tool, arguments)

    assert refused.is_error
    assert told in text_of(refused)


async def test_a_gateway_that_is_away_is_named_without_the_token(tmp_path: Path) -> None:
    async with at_stdio(NOWHERE, "a-secret-token", tmp_path) as assistant:
        with pytest.raises(MCPError, match=f"The gateway at {NOWHERE} cannot be reached") as failed:
            await assistant.list_tools()
        refused = await assistant.call_tool("list_services", {})

    assert refused.is_error
    assert NOWHERE in text_of(refused)
    assert "a-secret-token" not in text_of(refused) + str(failed.value)


async def test_over_http_an_assistant_with_the_server_s_token_is_served(
    gateway: RunningGateway, served: str
) -> None:
    job_id = await gateway.user().submit(COACH)

    async with at_http(served) as http, Client(streamable_http_client(served, http_client=http)) as assistant:
        why = await assistant.call_tool("why_job", {"jobId": str(job_id)})

    assert why.structured_content["id"] == str(job_id)


def asked() -> JsonObject:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": f"Bearer {MCP_TOKEN}x"}, 401),
        ({"Authorization": "Bearer tökén"}, 401),
        ({"Host": "evil.example.com"}, 421),
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "http://localhost.example.com"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
        ({}, 200),
    ],
    ids=str,
)
async def test_other_tokens_hosts_and_origins_are_refused(
    served: str, headers: dict[str, str], status: int
) -> None:
    accepted = {"Accept": "application/json, text/event-stream"}
    async with at_http(served) as http:
        raw = [(name.encode(), value.encode()) for name, value in {**accepted, **headers}.items()]
        answer = await http.post(served, json=asked(), headers=raw)

    assert answer.status_code == status, answer.text


async def test_an_operator_s_token_is_not_the_server_s(operator: User, served: str) -> None:
    async with at_http(served, Authorization=f"Bearer {operator.token}") as http:
        answer = await http.post(served, json=asked())

    assert answer.status_code == 401

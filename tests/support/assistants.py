"""Assistants that speak to `lodestone mcp` with the SDK's own client."""

from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult
from support.running_system import COMMAND


def at_stdio(url: str, token: str, folder: Path, *flags: str) -> Client:
    """An assistant that starts the server for this gateway."""
    variables = {"LODESTONE_URL": url, "LODESTONE_TOKEN": token}
    return Client(StdioServerParameters(command=COMMAND, args=["mcp", *flags], env=variables, cwd=folder))


def text_of(answer: CallToolResult) -> str:
    """What the answer says as text."""
    return "\n".join(each.text for each in answer.content if each.type == "text")

"""`lodestone mcp`: the operators' read model for assistants."""

from typing import Annotated

import typer

from lodestone_local.ops.options import DataDir, Url

DEFAULT_PORT = 8410


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP instead of stdin and stdout.")
    ] = False,
    host: Annotated[str, typer.Option(help="The address to serve HTTP on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 picks a free one.", min=0, max=65535)] = DEFAULT_PORT,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            help="A host name under which others reach it; repeat it for several.", show_default=False
        ),
    ] = None,
    allow_writes: Annotated[
        bool,
        typer.Option("--allow-writes", help="Offer bulk actions too: a dry run, then a confirmation."),
    ] = False,
    url: Url = None,
    data_dir: DataDir = None,
) -> None:
    """Serve jobs, verdicts, dead letters, usage and audit to an assistant (Model Context Protocol)."""
    from lodestone_local.ops.target import find_target

    _require_sdk()
    from lodestone_local.assistants.serving import serve_http, serve_stdio

    target = find_target(url, data_dir)
    if not http:
        serve_stdio(target, allow_writes=allow_writes)
        return
    serve_http(target, host=host, port=port, allowed_hosts=allowed_host or [], allow_writes=allow_writes)


def _require_sdk() -> None:
    from importlib.util import find_spec

    from lodestone.errors import Misconfigured

    if find_spec("mcp") is None:
        raise Misconfigured("The MCP SDK is not installed: install lodestone-local with its extra `mcp`.")

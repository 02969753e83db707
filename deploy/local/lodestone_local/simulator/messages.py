"""`POST /v1/messages` and the counting of tokens."""

import json

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lodestone_local.simulator.client import Client
from lodestone_local.simulator.faults import Fault
from lodestone_local.simulator.ledger import Call
from lodestone_local.simulator.playing import play
from lodestone_local.simulator.problems import error_body
from lodestone_local.simulator.request import ModelRequest, read_prompt, read_request
from lodestone_local.simulator.script import write_script
from lodestone_local.simulator.simulation import Simulation


def message_routes(simulation: Simulation) -> list[Route]:
    """The routes that read prompts."""
    return [
        Route("/v1/messages", MessagesEndpoint(simulation), methods=["POST"]),
        Route("/v1/messages/count_tokens", _count_tokens, methods=["POST"]),
    ]


class MessagesEndpoint:
    """An ASGI endpoint rather than a function, because it must hear at once when the client leaves."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one call. Raises RefusedRequest for a request that the provider would not serve."""
        http = Request(scope, receive)
        try:
            request = read_request(await http.body())
        except ClientDisconnect:
            return
        call = _begin(http, request)
        self._simulation.calls.append(call)
        fault = self._simulation.faults.take(call)
        if fault is not None and fault.kind in ("status", "overloaded"):
            call.input_tokens = 0
            call.end("fault")
            return await _refusal(fault, call.id)(scope, receive, send)
        script = write_script(request, fault, self._simulation.pace)
        async with Client(receive, send) as client:
            await play(call, script, client, request.stream)


async def _count_tokens(request: Request) -> Response:
    prompt = read_prompt(await request.body())
    return JSONResponse({"input_tokens": prompt.tokens})


def _begin(http: Request, request: ModelRequest) -> Call:
    attempt = http.headers.get("x-lodestone-attempt", "")
    return Call(
        id=http.state.request_id,
        job_type=http.headers.get("x-lodestone-job-type"),
        job_id=http.headers.get("x-lodestone-job-id"),
        attempt=int(attempt) if attempt.isdecimal() else None,
        model=request.model,
        input_tokens=request.prompt.tokens,
    )


def _refusal(fault: Fault, request_id: str) -> Response:
    status = fault.status if fault.kind == "status" and fault.status is not None else 529
    body = error_body(status, request_id) if fault.body is None else fault.body
    headers = {}
    if fault.retry_after_seconds is not None:
        headers["retry-after"] = f"{fault.retry_after_seconds:g}"
    if isinstance(body, str):
        return Response(body, status, headers, media_type="text/plain")
    if "error_code" in json.dumps(body):  # waiting does not help
        headers["x-should-retry"] = "false"
    return JSONResponse(body, status, headers)

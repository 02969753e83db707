"""`POST /v1/messages` and the counting of tokens."""

import json
from collections.abc import Callable
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lodestone_local.simulator.buckets import Exceeded
from lodestone_local.simulator.client import Client
from lodestone_local.simulator.faults import Fault
from lodestone_local.simulator.ledger import Call
from lodestone_local.simulator.playing import play
from lodestone_local.simulator.problems import error_body, error_response
from lodestone_local.simulator.request import ModelRequest, key_in, read_prompt, read_request
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
        met = self._let_in(http, request, call)
        if isinstance(met, Response):
            return await met(scope, receive, send)
        script = write_script(request, met, self._simulation.pace)
        async with Client(receive, send) as client:
            await play(call, script, client, request.stream)

    def _let_in(self, http: Request, request: ModelRequest, call: Call) -> Fault | Response | None:
        """Counts the call against the limits; the fault in its course, or the answer that refuses it."""
        limits = self._simulation.rate_limits.of(call.model) if self._simulation.rate_limits else None
        cached = self._simulation.prompt_cache.look_up(key_in(http.headers), request)
        uncached = cached.tokens.input + cached.tokens.cache_write
        http.state.rate_limits = limits.headers if limits else dict
        if limits and (exceeded := limits.exceeded_by(call.model, uncached)):
            call.end("limited")
            return _too_much(exceeded, call.id)
        fault = self._simulation.faults.take(call)
        if fault is not None:
            http.state.rate_limits = partial(_falsified, http.state.rate_limits, fault)
            if fault.kind in ("status", "overloaded"):
                call.end("fault")
                return _refusal(fault, call.id)
        call.prompt, call.on_begun = cached.tokens, cached.begin
        if limits:
            limits.begin(uncached)
            call.on_output = limits.write
        return fault


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
    )


def _falsified(headers: Callable[[], dict[str, str]], fault: Fault) -> dict[str, str]:
    told = headers() | fault.headers
    return {name: value for name, value in told.items() if value is not None}


def _too_much(exceeded: Exceeded, request_id: str) -> Response:
    answer = error_response(429, request_id, exceeded.message)
    answer.headers["retry-after"] = str(exceeded.retry_after_seconds)
    return answer


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

"""One trace per job: from the POST across outbox, bus, service and provider to the last frame."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from lodestone.tracing import export_to
from lodestone_gateway.settings import GatewaySettings
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from support.api import SECRET, RunningGateway
from support.backends import NatsServer
from support.gateway_bench import gateway_bench
from support.samples import example_input
from support.worker_bench import worker_bench


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    export_to(provider, SimpleSpanProcessor(exporter))
    yield exporter
    exporter.shutdown()


@pytest.fixture
async def gateway(
    own_nats: NatsServer, postgres_url: str, exporter: InMemorySpanExporter
) -> AsyncIterator[RunningGateway]:
    """The whole system in this process, so that one exporter sees all spans."""
    async with contextlib.AsyncExitStack() as system:
        workers = await system.enter_async_context(worker_bench(own_nats))
        processes = await system.enter_async_context(gateway_bench(own_nats, postgres_url))
        await processes.relay()
        await processes.projector()
        await workers.worker()
        settings = GatewaySettings(
            nats_url=own_nats.url, database_url=postgres_url, port=0, jwt_secret=SecretStr(SECRET), local=True
        )
        gateway = await RunningGateway(settings).ready()
        yield gateway
        gateway.begin_stop()
        await gateway.stopped()


async def test_a_job_is_one_trace_from_the_post_to_the_last_frame(
    gateway: RunningGateway, exporter: InMemorySpanExporter
) -> None:
    user = gateway.user()
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        while (frame := await frames.next(within=30)) and frame.event != "job.completed":
            pass
        assert frame
        assert frame.event == "job.completed"
        while await frames.next():
            pass

    spans = exporter.get_finished_spans()
    (post,) = [span for span in spans if span.name == "POST /api/lead-magnet/ideate"]
    assert post.context
    of_trace = [span for span in spans if span.context and span.context.trace_id == post.context.trace_id]
    names = [span.name for span in of_trace]
    assert names.count("publish job.requested") == 1
    assert names.count("process job.requested.ideation") == 1
    assert len([span for span in of_trace if _is_provider_call(span)]) == 6
    assert names.count("project job.completed") == 1
    assert names.count("send job.completed") == 1


def _is_provider_call(span: ReadableSpan) -> bool:
    return "gen_ai.request.model" in (span.attributes or {})

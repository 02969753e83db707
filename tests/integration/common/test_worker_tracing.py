"""One trace: the spans of worker and provider belong to the trace that the request carries."""

import pytest
from lodestone.events import JobRequested
from lodestone.tracing import export_to, span
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from support.worker_bench import WorkerBench


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    export_to(provider, SimpleSpanProcessor(exporter))
    return exporter


async def test_worker_and_provider_calls_continue_the_trace_of_the_request(
    bench: WorkerBench, exporter: InMemorySpanExporter
) -> None:
    await bench.worker()
    with span("the request") as root:
        requested: JobRequested = await bench.request()
    log = await bench.until_ended(requested)
    await bench.until_acknowledged()

    trace_id = root.get_span_context().trace_id
    spans = [s for s in exporter.get_finished_spans() if s.context and s.context.trace_id == trace_id]
    provider_calls = [s for s in spans if (s.attributes or {}).get("gen_ai.request.model")]
    assert "process job.requested.ideation" in {s.name for s in spans}
    assert len(provider_calls) == 6
    assert {entry.traceparent.split("-")[1] for entry in log.entries if entry.traceparent} == {
        trace.format_trace_id(trace_id)
    }
    assert all(entry.traceparent for entry in log.entries)

"""Spans record what happened and how it ended, without text from outside."""

import threading
from typing import Any

import pytest
from lodestone import tracing
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """The spans that this test's process would export."""
    monkeypatch.setattr(tracing, "_exporting", threading.Event())
    providers: list[TracerProvider] = []
    monkeypatch.setattr(trace, "set_tracer_provider", providers.append)
    tracing.configure_tracing("test")
    (provider,) = providers
    exporter = InMemorySpanExporter()
    tracing.export_to(provider, SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """This test's process exports nothing, and may build no span."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a tracer was asked for")

    monkeypatch.setattr(tracing, "_exporting", threading.Event())
    monkeypatch.setattr(trace, "get_tracer", refuse)


@pytest.mark.usefixtures("silent")
def test_where_nothing_is_exported_the_context_goes_on_as_it_came() -> None:
    with tracing.span("work", traceparent=PARENT):
        with tracing.span("part of it"):
            assert tracing.current_traceparent() == PARENT
        tracing.record("done", trace.SpanKind.CONSUMER, traceparent=PARENT, started_ns=1)
        assert tracing.add_trace_id(None, "", {}) == {"trace_id": "0af7651916cd43dd8448eb211c80319c"}

    assert tracing.current_traceparent() is None


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("nothing", [None, "", "no context", f"00-{'0' * 32}-{'0' * 16}-01", f"{PARENT}-"])
def test_where_nothing_is_exported_work_without_a_context_begins_a_trace(nothing: str | None) -> None:
    with tracing.span("work", traceparent=nothing):
        begun = tracing.current_traceparent()
        assert begun
        with tracing.span("part of it"):
            assert tracing.current_traceparent() == begun
    with tracing.span("other work", traceparent=nothing):
        assert tracing.current_traceparent() != begun

    assert begun.endswith("-01")  # nobody has decided against it


def test_a_span_that_is_exported_is_the_parent_of_what_follows(exporter: InMemorySpanExporter) -> None:
    sampled = PARENT[:-2] + "01"
    with tracing.span("work", traceparent=sampled):
        current = tracing.current_traceparent()

    (span,) = exporter.get_finished_spans()
    assert span.context
    assert current == f"{PARENT[:36]}{span.context.span_id:016x}-01"


def test_a_span_that_fails_tells_the_kind_and_not_the_words(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), tracing.span("work"):
        raise ValueError("a secret")

    (span,) = exporter.get_finished_spans()
    assert not span.status.is_ok
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert "secret" not in span.to_json()


def test_the_query_of_a_url_is_not_in_a_span(exporter: InMemorySpanExporter) -> None:
    with tracing.span("GET", attributes={"url.path": "/api/jobs", "url.query": "token=secret"}):
        pass

    (span,) = exporter.get_finished_spans()
    assert dict(span.attributes or {}) == {"url.path": "/api/jobs", "url.query": "REDACTED"}

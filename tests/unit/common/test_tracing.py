"""Spans record what happened and how it ended, without text from outside."""

import pytest
from lodestone import tracing
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """The spans that this test's process would export."""
    providers: list[TracerProvider] = []
    monkeypatch.setattr(trace, "set_tracer_provider", providers.append)
    tracing.configure_tracing("test")
    (provider,) = providers
    exporter = InMemorySpanExporter()
    tracing.export_to(provider, SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


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

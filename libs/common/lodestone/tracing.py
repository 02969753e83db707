"""One trace for each job, from the POST that made it to the frame that shows its end.

The context travels as W3C `traceparent`: in the outbox row, in the headers of every event, in the
history's rows. Spans are exported over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set, and nowhere else.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from lodestone.subjects import TRACEPARENT

OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
QUERY = "url.query"


def configure_tracing(process: str) -> None:
    """Sets the provider of this process; called once by whoever owns it."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"lodestone-{process}"}))
    provider.add_span_processor(_WithoutQueries())
    if os.environ.get(OTLP_ENDPOINT):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


class _WithoutQueries(SpanProcessor):
    """Removes from spans what a caller may have put into a URL by mistake, such as a token."""

    def on_start(self, span: SdkSpan, parent_context: Context | None = None) -> None:
        """Runs before anything else sees the span."""
        if QUERY in (span.attributes or {}):
            span.set_attribute(QUERY, "REDACTED")


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    traceparent: str | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span]:
    """A span around a piece of work; a child of `traceparent` when given, else of the current one.

    Records only the kind of an exception raised inside: the text may repeat what was sent.
    """
    context = propagate.extract({TRACEPARENT: traceparent}) if traceparent else None
    tracer = trace.get_tracer("lodestone")
    with tracer.start_as_current_span(
        name, context, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(StatusCode.ERROR)
            current.set_attribute("error.type", type(error).__name__)
            raise


def record(name: str, kind: SpanKind, *, traceparent: str, started_ns: int) -> None:
    """A span that ends now and began at `started_ns`: one of many things done together."""
    context = propagate.extract({TRACEPARENT: traceparent})
    tracer = trace.get_tracer("lodestone")
    tracer.start_span(name, context, kind, start_time=started_ns).end()


def current_traceparent() -> str | None:
    """The current context as it travels; None outside any span."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get(TRACEPARENT)


def add_trace_id(logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Puts the trace id into each log line; a structlog processor."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event

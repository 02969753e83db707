"""One trace for each job, from the POST that made it to the frame that shows its end.

The context travels as W3C `traceparent`: in the outbox row, in the headers of every event, in the
history's rows. Spans are exported over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set, and nowhere else.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON, Sampler, SamplingResult
from opentelemetry.trace import Span, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from lodestone.subjects import TRACEPARENT

OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
QUERY = "url.query"

_exporting = threading.Event()


def configure_tracing(process: str) -> None:
    """Sets the provider of this process; called once by whoever owns it."""
    resource = Resource.create({"service.name": f"lodestone-{process}"})
    provider = TracerProvider(_WhereExported(), resource)
    provider.add_span_processor(_WithoutQueries())
    trace.set_tracer_provider(provider)
    if os.environ.get(OTLP_ENDPOINT):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        export_to(provider, BatchSpanProcessor(OTLPSpanExporter()))


def export_to(provider: TracerProvider, processor: SpanProcessor) -> None:
    """Spans that end from now on go to `processor`, too."""
    provider.add_span_processor(processor)
    _exporting.set()


class _WhereExported(Sampler):
    """Builds no span that nobody sees; its ids still travel, and appear in the logs."""

    def should_sample(self, parent_context: Context | None, *about: Any, **more: Any) -> SamplingResult:
        """Follows the caller's decision where spans are exported."""
        decide = DEFAULT_ON if _exporting.is_set() else ALWAYS_OFF
        return decide.should_sample(parent_context, *about, **more)

    def get_description(self) -> str:
        """Shown when the provider is printed."""
        return "WhereExported"


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


def leaf(name: str, kind: SpanKind, *, traceparent: str | None) -> AbstractContextManager[object]:
    """The same around frequent work without spans inside: none is built where nobody would see it."""
    return span(name, kind, traceparent=traceparent) if _exporting.is_set() else nullcontext()


def record(name: str, kind: SpanKind, *, traceparent: str, started_ns: int) -> None:
    """A span that ends now and began at `started_ns`: one of many things done together."""
    context = propagate.extract({TRACEPARENT: traceparent})
    tracer = trace.get_tracer("lodestone")
    tracer.start_span(name, context, kind, start_time=started_ns).end()


def current_traceparent() -> str | None:
    """The current context as it travels; None outside any span."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    # A process that exports nothing has not decided for those that do.
    flags = context.trace_flags if _exporting.is_set() else TraceFlags(TraceFlags.SAMPLED)
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{flags:02x}"


def add_trace_id(logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Puts the trace id into each log line; a structlog processor."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event

"""One trace for each job, from the POST that made it to the frame that shows its end.

The context travels as W3C `traceparent`: in the outbox row, in the headers of every event, in the
history's rows. Spans are exported over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set, and nowhere else.
"""

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON, Sampler, SamplingResult
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from lodestone.subjects import TRACEPARENT

OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
QUERY = "url.query"

SAMPLED = TraceFlags(TraceFlags.SAMPLED)

_exporting = threading.Event()
_traceparent = re.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_ids = RandomIdGenerator()


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


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    traceparent: str | None = None,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> AbstractContextManager[Span]:
    """A span around a piece of work; a child of `traceparent` when given, else of the current one.

    Where nothing is exported no span is built: what is done inside continues `traceparent` itself.
    """
    if _exporting.is_set():
        return _recorded(name, kind, traceparent, attributes)
    return _continued(traceparent)


@contextmanager
def _recorded(
    name: str, kind: SpanKind, traceparent: str | None, attributes: Mapping[str, AttributeValue] | None
) -> Iterator[Span]:
    """Records only the kind of an exception raised inside: the text may repeat what was sent."""
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


def is_exporting() -> bool:
    """Whether anybody sees the spans of this process."""
    return _exporting.is_set()


@contextmanager
def _continued(traceparent: str | None) -> Iterator[Span]:
    current = trace.get_current_span()
    if traceparent or not current.get_span_context().is_valid:
        current = NonRecordingSpan(_context_of(traceparent))
    token = attach(trace.set_span_in_context(current))
    try:
        yield current
    finally:
        detach(token)


def _context_of(traceparent: str | None) -> SpanContext:
    """What the text says; a new trace where it says nothing."""
    if said := _traceparent.fullmatch(traceparent or ""):
        trace_id, span_id, flags = (int(part, 16) for part in said.groups())
        context = SpanContext(trace_id, span_id, True, TraceFlags(flags))
        if context.is_valid:
            return context
    return SpanContext(_ids.generate_trace_id(), _ids.generate_span_id(), False, SAMPLED)


def leaf(name: str, kind: SpanKind, *, traceparent: str | None) -> AbstractContextManager[object]:
    """The same around frequent work without spans inside: none is built where nobody would see it."""
    return span(name, kind, traceparent=traceparent) if _exporting.is_set() else nullcontext()


def record(name: str, kind: SpanKind, *, traceparent: str, started_ns: int) -> None:
    """A span that ends now and began at `started_ns`: one of many things done together."""
    if not _exporting.is_set():
        return
    context = propagate.extract({TRACEPARENT: traceparent})
    tracer = trace.get_tracer("lodestone")
    tracer.start_span(name, context, kind, start_time=started_ns).end()


def current_traceparent() -> str | None:
    """The current context as it travels; None outside any span."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    # A process that exports nothing has not decided for those that do.
    is_decided = context.is_remote or _exporting.is_set()
    flags = context.trace_flags if is_decided else SAMPLED
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{flags:02x}"


def add_trace_id(logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Puts the trace id into each log line; a structlog processor."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event

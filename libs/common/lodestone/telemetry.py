"""Logs of every process: structured, on standard error, with job ids from context and no payloads."""

import logging
import sys

import structlog

from lodestone.tracing import add_trace_id


class Lines(structlog.WriteLogger):
    """Writes the rendered lines of one logger; a record of the standard library would cost as much again."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr)
        self.name = name


def configure_logging(log_format: str, level: str) -> None:
    """Sets up logging for the whole process; called once, by its owner."""
    least = logging.getLevelNamesMapping().get(level, logging.INFO)  # settings refuse any other by name
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if log_format == "text"
        else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        add_trace_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=Lines,
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(shared, renderer, least)


def _configure_libraries(
    shared: list[structlog.types.Processor], renderer: structlog.types.Processor, least: int
) -> None:
    """What libraries log looks the same."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(least)
    for noisy in ("httpx2", "httpcore2", "uvicorn.access", "faststream"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("anthropic").setLevel(logging.INFO)  # below that it logs whole prompts

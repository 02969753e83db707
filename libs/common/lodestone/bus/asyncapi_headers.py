"""The headers of an event's message, as AsyncAPI describes them."""

from typing import get_args

from lodestone import subjects
from lodestone.events import Restored
from lodestone.wire import JsonObject

_OPTIONAL = (subjects.MESSAGE_ID, subjects.TRACEPARENT, subjects.CE_RESTORED)


def headers_schema(event: str) -> JsonObject:
    """The schema of the headers that come with one event."""
    headers = _headers(event)
    return {
        "type": "object",
        "required": [name for name in headers if name not in _OPTIONAL],
        "properties": {name: {"type": "string", **said} for name, said in headers.items()},
    }


def _headers(event: str) -> dict[str, JsonObject]:
    return {
        subjects.CE_SPECVERSION: {"const": "1.0", "description": "The version of CloudEvents."},
        subjects.CE_ID: {
            "description": "The event's id. Dedupe by it: an event may come again after the stream is lost.",
        },
        subjects.CE_SOURCE: {"description": "/lodestone/ and the name of the process that wrote it."},
        subjects.CE_TYPE: {"const": f"job.{event}", "description": "job. and the name of the event."},
        subjects.CE_SUBJECT: {"format": "uuid", "description": "The job's id."},
        subjects.CE_TIME: {
            "format": "date-time",
            "description": "When it happened: RFC 3339 in UTC with milliseconds.",
        },
        subjects.CE_DATASCHEMA: {
            "format": "uri-reference",
            "description": "Where the gateway serves the schema of the body: an absolute URL if the"
            " installation has a public URL, otherwise a path.",
        },
        subjects.CONTENT_TYPE: {"const": "application/json", "description": "The media type of the body."},
        subjects.MESSAGE_ID: {
            "description": "The server drops a second message with the same id within an hour. It is"
            " the event's id, except on restored messages.",
        },
        subjects.TRACEPARENT: {"description": "The job's trace (W3C)."},
        subjects.CE_RESTORED: {
            "enum": list(get_args(Restored)),
            "description": "Restored after the stream was lost; may be ignored.",
        },
    }

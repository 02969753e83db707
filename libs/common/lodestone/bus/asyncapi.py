"""The events as an AsyncAPI 3 document, for other services that subscribe."""

import json

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI
from pydantic.json_schema import models_json_schema

from lodestone import subjects
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject

VERSION = "1"

_HEADERS: dict[str, str] = {
    subjects.CE_SPECVERSION: "Always 1.0.",
    subjects.CE_ID: "The event's id. Dedupe by it: an event may come again after a lost stream.",
    subjects.CE_SOURCE: "/lodestone/ and the name of the process that wrote it.",
    subjects.CE_TYPE: "job. and the name of the event.",
    subjects.CE_SUBJECT: "The job's id.",
    subjects.CE_TIME: "When it happened: RFC 3339 in UTC with milliseconds.",
    subjects.CE_DATASCHEMA: "Where the gateway serves the schema of the body.",
    subjects.CONTENT_TYPE: "application/json.",
    subjects.TRACEPARENT: "The job's trace (W3C).",
    subjects.CE_RESTORED: "open or whole: written back after a lost stream; may be ignored.",
}
_OPTIONAL_HEADERS = (subjects.TRACEPARENT, subjects.CE_RESTORED)


def asyncapi_document() -> JsonObject:
    """FastStream's document of our events, with parameters, CloudEvents headers and the stream added."""
    broker = NatsBroker()
    for event in EVENTS.values():
        broker.publisher(
            subjects.event_address(event.name),
            schema=event,
            title=f"job.{event.name}",
            description=event.__doc__,
        )
    specification = AsyncAPI(broker, title="Lodestone job events", version=VERSION, schema_version="3.0.0")
    document: JsonObject = json.loads(specification.to_specification().to_json())
    del document["servers"]  # an address is each installation's own
    # Bodies as they are sent, where FastStream describes what a reader would accept.
    _, bodies = models_json_schema(
        [(event, "serialization") for event in EVENTS.values()], ref_template="#/components/schemas/{model}"
    )
    document["components"]["schemas"] = bodies["$defs"]
    for channel in document["channels"].values():
        _complete_channel(channel)
    for message in document["components"]["messages"].values():
        message["headers"] = _headers_schema()
        message.pop("correlationId", None)
    return document


def _complete_channel(channel: JsonObject) -> None:
    channel.pop("servers", None)
    channel["parameters"] = {
        "jobType": {"description": "The job type.", "enum": list(JOB_TYPES)},
        "jobId": {"description": "The job's id, a UUID."},
    }
    channel["bindings"] = {"nats": {"bindingVersion": "0.1.0"}}
    channel["x-stream"] = subjects.STREAM


def _headers_schema() -> JsonObject:
    return {
        "type": "object",
        "required": [name for name in _HEADERS if name not in _OPTIONAL_HEADERS],
        "properties": {name: {"type": "string", "description": text} for name, text in _HEADERS.items()},
    }

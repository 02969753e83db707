"""The events as an AsyncAPI 3 document, for other services that subscribe."""

import json
from typing import Any

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI

from lodestone import subjects
from lodestone.bus.asyncapi_headers import headers_schema
from lodestone.bus.envelope import MAX_BODY
from lodestone.bus.topology import stream_config
from lodestone.events import EVENTS, JobEvent
from lodestone.jobs import JOB_TYPES
from lodestone.shapes import CONTACT, LICENSE, TYPED_EVENTS, event_schemas, typed_event
from lodestone.wire import JsonObject

VERSION = "1"
SPECIFICATION = "3.1.0"
SERVER, USER = "bus", "user"
DESCRIPTION = """\
Every job's events, as they are stored. Each is a CloudEvent 1.0 in binary mode: attributes are headers of the
NATS message, the body is JSON.

**Stream and retention.** All events are in one JetStream stream (`x-stream`), on file, for 30 days.

**Subscribing.** Create a durable consumer with a filter: `job.completed.>` for all completed jobs,
`job.*.ideation.*` for all events of one type, `job.*.*.JOB_ID` for one job. Acknowledge each message after
your own work is stored.

**Replay.** A consumer with the deliver policy `all`, `by_start_time` or `by_start_sequence` reads what is
kept, from the beginning or from where you say, and then continues live. Within a job, stream order is the
order of events.

**Dedupe by `ce-id`.** Delivery is at least once: a message comes again when an acknowledgement is lost, and
after a lost stream events are written back under new sequences with the same `ce-id` (`ce-restored` says so).

**Change.** Events only gain optional fields. Ignore fields, events and job types that you do not know.

**Shapes.** `ce-dataschema` links to the JSON Schema of the body, which holds for every job type; the channels
of one job type have its own."""


def asyncapi_document() -> JsonObject:
    """FastStream's document of our events, plus what it does not know: server, stream, headers."""
    broker = NatsBroker()
    for name, job_type, event in _channels():
        broker.publisher(
            subjects.event_address(name, job_type or "{jobType}"),
            schema=event,
            title=_id(name, job_type),
            description=EVENTS[name].__doc__,
        )
    specification = AsyncAPI(broker, title="Lodestone job events", version=VERSION, schema_version="3.0.0")
    document: JsonObject = json.loads(specification.to_specification().to_json())
    document |= {"asyncapi": SPECIFICATION, "servers": {SERVER: _server()}}
    document["info"] |= _info()
    components = document["components"]
    components |= {"securitySchemes": {USER: _user()}, "tags": _tags()}
    # Bodies as they are sent; FastStream describes what a reader would accept.
    schemas = event_schemas(*EVENTS, ref="#/components/schemas/{model}")
    components["schemas"] = {name: _in_dialect(schema) for name, schema in schemas.items()}
    for name, job_type, _ in _channels():
        _complete(document, name, job_type)
    return document


def _channels() -> list[tuple[str, str | None, type[JobEvent]]]:
    """For each event a channel for all job types and, if types differ, one for each."""
    of_all = [(name, None, event) for name, event in EVENTS.items()]
    typed = [
        (name, kind.name, typed_event(name, kind)) for name in TYPED_EVENTS for kind in JOB_TYPES.values()
    ]
    return [*of_all, *typed]


def _id(event: str, job_type: str | None) -> str:
    return ".".join(["job", event, *([job_type] if job_type else [])])


def _complete(document: JsonObject, event: str, job_type: str | None) -> None:
    id, said = _id(event, job_type), EVENTS[event].__doc__ or ""
    tags = [_reference("tags", job_type)] if job_type else []
    _complete_channel(document["channels"][id], job_type, tags)
    operation = document["operations"][id]
    operation["description"] = f"Lodestone reports: {said[:1].lower()}{said[1:]}"
    operation["security"] = [_reference("securitySchemes", USER)]
    message = document["components"]["messages"][f"{id}:Message"]
    message |= {"name": f"job.{event}", "summary": said, "contentType": "application/json", "tags": tags}
    message["headers"] = headers_schema(event)
    message["correlationId"] = {
        "description": "The job's id.",
        "location": f"$message.header#/{subjects.CE_SUBJECT}",
    }


def _complete_channel(channel: JsonObject, job_type: str | None, tags: list[JsonObject]) -> None:
    channel["servers"] = [{"$ref": f"#/servers/{SERVER}"}]
    channel["parameters"] = {"jobId": {"description": "The job's id, a UUID."}}
    if job_type is None:
        channel["parameters"]["jobType"] = {"description": "The job type.", "enum": list(JOB_TYPES)}
    channel["tags"] = tags
    channel["bindings"] = {"nats": {}}  # the binding for NATS has no properties
    channel["x-stream"] = subjects.STREAM


def _info() -> JsonObject:
    return {
        "description": DESCRIPTION,
        "contact": CONTACT,
        "license": LICENSE,
        "tags": [_reference("tags", name) for name in JOB_TYPES],
    }


def _tags() -> JsonObject:
    return {
        kind.name: {"name": kind.name, "description": f"Jobs of type {kind.name}."}
        for kind in JOB_TYPES.values()
    }


def _server() -> JsonObject:
    stream = stream_config()
    return {
        "host": "{host}:{port}",
        "protocol": "nats",
        "description": "The installation's NATS server, with JetStream.",
        "variables": {
            "host": {"default": "localhost", "description": "Where the installation's server is."},
            "port": {"default": "4222", "description": "Its port for clients."},
        },
        "security": [_reference("securitySchemes", USER)],
        "bindings": {"nats": {}},
        "x-stream": {
            "name": stream.name,
            "subjects": stream.subjects,
            "retention": stream.retention,
            "storage": stream.storage,
            "maxAgeSeconds": stream.max_age,
            "duplicateWindowSeconds": stream.duplicate_window,
            "maxMessageBytes": MAX_BODY,
        },
    }


def _user() -> JsonObject:
    return {
        "type": "userPassword",
        "description": "A bus user that may read the events; the server's accounts list its rights.",
    }


def _reference(kind: str, name: str) -> JsonObject:
    return {"$ref": f"#/components/{kind}/{name}"}


def _in_dialect(schema: Any) -> Any:
    """In AsyncAPI's dialect of JSON Schema: nothing beside a `$ref`, no OpenAPI discriminators."""
    if isinstance(schema, list):
        return [_in_dialect(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    return {
        key: _in_dialect(part)
        for key, part in schema.items()
        if not (key == "discriminator" and "oneOf" in schema)
    }

"""The published shapes of events: each event's body for all job types, and for each type alone.

All of it follows from the registry: the input, the work, the items and the result of each job type.
"""

from functools import cache
from typing import Any, Literal

from pydantic import Field, create_model
from pydantic.json_schema import models_json_schema

from lodestone.events import (
    EVENTS,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobProgress,
    JobRequested,
    JobStarted,
    KeptItem,
)
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject

TYPED_EVENTS: tuple[str, ...] = ("requested", "started", "progress", "completed", "cancelled")
"""The events with fields that depend on the job type."""

# Each installation has its own contact; the published documents have these placeholders, which lead nowhere.
CONTACT = {"name": "Lodestone", "url": "https://lodestone.example", "email": "operators@lodestone.example"}
LICENSE = {"name": "Proprietary", "url": "https://lodestone.example/license"}

BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
EMPTIED = ("input", "result")  # of an erased event; its other texts may be missing anyway
_MANY: Any = list
Ref = Literal["#/$defs/{model}", "#/components/schemas/{model}"]


def schema_names() -> list[str]:
    """The published schemas of bodies: `completed` for all job types, `completed.ideation` for one."""
    return [*EVENTS, *(f"{event}.{kind}" for event in TYPED_EVENTS for kind in JOB_TYPES)]


@cache
def body_schema(name: str) -> JsonObject:
    """The JSON Schema of one of `schema_names()`, self-contained. Raises KeyError for another name."""
    event, _, kind = name.partition(".")
    model = typed_event(event, JOB_TYPES[kind]) if kind else EVENTS[event]
    schemas = event_schemas(event, ref="#/$defs/{model}")
    body = schemas.pop(model.__name__)
    used = _reachable(body, schemas)
    return {"$id": f"/schemas/{name}.json", **body, **({"$defs": used} if used else {})}


def event_schemas(*events: str, ref: Ref) -> JsonObject:
    """The schemas of these events by name, for all job types and for each, with all that they refer to."""
    typed = [event for event in events if event in TYPED_EVENTS]
    models = [EVENTS[event] for event in events]
    models += [typed_event(event, kind) for event in typed for kind in JOB_TYPES.values()]
    _, document = models_json_schema([(model, "serialization") for model in models], ref_template=ref)
    schemas: JsonObject = in_json_schema(document["$defs"])
    for event in typed:
        cases = [_case(event, kind, schemas) for kind in JOB_TYPES.values()]
        schemas[EVENTS[event].__name__]["allOf"] = cases
        for kind in JOB_TYPES.values():
            _admit_erased(schemas[typed_event(event, kind).__name__])
    return schemas


@cache
def typed_event(event: str, kind: JobType) -> type[JobEvent]:
    """The event as jobs of one type write it. Raises KeyError for an event that is the same for all."""
    base = EVENTS[event]
    return create_model(
        shape_name(kind, event.title()),
        __base__=base,
        __doc__=base.__doc__,
        **{name: _told(base, name, of, default) for name, (of, default) in _typed_fields(kind, base).items()},
    )


def _typed_fields(kind: JobType, base: type[JobEvent]) -> dict[str, Any]:
    return {"job_type": (_exactly(kind.name), ...), **_own_fields(kind)[base]}


def _told(base: type[JobEvent], name: str, of: Any, default: Any) -> Any:
    """A field with another type and the description of the event's own."""
    return (of, Field(default=default, description=base.model_fields[name].description))


def in_json_schema(schema: Any) -> Any:
    """The schema in standard words, where pydantic has its own for the bounds of a union of numbers."""
    if isinstance(schema, list):
        return [in_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        BOUNDS.get(key, key) if isinstance(part, int | float) else key: in_json_schema(part)
        for key, part in schema.items()
    }


def item_of(kind: JobType) -> Any:
    """What a finished piece of such a job is, as a type."""
    return kind.item or JsonObject


@cache
def _own_fields(kind: JobType) -> dict[type[JobEvent], dict[str, Any]]:
    """The fields of each event that depend on the job type, with its types."""
    item, many, name = item_of(kind), _MANY, shape_name(kind, "KeptItem")
    kept: Any = create_model(name, __base__=KeptItem, __doc__=KeptItem.__doc__, item=(item, ...))
    return {
        JobRequested: {"input": (kind.work, ...), "kept": (many[kept] | None, None)},
        JobStarted: {"kept": (many[item], [])},
        JobProgress: {"item": (item | None, None)},
        JobCompleted: {"result": (kind.result, ...)},
        JobCancelled: {"kept": (many[item], [])},
    }


def _case(event: str, kind: JobType, schemas: JsonObject) -> JsonObject:
    """What holds for the body of this job type unless it is erased; other types meet no further condition."""
    typed = schemas[typed_event(event, kind).__name__]["properties"]
    own = {field: typed[field] for field in _own_fields(kind)[EVENTS[event]]}
    whole = {"properties": {"jobType": {"const": kind.name}}, "not": {"required": ["erased"]}}
    return {"if": whole, "then": {"properties": own}}


def _admit_erased(schema: JsonObject) -> None:
    """Lets required fields be empty where the event says that its texts were deleted, and only there."""
    exact = {field: schema["properties"][field] for field in EMPTIED if field in schema["properties"]}
    for field, shape in exact.items():
        schema["properties"][field] = {"anyOf": [shape, {"type": "object", "maxProperties": 0}]}
        schema.update({"if": {"required": ["erased"]}, "else": {"properties": exact}})


def _reachable(schema: Any, schemas: JsonObject) -> JsonObject:
    """The named schemas that this one refers to, directly or indirectly."""
    found: JsonObject = {}
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found[name] = schemas[name]
                waiting.append(schemas[name])
            waiting += part.values()
    return dict(sorted(found.items()))


def shape_name(kind: JobType, what: str) -> str:
    """What a shape of one job type is called: `IdeationJob`, `IdeationCompleted`."""
    return f"{kind.name[:1].upper()}{kind.name[1:]}{what}"


def _exactly(name: str) -> Any:
    return Literal[name]

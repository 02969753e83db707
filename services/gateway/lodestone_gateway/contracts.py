"""The published contracts as files: OpenAPI, AsyncAPI and the schemas of the events' bodies.

`lodestone-gateway contracts DIR` writes them, and refuses a change that would break their readers.
"""

import json
from pathlib import Path
from typing import Any

from lodestone.bus.asyncapi import asyncapi_document
from lodestone.errors import Misconfigured
from lodestone.shapes import body_schema, schema_names
from lodestone.wire import JsonObject

from lodestone_gateway.app import describe_http
from lodestone_gateway.compatibility import breaking_changes, only_told


def documents() -> dict[str, JsonObject]:
    """Every contract by its file's path."""
    schemas = {f"schemas/{name}.json": body_schema(name) for name in schema_names()}
    return {"openapi.json": describe_http(), "asyncapi.json": asyncapi_document(), **schemas}


def write_contracts(folder: Path) -> None:
    """Writes all files. Raises Misconfigured, and writes none, if one would break a reader."""
    current = documents()
    broken = [change for path, document in current.items() for change in breaking(folder / path, document)]
    gone = [
        str(path.relative_to(folder)) for path in folder.rglob("*.json") if _name(path, folder) not in current
    ]
    if broken or gone:
        changes = "\n  ".join([*broken, *(f"{path} is gone" for path in gone)])
        raise Misconfigured(
            f"These changes break the contract; add something new beside it instead:\n  {changes}"
        )
    for path, document in current.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_text(document))


def breaking(published: Path, document: JsonObject) -> list[str]:
    """What `document` breaks in the published file; nothing if there is none yet."""
    if not published.exists():
        return []
    before: Any = json.loads(published.read_text())
    # Only we write events; in the API, callers write requests.
    told = only_told(before, published.name) if "openapi" in before else [published.name]
    return breaking_changes(before, json.loads(as_text(document)), published.name, told)


def as_text(document: JsonObject) -> str:
    """The file's text: stable, so that a diff shows changes only."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()

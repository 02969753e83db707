"""Lead magnets for tests, created over HTTP as a user creates them."""

from typing import Any

from lodestone.wire import JsonObject
from support.api import User
from support.samples import extracted_content

OWN_IDEA = {"title": "The Two-Page Quote", "painSolved": "Tenders lost on price"}


async def lead_magnet(user: User, **changes: Any) -> JsonObject:
    """Creates an idea of the user's own, with these changes."""
    made = await user.post("/api/lead-magnets", OWN_IDEA)
    assert made.status_code == 201, made.text
    return await change(user, made.json(), **changes) if changes else dict(made.json())


async def with_content(user: User, **changes: Any) -> JsonObject:
    """Creates a lead magnet that can be polished."""
    return await lead_magnet(user, extractedContent=extracted_content(), **changes)


async def change(user: User, magnet: JsonObject, **changes: Any) -> JsonObject:
    """The lead magnet after a change."""
    changed = await user.send("PATCH", f"/api/lead-magnets/{magnet['id']}", changes)
    assert changed.status_code == 200, changed.text
    return dict(changed.json())


async def read(user: User, magnet: JsonObject) -> JsonObject:
    """The lead magnet as it is now."""
    found = await user.get(f"/api/lead-magnets/{magnet['id']}")
    assert found.status_code == 200, found.text
    return dict(found.json())


async def usage(user: User) -> JsonObject:
    """The user's usage."""
    return dict((await user.get("/api/usage")).json())

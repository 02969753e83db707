"""Lead magnets for tests, made over HTTP as a user makes them."""

from typing import Any

from lodestone.wire import JsonObject
from support.api import User
from support.samples import extracted_content

OWN_IDEA = {"title": "The Two-Page Quote", "painSolved": "Tenders lost on price"}


async def lead_magnet(user: User, **changes: Any) -> JsonObject:
    """An idea of the user's own, with these changes."""
    made = await user.post("/api/lead-magnets", OWN_IDEA)
    assert made.status_code == 201, made.text
    return await change(user, made.json(), **changes) if changes else dict(made.json())


async def with_content(user: User, **changes: Any) -> JsonObject:
    """One that can be polished."""
    return await lead_magnet(user, extractedContent=extracted_content(), **changes)


async def change(user: User, magnet: JsonObject, **changes: Any) -> JsonObject:
    """What a change makes of it."""
    changed = await user.send("PATCH", f"/api/lead-magnets/{magnet['id']}", changes)
    assert changed.status_code == 200, changed.text
    return dict(changed.json())


async def read(user: User, magnet: JsonObject) -> JsonObject:
    """As it is now."""
    found = await user.get(f"/api/lead-magnets/{magnet['id']}")
    assert found.status_code == 200, found.text
    return dict(found.json())


async def usage(user: User) -> JsonObject:
    """What the user used."""
    return dict((await user.get("/api/usage")).json())

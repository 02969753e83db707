"""The brand kit: a user's business, and their latest ideas."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lodestone.jobs.lead_magnet import BusinessType
from lodestone.jobs.posts import AudienceStyle
from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import create_model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.entity_tags import check_known, content_tag
from lodestone_gateway.store.brand_kit_table import NO_TONE, SHAPES, UNSAID, OwnersPart
from lodestone_gateway.store.brand_kit_table import BrandKit as BrandKitRow
from lodestone_gateway.store.lead_magnet_queries import brand_kit, one_at_a_time
from lodestone_gateway.store.session import transaction

BUSINESS_TYPE = BusinessType.COACH_CONSULTANT  # of who never chose one


if TYPE_CHECKING:

    class _OwnersPart(OwnersPart, WireModel):  # type: ignore[misc]  # of two ways to configure a model
        """What the owner writes."""

else:
    _OwnersPart = create_model(
        "_OwnersPart",
        __base__=WireModel,
        **{name: (field.annotation, field.default) for name, field in OwnersPart.model_fields.items()},
    )


class BrandKit(_OwnersPart):
    """The kit as its owner sees it; empty until there is one."""

    saved_ideation_result: JsonObject | None = None  # of the newest completed ideation job
    ideation_generated_at: UtcTime | None = None
    created_at: UtcTime | None = None
    updated_at: UtcTime | None = None

    @property
    def tag(self) -> str:
        """Its entity tag: that of what its owner writes, and jobs do not."""
        return content_tag(self.model_dump(mode="json", include=set(SHAPES)))

    @classmethod
    def of(cls, row: BrandKitRow | None) -> "BrandKit":
        """The view of a row."""
        if row is None:
            return cls()
        return cls.model_validate({**row.model_dump(), "business_type": row.business_type or BUSINESS_TYPE})


def tone_of(kit: OwnersPart) -> str:
    """The tone that the owner chose or described; empty for none."""
    tone = (kit.preferred_tone or "").strip()
    return "" if tone == NO_TONE else tone


def style_of(kit: OwnersPart) -> AudienceStyle:
    """The tone, if it is one of the styles."""
    tone = tone_of(kit)
    return AudienceStyle(tone) if tone in list(AudienceStyle) else AudienceStyle.CASUAL_DIRECT


async def read_brand_kit(engine: AsyncEngine, user_id: UUID) -> BrandKit:
    """The user's kit; empty until there is one."""
    async with transaction(engine, user_id) as session:
        return BrandKit.of(await brand_kit(session, user_id))


async def write_brand_kit(
    engine: AsyncEngine, user_id: UUID, changes: dict[str, Any], known_tags: Collection[str] = ()
) -> BrandKit:
    """Writes the columns in `changes` and leaves the others as they are.

    Raises Conflict if the kit's tag is none of the `known_tags`, where there are any.
    """
    emptied = {name: empty for name, empty in UNSAID.items() if changes.get(name, empty) is None}
    values = {**changes, **emptied}
    statement = insert(BrandKitRow).values(user_id=user_id, **values)
    if values:
        statement = statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
    else:
        statement = statement.on_conflict_do_nothing()
    async with transaction(engine, user_id) as session:
        await one_at_a_time(session, f"brand kit of {user_id}")
        if known_tags:
            present = BrandKit.of(await brand_kit(session, user_id)).tag
            check_known(known_tags, present, etag=present)
        await session.execute(statement)
        return BrandKit.of(await brand_kit(session, user_id))

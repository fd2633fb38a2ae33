"""Rows of the desk, held until the commit: what two people do with one story is done one after the other."""

from __future__ import annotations

import uuid

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset import VariantAsset
from models.errors import NotFound
from models.story import Story
from models.variant import Variant


async def hold_story(session: AsyncSession, story_id: uuid.UUID) -> Story:
    """A story whose other changes wait until the commit.

    :raises NotFound: no such story.
    """
    held = select(Story).where(Story.id == story_id).with_for_update().execution_options(populate_existing=True)
    story = (await session.exec(held)).first()
    if story is None:
        raise NotFound(f"there is no story {story_id}", field=["storyId"])
    return story


async def hold_variant(session: AsyncSession, variant_id: uuid.UUID) -> tuple[Story, Variant]:
    """A variant with its story, held from the story down: whoever holds two rows takes them in this order.

    :raises NotFound: no such variant.
    """
    story_id = (await session.exec(select(Variant.story_id).where(Variant.id == variant_id))).first()
    variant = None
    if story_id is not None:
        story = await hold_story(session, story_id)
        held = select(Variant).where(Variant.id == variant_id).with_for_update()
        variant = (await session.exec(held.execution_options(populate_existing=True))).first()
    if variant is None:
        raise NotFound(f"there is no variant {variant_id}", field=["variantId"])
    return story, variant


async def shown_assets(session: AsyncSession, variant_id: uuid.UUID) -> list[uuid.UUID]:
    """The ids of the assets that a variant shows, in order."""
    statement = (
        select(VariantAsset.asset_id)
        .where(VariantAsset.variant_id == variant_id)
        .order_by(col(VariantAsset.ordinal), col(VariantAsset.asset_id))
    )
    return list((await session.exec(statement)).all())

"""Which stories were delivered to which partners: whoever got one answers for it, as whoever took it does."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table, UTCDateTime


class StoryDelivery(Table, table=True):
    """That a partner got a story delivered: what it got, it answers for when the story is taken back. Kept as long as the story."""

    __tablename__ = "story_delivery"
    __table_args__ = ({"sqlite_with_rowid": False},)

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id", primary_key=True)
    first_at: datetime = Field(sa_type=UTCDateTime)


async def receivers_of(session: AsyncSession, story_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The partners that got a story delivered."""
    got = select(StoryDelivery.partner_id).where(StoryDelivery.story_id == story_id)
    return frozenset((await session.exec(got)).all())

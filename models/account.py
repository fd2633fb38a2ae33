"""What partners hold and owe of stories: the uses that counts are counted from, and the duties."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from sqlmodel import Field, Index, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table
from models.duty import AcceptedDuty
from models.language import LanguageTag
from models.partner import Partner
from models.policy import DeliveryChannel, RightsAction
from models.territory import Territory
from models.usage import Account, DutyFact, HeldUse, Use


class PickupUse(Table, table=True):
    """One use that a partner holds by a pickup that was not released. `language` is the one in which the copy runs, written out."""

    __tablename__ = "pickup_use"
    __table_args__ = (
        Index("ix_pickup_use_partner_id_story_id", "partner_id", "story_id"),
        Index("ix_pickup_use_partner_id_variant_id", "partner_id", "variant_id"),
    )

    pickup_id: uuid.UUID = Field(primary_key=True, foreign_key="pickup.id")
    ordinal: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    story_id: uuid.UUID = Field(foreign_key="story.id", index=True)
    variant_id: uuid.UUID = Field(foreign_key="variant.id")
    action: str = Field(max_length=24)
    territory: str = Field(max_length=8)
    channel: str = Field(max_length=24)
    language: str = Field(max_length=35)
    purpose: str | None = Field(default=None, max_length=64)
    event: str | None = Field(default=None, max_length=64)
    percentage: int | None = None

    def held(self) -> HeldUse:
        """The use as a decision takes it."""
        asked = Use(
            RightsAction(self.action),
            Territory(self.territory),
            DeliveryChannel(self.channel),
            LanguageTag(self.language),
            self.purpose,
            self.event,
            self.percentage,
        )
        return HeldUse(self.variant_id, asked)


async def accounts_of(
    session: AsyncSession, partner_id: uuid.UUID, story_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Account]:
    """A partner's accounts of stories, by story; stories of which it holds and owes nothing are left out."""
    uses: dict[uuid.UUID, list[HeldUse]] = defaultdict(list)
    duties: dict[uuid.UUID, list[DutyFact]] = defaultdict(list)
    held = select(PickupUse).where(PickupUse.partner_id == partner_id, col(PickupUse.story_id).in_(story_ids))
    for row in (await session.exec(held.order_by(col(PickupUse.pickup_id), col(PickupUse.ordinal)))).all():
        uses[row.story_id].append(row.held())
    owed = select(AcceptedDuty).where(
        AcceptedDuty.partner_id == partner_id,
        col(AcceptedDuty.story_id).in_(story_ids),
        col(AcceptedDuty.agreement_id).is_(None),
    )
    for duty in (await session.exec(owed.order_by(col(AcceptedDuty.id)))).all():
        assert duty.story_id is not None
        duties[duty.story_id].append(duty.fact())
    return {story: Account(tuple(uses[story]), tuple(duties[story])) for story in {*uses, *duties}}


async def account_of(session: AsyncSession, partner_id: uuid.UUID, story_id: uuid.UUID) -> Account:
    """A partner's account of one story."""
    return (await accounts_of(session, partner_id, [story_id])).get(story_id, Account())


async def accounts_towards(session: AsyncSession, story_id: uuid.UUID) -> dict[uuid.UUID, Account]:
    """Every partner's account of one story, by partner; those that hold and owe nothing of it are left out."""
    held = select(PickupUse.partner_id).where(PickupUse.story_id == story_id).distinct()
    owed = select(AcceptedDuty.partner_id).where(AcceptedDuty.story_id == story_id).distinct()
    partners = {*(await session.exec(held)).all(), *(await session.exec(owed)).all()}
    return {partner_id: await account_of(session, partner_id, story_id) for partner_id in sorted(partners)}


async def hold_account(session: AsyncSession, partner_id: uuid.UUID) -> None:
    """Holds everything that a partner holds and owes until the transaction ends: what counts it or adds to it comes one after another.

    It is the first lock that such a transaction takes.
    """
    statement = select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True)
    await session.exec(statement)

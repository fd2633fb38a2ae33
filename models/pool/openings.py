"""Keeps the openings: which conditional permissions of a story's live variants are open to partners that hold or owe something of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse, account_of
from models.duty import AcceptedDuty
from models.policy import Policy
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolOpening, PoolRights, PoolStory
from models.terms import load_policies
from models.usage.openings import openings

MOST_WAITS: Final = 8
"""For so many releases of one story, one right after the other, whoever holds its live state waits."""


async def refresh_openings(
    session: AsyncSession, story_id: uuid.UUID, partners: Collection[uuid.UUID] | None = None
) -> None:
    """Writes the openings of a story anew, in the transaction of what changed them.

    :param partners: whose account of the story has changed; None where the story has, which concerns everybody that has one.
    """
    policies = await _live_policies(session, story_id)
    conditional = {variant: policy for variant, policy in policies.items() if policy.conditional}
    if partners is None:
        partners = await _with_account(session, story_id)
        former = sa.delete(PoolOpening).where(col(PoolOpening.variant_id).in_(list(policies)))
        await session.execute(former)
    for partner_id in partners if conditional else ():
        await session.execute(
            sa.delete(PoolOpening).where(
                col(PoolOpening.partner_id) == partner_id, col(PoolOpening.variant_id).in_(list(conditional))
            )
        )
        account = await account_of(session, partner_id, story_id)
        rows = [
            PoolOpening(
                partner_id=partner_id,
                variant_id=variant,
                starts_at=opening.starts_at,
                open_new=opening.new,
                open_held=opening.held,
            )
            for variant, policy in conditional.items()
            for opening in openings(policy, account)
        ]
        session.add_all(rows)
        await session.flush()


async def _live_policies(session: AsyncSession, story_id: uuid.UUID) -> dict[uuid.UUID, Policy]:
    """The policy that holds for each live variant of a story, which stay the live ones until the transaction ends."""
    held = select(PoolStory.release_id).where(PoolStory.story_id == story_id).with_for_update(read=True)
    # Where a release is on its way in, the row that was waited for is gone afterwards, and the next statement sees the new one.
    for _ in range(MOST_WAITS):
        number = (await session.exec(held)).first()
        if number is not None:
            break
    else:
        return {}
    first = number * POSITIONS_PER_RELEASE
    statement = (
        select(PoolEntry.variant_id, PoolRights.policy_hash)
        .join(PoolRights, col(PoolRights.id) == PoolEntry.rights_id)
        .where(PoolEntry.position >= first, PoolEntry.position < first + POSITIONS_PER_RELEASE)
    )
    rows = (await session.exec(statement)).all()
    known = await load_policies(session, {name for _, name in rows})
    return {variant: known[name] for variant, name in rows}


async def _with_account(session: AsyncSession, story_id: uuid.UUID) -> list[uuid.UUID]:
    held = select(PickupUse.partner_id).where(PickupUse.story_id == story_id)
    owed = select(AcceptedDuty.partner_id).where(AcceptedDuty.story_id == story_id)
    return sorted({*(await session.exec(held.distinct())).all(), *(await session.exec(owed.distinct())).all()})

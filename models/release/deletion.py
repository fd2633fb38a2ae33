"""The duty that a kill fires: whoever holds a pickup of what was killed deletes every copy."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.change import Change
from models.duty import AcceptedDuty, DutyState
from models.notice.table import Notice, NoticeRecipient
from models.pickup.table import Pickup
from models.policy import DutyAction


async def owe_deletion(
    session: AsyncSession, story_id: uuid.UUID, variant_ids: Sequence[uuid.UUID], notice: Notice, change: Change
) -> list[AcceptedDuty]:
    """Makes the holders of pickups of killed variants owe their deletion, by when the notice binds them.

    The story's place in the pool must be held: then no pickup is acknowledged besides.
    """
    held = select(Pickup).where(
        Pickup.story_id == story_id, col(Pickup.variant_id).in_(variant_ids), col(Pickup.released_at).is_(None)
    )
    pickups = (await session.exec(held.order_by(col(Pickup.id)))).all()
    bound = select(NoticeRecipient.partner_id, NoticeRecipient.respond_by).where(NoticeRecipient.notice_id == notice.id)
    respond_by = dict((await session.exec(bound)).all())
    duties = [
        AcceptedDuty(
            partner_id=pickup.partner_id,
            story_id=story_id,
            pickup_id=pickup.id,
            action=DutyAction.DELETE,
            state=DutyState.PENDING,
            deadline=respond_by.get(pickup.partner_id),
            created_at=change.at,
            updated_at=change.at,
            updated_by=change.by,
        )
        for pickup in pickups
    ]
    session.add_all(duties)
    await session.flush()
    return duties

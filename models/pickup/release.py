"""Giving a pickup back unused."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.account import PickupUse, hold_account
from models.duty import AcceptedDuty, DutyState
from models.errors import Forbidden
from models.event import EventKind
from models.pickup.charge import give_back
from models.pickup.listing import find_pickup
from models.pickup.publication import end
from models.pickup.record import pickup_event
from models.pickup.table import Pickup
from models.policy import DutyAction
from models.pool.openings import refresh_openings
from models.viewer import Viewer

RELEASED_NOTE = "The pickup was given back unused."


async def release(session: AsyncSession, pickup_id: uuid.UUID, viewer: Viewer) -> Pickup:
    """Gives a pickup back: its uses count no longer, its quota is free again, its open duties are waived, but for the deletion of what
    was killed. Once: again changes nothing.

    :raises Forbidden: staff hold no pickups.
    :raises NotFound: no pickup of this partner has that id.
    """
    if viewer.actor.partner_id is None:
        raise Forbidden("staff hold no pickups; use a client of the partner")
    await hold_account(session, viewer.actor.partner_id)
    pickup = await find_pickup(session, pickup_id, viewer)
    if pickup.released_at is not None:
        return pickup
    await give_back(session, pickup)
    pickup.released_at = pickup.updated_at = viewer.now
    end(pickup)
    session.add(pickup)
    await session.execute(sa.delete(PickupUse).where(col(PickupUse.pickup_id) == pickup.id))
    owed = select(AcceptedDuty).where(AcceptedDuty.pickup_id == pickup.id, AcceptedDuty.state == DutyState.PENDING)
    for duty in (await session.exec(owed.where(AcceptedDuty.action != DutyAction.DELETE))).all():
        if duty.state_at(viewer.now) is DutyState.PENDING:
            duty.state, duty.note = DutyState.WAIVED, RELEASED_NOTE
            duty.updated_at, duty.updated_by = viewer.now, viewer.actor.client_id
            session.add(duty)
    await session.flush()
    await refresh_openings(session, pickup.story_id, [viewer.actor.partner_id])
    event.append(session, pickup_event(EventKind.PICKUP_RELEASED, pickup, viewer.now))
    return pickup

"""Where a partner stands with a notice, and that it has reached it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.table import NoticeChannel, NoticeRecipient


class NoticeState(StrEnum):
    """Where a partner stands with a notice."""

    OPEN = "OPEN"
    """Not acknowledged yet; there is time, or no deadline."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """Acknowledged, in time or not."""
    OVERDUE = "OVERDUE"
    """Not acknowledged, and the deadline has passed."""


def state_of(recipient: NoticeRecipient, now: datetime) -> NoticeState:
    """Where the partner stands."""
    if recipient.acknowledged_at is not None:
        return NoticeState.ACKNOWLEDGED
    if recipient.respond_by is not None and recipient.respond_by <= now:
        return NoticeState.OVERDUE
    return NoticeState.OPEN


def in_state(state: NoticeState, now: datetime) -> sa.ColumnElement[bool]:
    """`state_of` of a row."""
    acknowledged = col(NoticeRecipient.acknowledged_at).is_not(None)
    late = sa.and_(col(NoticeRecipient.respond_by).is_not(None), col(NoticeRecipient.respond_by) <= now)
    match state:
        case NoticeState.ACKNOWLEDGED:
            return acknowledged
        case NoticeState.OVERDUE:
            return sa.and_(~acknowledged, late)
        case NoticeState.OPEN:
            return sa.and_(~acknowledged, ~late)


async def record_delivery(
    session: AsyncSession,
    partner_id: uuid.UUID,
    notice_ids: Collection[uuid.UUID],
    channel: NoticeChannel,
    at: datetime,
) -> None:
    """Writes down that notices have reached a partner, and by which way. The first time counts."""
    statement = (
        sa.update(NoticeRecipient)
        .where(
            col(NoticeRecipient.partner_id) == partner_id,
            col(NoticeRecipient.notice_id).in_(list(notice_ids)),
            col(NoticeRecipient.delivered_at).is_(None),
        )
        .values(delivered_at=at, delivered_via=channel)
    )
    await session.execute(statement.execution_options(synchronize_session=False))

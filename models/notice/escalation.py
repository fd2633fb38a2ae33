"""What becomes of a notice that nobody acknowledges in time: its partner and the centre are told, once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.database import Database
from models.event import EventKind
from models.mail import MailKind, post
from models.notice.issue import notice_event
from models.notice.table import Notice, NoticeRecipient
from models.partner.table import Liaison, Partner

BATCH: Final = 100


async def escalate(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Deals with the notices whose deadline has passed: each once, whichever server comes first and wherever its clock goes then.

    :returns: how many were dealt with, at most `batch`.
    """
    async with database.write() as session:
        claimed = await _claim(session, now, batch)
        ids = {notice_id for notice_id, _ in claimed}
        notices = {
            notice.id: notice for notice in (await session.exec(select(Notice).where(col(Notice.id).in_(ids)))).all()
        }
        partners = await _partners(session, {partner_id for _, partner_id in claimed})
        for notice_id, partner_id in claimed:
            partner, liaison = partners[partner_id]
            if partner.notice_email is not None:
                post(session, MailKind.REMINDER, notice_id, partner_id, partner.notice_email, now)
            if liaison is not None:
                post(session, MailKind.ESCALATION, notice_id, partner_id, liaison.email, now)
            event.append(session, notice_event(EventKind.NOTICE_OVERDUE, notices[notice_id], partner_id, now))
        return len(claimed)


async def _claim(session: AsyncSession, now: datetime, batch: int) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    row = NoticeRecipient
    due = (
        select(row.notice_id, row.partner_id)
        .where(
            col(row.bound),
            col(row.respond_by) <= now,
            col(row.acknowledged_at).is_(None),
            col(row.escalated_at).is_(None),
        )
        .order_by(col(row.respond_by), col(row.notice_id), col(row.partner_id))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    claim = (
        sa.update(row)
        .where(sa.tuple_(col(row.notice_id), col(row.partner_id)).in_(due), col(row.escalated_at).is_(None))
        .values(escalated_at=now)
        .returning(col(row.notice_id), col(row.partner_id))
    )
    found = await session.execute(claim.execution_options(synchronize_session=False))
    return sorted((notice_id, partner_id) for notice_id, partner_id in found.all())


async def _partners(
    session: AsyncSession, partner_ids: set[uuid.UUID]
) -> dict[uuid.UUID, tuple[Partner, Liaison | None]]:
    statement = (
        select(Partner, Liaison)
        .outerjoin(Liaison, col(Liaison.id) == col(Partner.liaison_id))
        .where(col(Partner.id).in_(partner_ids))
    )
    return {partner.id: (partner, liaison) for partner, liaison in (await session.exec(statement)).all()}

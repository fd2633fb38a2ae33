"""How far everybody is with a notice: the clock of each partner, and of each of its copies."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.standing import NoticeState, in_state
from models.notice.table import CopyAction, Notice, NoticeCopy, NoticeRecipient
from models.paging import CursorKey, Page, PageRequest, cut_page, id_in_cursor
from models.partner.table import Partner


@dataclass(frozen=True)
class ComplianceFilter:
    """Which partners, of which notices; None asks nothing."""

    notice_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    story_id: uuid.UUID | None = None
    state: NoticeState | None = None
    drill: bool | None = None


@dataclass(frozen=True)
class Compliance:
    """One partner with one notice, and what it said of its copies."""

    notice: Notice
    recipient: NoticeRecipient
    partner: Partner
    copies: tuple[NoticeCopy, ...]

    def all_down_at(self) -> datetime | None:
        """When the last of its copies was corrected or removed; None while one was not, or none is known."""
        done = [copy.done_at for copy in self.copies]
        known = [moment for moment in done if moment is not None]
        return max(known) if known and len(known) == len(done) else None

    def all_verified_at(self) -> datetime | None:
        """When the last of its copies was verified; None while one was not, or none is known."""
        seen = [copy.verified_at for copy in self.copies]
        known = [moment for moment in seen if moment is not None]
        return max(known) if known and len(known) == len(seen) else None


def is_copy_overdue(copy: NoticeCopy, now: datetime) -> bool:
    """Whether a copy should have been corrected or removed by now, by the partner's own word."""
    done = copy.action in (CopyAction.CORRECTED, CopyAction.REMOVED)
    return not done and copy.due_at is not None and copy.due_at <= now


def seconds_between(start: datetime, end: datetime | None) -> int | None:
    """Whole seconds from one moment to another, never below 0; None where the other has not come."""
    return None if end is None else max(0, int((end - start).total_seconds()))


async def find_compliance(
    session: AsyncSession, request: PageRequest, wanted: ComplianceFilter, now: datetime
) -> Page[Compliance]:
    """A page of partners and notices: the newest notice first, its partners by their ids."""
    row = NoticeRecipient
    statement = (
        select(Notice, row, Partner)
        .join(row, col(row.notice_id) == col(Notice.id))
        .join(Partner, col(Partner.id) == col(row.partner_id))
    )
    for column, value in (
        (col(row.notice_id), wanted.notice_id),
        (col(row.partner_id), wanted.partner_id),
        (col(Notice.story_id), wanted.story_id),
        (col(Notice.drill), wanted.drill),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.state is not None:
        statement = statement.where(in_state(wanted.state, now))
    notice_id, partner_id = col(row.notice_id), col(row.partner_id)
    if request.after is not None:
        notice, partner = _place(request.after)
        statement = statement.where(sa.or_(notice_id < notice, sa.and_(notice_id == notice, partner_id > partner)))
    if request.before is not None:
        notice, partner = _place(request.before)
        statement = statement.where(sa.or_(notice_id > notice, sa.and_(notice_id == notice, partner_id < partner)))
    order = (notice_id.asc(), partner_id.desc()) if request.backward else (notice_id.desc(), partner_id.asc())
    rows = (await session.exec(statement.order_by(*order).limit(request.size + 1))).all()
    ids = {notice.id for notice, _, _ in rows}
    said = select(NoticeCopy).where(col(NoticeCopy.notice_id).in_(ids)).order_by(col(NoticeCopy.id))
    copies = (await session.exec(said)).all() if ids else ()
    found = [
        Compliance(
            notice,
            recipient,
            partner,
            tuple(copy for copy in copies if (copy.notice_id, copy.partner_id) == (notice.id, partner.id)),
        )
        for notice, recipient, partner in rows
    ]
    return cut_page(found, lambda item: (item.notice.id.hex, item.partner.id.hex), request)


def _place(key: CursorKey) -> tuple[uuid.UUID, uuid.UUID]:
    return id_in_cursor(key[:1], "notice"), id_in_cursor(key[1:], "partner")

"""How partners keep what was agreed, and which copies somebody has to look after."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.table import NoticeRecipient
from models.outlet import Outlet
from models.partner import Partner
from models.pickup import Pickup, Publication
from models.pickup.publication import is_in
from models.report.copies import BEFORE, COPIES, VERIFIED
from models.report.measure import FIGURE_COLUMNS, Scope, Sums, sums_by
from models.report.number import copies_before, counted, sums_of
from models.report.table import Column, ColumnKind, Row, Table
from models.report.words import Says
from models.reprint.table import Reprint, ReprintCheck, ReprintState
from models.rollup.copy import TIMED
from models.rollup.pending import seconds_between
from models.rollup.read import cells_of, span_kept
from models.rollup.table import Axis
from models.story import Story

TO_LOOK_AFTER: Final = (
    ReprintState.CREDIT_MISSING,
    ReprintState.MISMATCH,
    ReprintState.CHANGED,
    ReprintState.NEEDS_REVIEW,
    ReprintState.DEAD_LINK,
    ReprintState.UNREACHABLE,
    ReprintState.BLOCKED,
)
"""What somebody has to look after, the most pressing first."""


async def scorecard(session: AsyncSession, scope: Scope, now: datetime, first: int) -> Table:
    """Partners by what they took and what became of it."""
    wanted = select(Partner).order_by(col(Partner.key)).limit(first)
    if scope.partner_id is not None:
        wanted = wanted.where(Partner.id == scope.partner_id)
    partners = (await session.exec(wanted)).all()
    cards = await _cards(session, scope, [partner.id for partner in partners])
    before = await _copies_before(session, scope, [partner.id for partner in partners])
    overdue = await _overdue(session, scope, now)
    columns = (
        Column("partner", "Partner", "合作方"),
        Column("kind", "Kind", "类别", says=Says.CODES),
        Column("pickups", "Pickups", "采用数", ColumnKind.COUNT),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("creditKept", "Credit kept, of those looked at", "署名保留率（已核查）", ColumnKind.SHARE),
        Column("missing", "Pickups without a copy in time", "逾期未见刊", ColumnKind.COUNT),
        Column("hours", "Hours from pickup to publication, mean", "采用到发布平均小时数", ColumnKind.HOURS),
        Column("overdue", "Notices overdue", "逾期未确认通知", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    rows = []
    for partner in partners:
        card = cards.get(partner.id, _Card())
        looked_at = card.seen + card.uncredited
        rows.append(
            Row(
                (
                    partner.key,
                    partner.kind.value,
                    card.pickups,
                    card.copies,
                    before.get(partner.id, 0),
                    card.seen,
                    round(card.seen / looked_at, 4) if looked_at else None,
                    card.missing,
                    round(card.seconds / card.timed / 3600, 2) if card.timed else None,
                    overdue.get(partner.id, 0),
                    *card.sums.cells(),
                ),
                ("Partner", partner.id),
            )
        )
    note = (
        "A pickup is missing if no copy is known by the day on which its terms ask for one, or else 30 days after it was to run, or, where "
        "nobody said when, after it was made.",
        "至条款约定的告知期限（无约定的，采用后或计划刊播日后满30天）仍无任何转载记录的，计为逾期未见刊。",
    )
    return Table(columns, rows, [note])


@dataclass
class _Card:
    """What is counted of a partner. `seconds` lay between pickup and publication of `timed` copies."""

    copies: int = 0
    seen: int = 0
    uncredited: int = 0
    timed: int = 0
    seconds: int = 0
    pickups: int = 0
    missing: int = 0
    sums: Sums = field(default_factory=Sums)


async def _cards(session: AsyncSession, scope: Scope, ids: list[uuid.UUID]) -> dict[uuid.UUID, _Card]:
    span = await span_kept(session, scope.period)
    if span is not None:
        cells = await cells_of(session, span, Axis.PARTNER, [partner_id.hex for partner_id in ids])
        return {
            uuid.UUID(item): _Card(
                *(cell.copies, cell.seen, cell.uncredited, cell.timed, cell.seconds),
                *(cell.pickups, cell.missing, sums_of(cell)),
            )
            for item, cell in cells.items()
        }
    cards: dict[uuid.UUID, _Card] = {partner_id: _Card() for partner_id in ids}
    whose = sa.func.coalesce(col(Reprint.partner_id), col(Outlet.partner_id), type_=sa.Uuid())
    at_outlet = (Outlet, col(Outlet.id) == col(Reprint.outlet_id))
    for (partner_id,), one in (await counted(session, (whose,), scope, None, joined=[at_outlet])).items():
        if partner_id in cards:
            card = cards[partner_id]
            card.copies, card.seen, card.uncredited = one.copies, one.seen, one.uncredited
    for (partner_id,), sums in (await sums_by(session, (whose,), scope.clause(), at_outlet)).items():  # type: ignore[misc]  # a tuple
        if partner_id in cards:
            cards[partner_id].sums = sums
    for partner_id, seconds in await _seconds(session, scope):
        if partner_id in cards:
            cards[partner_id].timed += 1
            cards[partner_id].seconds += seconds
    missing = sa.func.sum(sa.case((is_in(Publication.MISSING), 1), else_=0))
    statement = sa.select(col(Pickup.partner_id), sa.func.count(), missing).where(*_in_period(scope))
    for partner_id, number, unseen in (await session.execute(statement.group_by(col(Pickup.partner_id)))).all():
        if partner_id in cards:
            cards[partner_id].pickups, cards[partner_id].missing = number, int(unseen)
    return cards


async def _copies_before(session: AsyncSession, scope: Scope, ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    if await span_kept(session, scope.before.period) is None:
        return {partner_id: card.copies for partner_id, card in (await _cards(session, scope.before, ids)).items()}
    whole = Scope(scope.period)  # a partner's cells are of it alone
    found = await copies_before(session, Axis.PARTNER, whole, [(partner_id,) for partner_id in ids])
    return {place[0]: copies for place, copies in found.items()}


def _in_period(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Pickup.created_at) >= scope.period.start,
        col(Pickup.created_at) < scope.period.end,
        col(Pickup.released_at).is_(None),
    )


async def _seconds(session: AsyncSession, scope: Scope) -> list[tuple[uuid.UUID, int]]:
    """From pickup to publication, of copies whose moment is known to the minute, with whose they are."""
    whose = sa.func.coalesce(col(Reprint.partner_id), col(Outlet.partner_id), type_=sa.Uuid())
    statement = (
        sa.select(whose, col(Reprint.published_at), col(Pickup.created_at), col(Reprint.published_precision))
        .join(Pickup, col(Pickup.id) == col(Reprint.pickup_id))
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .where(scope.clause(), col(Reprint.published_precision).in_(TIMED))
    )
    rows = (await session.execute(statement)).all()
    found = [(row[0], seconds_between(row[2], row[1], row[3])) for row in rows]
    return [(partner_id, seconds) for partner_id, seconds in found if seconds is not None]


async def _overdue(session: AsyncSession, scope: Scope, now: datetime) -> dict[uuid.UUID, int]:
    statement = select(NoticeRecipient.partner_id, sa.func.count()).where(
        col(NoticeRecipient.acknowledged_at).is_(None),
        col(NoticeRecipient.respond_by) < now,
        col(NoticeRecipient.respond_by) >= scope.period.start,
        col(NoticeRecipient.respond_by) < scope.period.end,
    )
    return dict((await session.exec(statement.group_by(col(NoticeRecipient.partner_id)))).all())


async def queue(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Copies that somebody has to look after, the most pressing first, and of those the ones that were published last."""
    newest = select(ReprintCheck.reasons).where(ReprintCheck.reprint_id == Reprint.id)
    reasons = newest.order_by(col(ReprintCheck.id).desc()).limit(1).correlate(Reprint).scalar_subquery()
    rows: list[Row] = []
    for state in TO_LOOK_AFTER:
        if len(rows) == first:
            break
        statement = (
            sa.select(Reprint, Outlet, col(Partner.key), col(Story.uri), reasons)
            .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
            .outerjoin(Partner, col(Partner.id) == col(Reprint.partner_id))
            .outerjoin(Story, col(Story.id) == col(Reprint.story_id))
            .where(scope.clause(), col(Reprint.state) == state)
            .order_by(col(Reprint.published_at).desc(), col(Reprint.id).desc())
            .limit(first - len(rows))
        )
        for row, outlet, partner, uri, why in (await session.execute(statement)).all():
            about = (row.state.value, row.published_at, outlet.name, partner, uri, row.url, row.note)
            rows.append(Row((*about, ", ".join(why or ())), ("Reprint", row.id)))
    columns = (
        Column("state", "State", "核实状态", says=Says.CODES),
        Column("published", "Published", "发布时间", ColumnKind.MOMENT),
        Column("outlet", "Outlet", "刊播渠道"),
        Column("partner", "Partner", "合作方"),
        Column("story", "Story", "稿件"),
        Column("url", "Address", "链接", ColumnKind.ADDRESS),
        Column("note", "Note", "备注"),
        Column("reasons", "Why", "原因", says=Says.CODES),
    )
    return Table(columns, rows)

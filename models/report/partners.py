"""How partners keep what was agreed, and which copies somebody has to look after."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.table import NoticeRecipient
from models.outlet import Outlet
from models.partner import Partner
from models.pickup import Pickup
from models.report.copies import BEFORE, COPIES, MOST_ROWS, VERIFIED
from models.report.measure import FIGURE_COLUMNS, Scope, Sums, sums_by
from models.report.table import Column, ColumnKind, Row, Table
from models.reprint.table import Reprint, ReprintState, TimePrecision
from models.story import Story

PATIENCE: Final = timedelta(days=30)
"""After a pickup, or after when it was to run, a copy that nobody has heard of counts as missing."""
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


async def scorecard(session: AsyncSession, scope: Scope, now: datetime) -> Table:
    """Partners by what they took and what became of it."""
    wanted = select(Partner).order_by(col(Partner.key)).limit(MOST_ROWS)
    if scope.partner_id is not None:
        wanted = wanted.where(Partner.id == scope.partner_id)
    partners = (await session.exec(wanted)).all()
    whose = sa.func.coalesce(col(Reprint.partner_id), col(Outlet.partner_id), type_=sa.Uuid())
    at_outlet = (Outlet, col(Outlet.id) == col(Reprint.outlet_id))
    copies = await _copies(session, whose, scope)
    before = await _copies(session, whose, scope.before)
    sums = await sums_by(session, (whose,), scope.clause(), at_outlet)
    pickups, missing = await _pickups(session, scope, now)
    hours = await _hours(session, scope)
    overdue = await _overdue(session, scope, now)
    columns = (
        Column("partner", "Partner", "合作方"),
        Column("kind", "Kind", "类别"),
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
        number, seen, without_credit = copies.get(partner.id, (0, 0, 0))
        looked_at = seen + without_credit
        rows.append(
            Row(
                (
                    partner.key,
                    partner.kind.value,
                    pickups.get(partner.id, 0),
                    number,
                    before.get(partner.id, (0, 0, 0))[0],
                    seen,
                    round(seen / looked_at, 4) if looked_at else None,
                    missing.get(partner.id, 0),
                    hours.get(partner.id),
                    overdue.get(partner.id, 0),
                    *sums.get((partner.id,), Sums()).cells(),
                ),
                ("Partner", partner.id),
            )
        )
    note = (
        "A pickup is missing 30 days after it was to run, or, where nobody said when, after it was made, if no copy is known.",
        "采用后（或计划刊播日后）满30天仍无任何转载记录的，计为逾期未见刊。",
    )
    return Table(columns, rows, [note])


async def _copies(session: AsyncSession, whose: Any, scope: Scope) -> dict[uuid.UUID, tuple[int, int, int]]:
    def so_many(*states: ReprintState) -> Any:
        return sa.func.sum(sa.case((col(Reprint.state).in_(states), 1), else_=0))

    statement = (
        sa.select(
            whose,
            sa.func.count(),
            so_many(ReprintState.VERIFIED, ReprintState.PARTIAL),
            so_many(ReprintState.CREDIT_MISSING),
        )
        .select_from(Reprint)
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .where(scope.clause())
        .group_by(whose)
    )
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in (await session.execute(statement)).all() if row[0]}


async def _pickups(
    session: AsyncSession, scope: Scope, now: datetime
) -> tuple[dict[uuid.UUID, int], dict[uuid.UUID, int]]:
    in_period = sa.and_(
        col(Pickup.created_at) >= scope.period.start,
        col(Pickup.created_at) < scope.period.end,
        col(Pickup.released_at).is_(None),
    )
    found = sa.exists().where(col(Reprint.pickup_id) == col(Pickup.id), col(Reprint.state) != ReprintState.WITHDRAWN)
    due = sa.func.coalesce(col(Pickup.planned_at), col(Pickup.created_at)) < now - PATIENCE
    missing = sa.func.sum(sa.case((sa.and_(due, ~found), 1), else_=0))
    statement = sa.select(col(Pickup.partner_id), sa.func.count(), missing).where(in_period)
    rows = (await session.execute(statement.group_by(col(Pickup.partner_id)))).all()
    return {row[0]: row[1] for row in rows}, {row[0]: int(row[2]) for row in rows}


async def _hours(session: AsyncSession, scope: Scope) -> dict[uuid.UUID, float]:
    """From pickup to publication, of copies whose moment is known to the minute."""
    statement = (
        select(Reprint.partner_id, Reprint.published_at, Pickup.created_at)
        .join(Pickup, col(Pickup.id) == col(Reprint.pickup_id))
        .where(
            scope.clause(),
            col(Reprint.published_precision).in_((TimePrecision.SECOND, TimePrecision.MINUTE)),
            col(Reprint.published_at) >= col(Pickup.created_at),
        )
        .order_by(col(Reprint.published_at).desc())
        .limit(50_000)
    )
    taken: dict[uuid.UUID, list[float]] = {}
    for partner_id, published, picked in (await session.exec(statement)).all():
        assert partner_id is not None
        taken.setdefault(partner_id, []).append((published - picked).total_seconds() / 3600)
    return {partner_id: round(sum(hours) / len(hours), 2) for partner_id, hours in taken.items()}


async def _overdue(session: AsyncSession, scope: Scope, now: datetime) -> dict[uuid.UUID, int]:
    statement = select(NoticeRecipient.partner_id, sa.func.count()).where(
        col(NoticeRecipient.acknowledged_at).is_(None),
        col(NoticeRecipient.respond_by) < now,
        col(NoticeRecipient.respond_by) >= scope.period.start,
        col(NoticeRecipient.respond_by) < scope.period.end,
    )
    return dict((await session.exec(statement.group_by(col(NoticeRecipient.partner_id)))).all())


async def queue(session: AsyncSession, scope: Scope) -> Table:
    """Copies that somebody has to look after, whenever they were published before the end of the period."""
    rank = sa.case({state: number for number, state in enumerate(TO_LOOK_AFTER)}, value=col(Reprint.state))
    statement = (
        sa.select(Reprint, Outlet, col(Partner.key), col(Story.uri))
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .outerjoin(Partner, col(Partner.id) == col(Reprint.partner_id))
        .outerjoin(Story, col(Story.id) == col(Reprint.story_id))
        .where(scope.clause(), col(Reprint.state).in_(TO_LOOK_AFTER))
        .order_by(rank, col(Reprint.published_at).desc(), col(Reprint.id).desc())
        .limit(MOST_ROWS)
    )
    columns = (
        Column("state", "State", "核实状态"),
        Column("published", "Published", "发布时间", ColumnKind.MOMENT),
        Column("outlet", "Outlet", "刊播渠道"),
        Column("partner", "Partner", "合作方"),
        Column("story", "Story", "稿件"),
        Column("url", "Address", "链接", ColumnKind.ADDRESS),
        Column("note", "Note", "备注"),
    )
    rows = [
        Row((row.state.value, row.published_at, outlet.name, partner, uri, row.url, row.note), ("Reprint", row.id))
        for row, outlet, partner, uri in (await session.execute(statement)).all()
    ]
    return Table(columns, rows)

"""The centre's own accounts, and the figures that stand behind all figures."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UTCDateTime
from models.errors import BadCursor
from models.metric.standing import standing_figures
from models.metric.table import Counting, Measure, MetricGroup, MetricGroupMember, MetricSnapshot, StandingFigure
from models.outlet import Outlet
from models.report.copies import COPIES, FOLLOWERS_ARE_NOT_VIEWS, NOTHING
from models.report.measure import Scope
from models.report.number import numbers_of
from models.report.table import Cell, Column, ColumnKind, Position, Row, Table
from models.report.words import Says
from models.reprint.table import Reprint
from models.rollup.table import Axis

_ACCOUNT_MEASURES = (Measure.FOLLOWERS, Measure.READS, Measure.VIEWS, Measure.PLAYS)


async def accounts(session: AsyncSession, scope: Scope) -> Table:
    """The centre's own outlets, each and together, by the newest figures that were given before the end of the period."""
    own = select(Outlet).where(col(Outlet.partner_id).is_(None), col(Outlet.unclaimed).is_(False))
    outlets = (await session.exec(own.order_by(col(Outlet.name)))).all()
    counts = await numbers_of(session, Axis.OUTLET, scope, [(outlet.id,) for outlet in outlets])
    ids = {outlet.id for outlet in outlets}
    members = select(MetricGroupMember.group_id).where(col(MetricGroupMember.outlet_id).in_(ids))
    statement = select(MetricGroup).where(col(MetricGroup.id).in_(members)).order_by(col(MetricGroup.key))
    groups = (await session.exec(statement)).all()
    figures = await standing_figures(session, [*ids, *(group.id for group in groups)])
    columns = (
        Column("account", "Account", "账号"),
        Column("platform", "Platform", "平台", says=Says.PLATFORM),
        COPIES,
        Column("followers", "Followers", "粉丝数", ColumnKind.COUNT),
        Column("reads", "Reads", "阅读量", ColumnKind.COUNT),
        Column("views", "Views", "浏览量", ColumnKind.COUNT),
        Column("plays", "Plays", "播放量", ColumnKind.COUNT),
        Column("quality", "Quality of the figures", "数据质量", says=Says.QUALITY),
    )
    rows = [
        Row(
            (
                outlet.name,
                outlet.platform,
                counts.get((outlet.id,), NOTHING).copies,
                *_figures(figures[outlet.id], scope),
            ),
            ("Outlet", outlet.id),
        )
        for outlet in outlets
    ]
    rows += [
        Row((group.name, None, None, *_figures(figures[group.id], scope)), ("MetricGroup", group.id))
        for group in groups
    ]
    note = (
        "Figures of several accounts together stand in a row of their own, and are the sum of no other rows.",
        "多账号合计的数据单列一行，并非其他行之和。",
    )
    return Table(columns, rows, [FOLLOWERS_ARE_NOT_VIEWS, note])


def _figures(found: list[StandingFigure], scope: Scope) -> tuple[Cell, ...]:
    there = {one.measure: one for one in found if one.as_of < scope.period.end and one.counting is Counting.RAW}
    shown = [(measure, there.get(measure)) for measure in _ACCOUNT_MEASURES]
    quality = "; ".join(f"{measure} {one.qualifier} {one.grade}" for measure, one in shown if one is not None)
    return (*(None if one is None else one.value for _, one in shown), quality or None)


async def evidence(session: AsyncSession, scope: Scope, first: int, after: Position | None) -> Table:
    """Every figure of groups and outlets, then of the copies of the period by when they were published, with its source and evidence."""
    found: list[MetricSnapshot] = []
    among_copies = after is not None and after[0] != ""
    if not among_copies and scope.partner_id is None:
        found += await _of_groups_and_outlets(session, scope, first + 1, None if after is None else after[1])
    if len(found) <= first:
        found += await _of_copies(session, scope, first + 1 - len(found), after if among_copies else None)
    subjects = await _subjects(session, found[:first])
    columns = (
        Column("subject", "Of what", "对象"),
        Column("measure", "Measure", "指标", says=Says.CODES),
        Column("value", "Value", "数值", ColumnKind.COUNT),
        Column("qualifier", "Qualifier", "限定", says=Says.CODES),
        Column("grade", "Grade", "等级", says=Says.CODES),
        Column("asOf", "As of", "截至", ColumnKind.MOMENT),
        Column("counting", "Robots", "机器流量", says=Says.CODES),
        Column("source", "Source", "来源"),
        Column("method", "Method", "方法"),
        Column("evidence", "Evidence", "证据"),
        Column("decreased", "Below an earlier figure", "低于此前数值", says=Says.CODES),
    )
    rows = [
        Row(
            (
                subjects[one.id],
                one.measure.value,
                one.value,
                one.qualifier.value,
                one.grade.value,
                one.as_of,
                one.counting.value,
                one.source,
                one.method,
                one.evidence,
                "YES" if one.decreased else None,
            ),
            ("MetricSnapshot", one.id),
        )
        for one in found[:first]
    ]
    return Table(columns, rows, after=await _place_of(session, found[first - 1]) if len(found) > first else None)


async def _of_groups_and_outlets(
    session: AsyncSession, scope: Scope, number: int, after: str | None
) -> Sequence[MetricSnapshot]:
    period = scope.period
    groups = select(MetricGroup.id).where(scope.narrowing.of_groups())
    ran = groups.where(col(MetricGroup.ran_at) >= period.start, col(MetricGroup.ran_at) < period.end)
    undated = groups.where(col(MetricGroup.ran_at).is_(None))
    dated = sa.and_(col(MetricSnapshot.as_of) >= period.start, col(MetricSnapshot.as_of) < period.end)
    found: list[MetricSnapshot] = []
    # One by one: each has an index, which a condition that names them all together would not use.
    then, ever = (await session.exec(ran)).all(), (await session.exec(undated)).all()
    conditions = [sa.and_(dated, scope.narrowing.of_outlets())]
    conditions += [col(MetricSnapshot.group_id).in_(then)] if then else []
    conditions += [sa.and_(dated, col(MetricSnapshot.group_id).in_(ever))] if ever else []
    for condition in conditions:
        statement = select(MetricSnapshot.id).where(condition)
        if after is not None:
            statement = statement.where(col(MetricSnapshot.id) > uuid.UUID(after))
        ids = sorted((await session.exec(statement)).all())[:number]
        found += (await session.exec(select(MetricSnapshot).where(col(MetricSnapshot.id).in_(ids)))).all()
    return sorted(found, key=lambda one: one.id)[:number]


async def _of_copies(
    session: AsyncSession, scope: Scope, number: int, after: Position | None
) -> Sequence[MetricSnapshot]:
    of_reprint = select(MetricSnapshot).order_by(col(MetricSnapshot.id)).limit(number)
    moment, key = col(Reprint.published_at), col(Reprint.id)
    measured = sa.exists().where(col(MetricSnapshot.reprint_id) == key)
    copies = select(Reprint.id).where(scope.clause(), measured).order_by(moment, key).limit(number)
    found: list[MetricSnapshot] = []
    if after is not None:
        last = await session.get(MetricSnapshot, uuid.UUID(after[1]))
        if last is None or last.reprint_id is None:
            raise BadCursor("the cursor names no figure of a copy", field=["after"])
        rest = of_reprint.where(MetricSnapshot.reprint_id == last.reprint_id, col(MetricSnapshot.id) > last.id)
        found += (await session.exec(rest)).all()
        place = sa.tuple_(
            sa.literal(datetime.fromisoformat(after[0]), UTCDateTime()), sa.literal(last.reprint_id, sa.Uuid())
        )
        copies = copies.where(sa.tuple_(moment, key) > place)
    # Each of these copies has a figure, so no more of them are needed than figures.
    ids = (await session.exec(copies)).all()
    by_copy: dict[uuid.UUID | None, list[MetricSnapshot]] = {}
    figures = select(MetricSnapshot).where(col(MetricSnapshot.reprint_id).in_(ids))
    for one in (await session.exec(figures.order_by(col(MetricSnapshot.id)))).all():
        by_copy.setdefault(one.reprint_id, []).append(one)
    found += [one for reprint_id in ids for one in by_copy[reprint_id]]
    return found[:number]


async def _place_of(session: AsyncSession, one: MetricSnapshot) -> Position:
    if one.reprint_id is None:
        return "", str(one.id)
    reprint = await session.get(Reprint, one.reprint_id)
    assert reprint is not None
    return reprint.published_at.isoformat(), str(one.id)


async def _subjects(session: AsyncSession, found: Sequence[MetricSnapshot]) -> dict[uuid.UUID, str]:
    """What figures are of, in words: the outlet of a copy with its title or place, the name of a group or an outlet."""
    copies = {one.reprint_id for one in found if one.reprint_id is not None}
    statement = (
        select(Reprint.id, Outlet.name, sa.func.coalesce(col(Reprint.title), col(Reprint.place), col(Reprint.address)))
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .where(col(Reprint.id).in_(copies))
    )
    names = {row[0]: f"{row[1]}: {row[2]}" for row in (await session.exec(statement)).all()}
    groups = select(MetricGroup.id, MetricGroup.name).where(col(MetricGroup.id).in_({one.group_id for one in found}))
    names |= dict((await session.exec(groups)).all())
    outlets = select(Outlet.id, Outlet.name).where(col(Outlet.id).in_({one.outlet_id for one in found}))
    names |= dict((await session.exec(outlets)).all())
    return {one.id: names[one.reprint_id or one.group_id or one.outlet_id] for one in found}  # type: ignore[index]  # one is set

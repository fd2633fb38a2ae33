"""The ledger of copies, and copies counted by language and country, outlet and month; and the chains that they make."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UTCDateTime
from models.metric.standing import standing_figures
from models.metric.table import Counting, StandingFigure
from models.outlet import Outlet
from models.partner import Partner
from models.report.measure import FIGURE_COLUMNS, SHOWN, Scope, Sum, Sums, groups_in
from models.report.number import TOGETHER, Number, copies_before, numbers
from models.report.table import Cell, Column, ColumnKind, Position, Row, Table
from models.report.words import Says
from models.reprint.record import stage_of
from models.reprint.table import Reprint, ReprintState
from models.rollup.chain import chain_rows
from models.rollup.fold import zone_kept
from models.rollup.read import largest_chains
from models.rollup.table import Axis, RollupChain
from models.story import Story

MOST_ROWS: Final = 1000
"""Of a report that is no list, in a file; the largest first."""
COPIES: Final = Column("copies", "Copies", "转载数", ColumnKind.COUNT)
BEFORE: Final = Column("copiesBefore", "Copies, period before", "上期转载数", ColumnKind.COUNT)
VERIFIED: Final = Column("verified", "Verified", "已核实", ColumnKind.COUNT)
NOTHING: Final = Number()
MOST_CHAINS: Final = 100
LEDGER: Final = (
    Column("published", "Published", "发布时间", ColumnKind.MOMENT),
    Column("precision", "Known to the", "时间精度", says=Says.CODES),
    Column("outlet", "Outlet", "刊播渠道"),
    Column("platform", "Platform", "平台", says=Says.PLATFORM),
    Column("language", "Language", "语种", says=Says.LANGUAGE),
    Column("territory", "Country or region", "国家或地区", says=Says.TERRITORY),
    Column("form", "Form", "转载形式", says=Says.CODES),
    Column("state", "State", "核实状态", says=Says.CODES),
    Column("edge", "Came as", "传播方式", says=Says.CODES),
    Column("depth", "Steps from the first", "传播层级", ColumnKind.COUNT),
    Column("stage", "Stage", "传播阶段", says=Says.CODES),
    Column("partner", "Partner", "合作方"),
    Column("story", "Story", "稿件"),
    Column("title", "Title", "标题"),
    Column("url", "Address", "链接", ColumnKind.ADDRESS),
    *FIGURE_COLUMNS,
)


async def ledger(session: AsyncSession, scope: Scope, first: int, after: Position | None) -> Table:
    """Every copy, the one that was published last first."""
    statement = (
        select(Reprint, Outlet, Story.uri, Partner.key)
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .outerjoin(Story, col(Story.id) == col(Reprint.story_id))
        .outerjoin(Partner, col(Partner.id) == col(Reprint.partner_id))
        .where(scope.clause())
    )
    if after is not None:
        moment = sa.literal(datetime.fromisoformat(after[0]), UTCDateTime())
        position = sa.tuple_(moment, sa.literal(uuid.UUID(after[1]), sa.Uuid()))
        statement = statement.where(sa.tuple_(col(Reprint.published_at), col(Reprint.id)) < position)
    found = (
        await session.exec(
            statement.order_by(col(Reprint.published_at).desc(), col(Reprint.id).desc()).limit(first + 1)
        )
    ).all()
    figures = await standing_figures(session, [row.id for row, *_ in found[:first]])
    rows = [
        Row(_copy(row, outlet, uri, partner) + _own(figures[row.id]).cells(), ("Reprint", row.id))
        for row, outlet, uri, partner in found[:first]
    ]
    last = found[first - 1][0] if len(found) > first else None
    return Table(LEDGER, rows, after=None if last is None else (last.published_at.isoformat(), str(last.id)))


def _copy(row: Reprint, outlet: Outlet, uri: str | None, partner: str | None) -> tuple[Cell, ...]:
    return (
        row.published_at,
        row.published_precision.value,
        outlet.name,
        outlet.platform,
        row.language,
        row.territory,
        None if row.form is None else row.form.value,
        row.state.value,
        row.edge_kind.value,
        row.depth,
        (row.stage_given or stage_of(outlet)).value,
        partner,
        uri,
        row.title or row.place,
        row.url,
    )


def _own(figures: list[StandingFigure]) -> Sums:
    sums = Sums()
    best = {figure.measure: figure for figure in figures if figure.counting is Counting.RAW}
    best |= {figure.measure: figure for figure in figures if figure.counting is Counting.FILTERED}
    for figure in best.values():
        if figure.measure in SHOWN:
            sums.add(figure.measure, Sum(figure.value, figure.grade, figure.qualifier))
    return sums


async def by_language(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Copies by language and country or region."""
    found = await numbers(session, Axis.PLACE, scope, first)
    before = await copies_before(session, Axis.PLACE, scope, found)
    columns = (
        Column("language", "Language", "语种", says=Says.LANGUAGE),
        Column("territory", "Country or region", "国家或地区", says=Says.TERRITORY),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("outlets", "Outlets", "渠道数", ColumnKind.COUNT),
        Column("stories", "Stories", "稿件数", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    rows = []
    for place, one in found.items():
        cells = (one.copies, before.get(place, 0), one.seen, one.outlets, one.stories)
        rows.append(Row((*place, *cells, *one.sums.cells())))
    return Table(columns, rows)


async def by_outlet(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Outlets by how many copies they ran."""
    found = await numbers(session, Axis.OUTLET, scope, first)
    before = await copies_before(session, Axis.OUTLET, scope, found)
    named = (await session.exec(select(Outlet).where(col(Outlet.id).in_([place[0] for place in found])))).all()
    outlets = {outlet.id: outlet for outlet in named}
    columns = (
        Column("outlet", "Outlet", "刊播渠道"),
        Column("platform", "Platform", "平台", says=Says.PLATFORM),
        Column("stage", "Stage", "传播阶段", says=Says.CODES),
        Column("followers", "Followers, newest figure", "粉丝数（最新）", ColumnKind.COUNT),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("stories", "Stories", "稿件数", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    rows = []
    for place, one in found.items():
        outlet = outlets[place[0]]
        about = (outlet.name, outlet.platform, stage_of(outlet).value, followers_of(outlet))
        cells = (one.copies, before.get(place, 0), one.seen, one.stories)
        rows.append(Row((*about, *cells, *one.sums.cells()), ("Outlet", outlet.id)))
    return Table(columns, rows, [FOLLOWERS_ARE_NOT_VIEWS])


FOLLOWERS_ARE_NOT_VIEWS: Final = (
    "Followers are accounts that follow an outlet. They are no views, and are added to nothing.",
    "粉丝数是关注该渠道的账号数，不等于浏览量，也不与任何数据相加。",
)


def followers_of(outlet: Outlet) -> int | None:
    """The newest figure of followers that is known of an outlet."""
    figures = [figure for figure in outlet.audience if figure["measure"] == "FOLLOWERS"]
    return max(figures, key=lambda figure: figure["asOf"] or "")["value"] if figures else None


async def growth(session: AsyncSession, scope: Scope) -> Table:
    """Copies by month."""
    columns = (
        Column("month", "Month", "月份"),
        COPIES,
        VERIFIED,
        Column("outlets", "Outlets", "渠道数", ColumnKind.COUNT),
        Column("stories", "Stories", "稿件数", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    beyond = [] if scope.partner_id is not None else await groups_in(session, scope.period)
    rows = []
    for month in scope.period.months():
        found = await numbers(session, Axis.TOTAL, Scope(month, scope.partner_id), 1)
        one = found.get(TOGETHER) or Number()
        for more in beyond:
            if month.start <= more.ran_at < month.end:
                one.sums.add(more.measure, more.sum)
        cells = (one.copies, one.seen, one.outlets, one.stories)
        rows.append(Row((month.since.isoformat()[:7], *cells, *one.sums.cells())))
    return Table(columns, rows, [ROUGH_MOMENTS])


ROUGH_MOMENTS: Final = (
    "A copy of which only the month or the year is known counts in the first month of that.",
    "仅知月份或年份的转载，计入该月或该年的第一个月。",
)


async def chains(session: AsyncSession, scope: Scope, first: int) -> Table:
    """The chains whose first copy was published in the period, the largest first."""
    found = await _largest_chains(session, scope, min(first, MOST_CHAINS))
    statement = (
        sa.select(Reprint, Outlet, col(Story.uri))
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .outerjoin(Story, col(Story.id) == col(Reprint.story_id))
        .where(col(Reprint.id).in_([chain.root_id for chain in found]))
    )
    named = {row.id: (row, outlet, uri) for row, outlet, uri in (await session.execute(statement)).all()}
    columns = (
        Column("story", "Story", "稿件"),
        Column("outlet", "First copy at", "首发渠道"),
        Column("origin", "Came from", "来源", says=Says.CODES),
        COPIES,
        Column("steps", "Steps to the farthest", "最远层级", ColumnKind.COUNT),
        Column("branches", "Copies that others came from", "分支数", ColumnKind.COUNT),
        Column("outlets", "Outlets", "渠道数", ColumnKind.COUNT),
        Column("hours", "Hours from the first to the last", "首末间隔（小时）", ColumnKind.HOURS),
        Column("unsure", "Steps less than half sure", "存疑层级", ColumnKind.COUNT),
    )
    rows = []
    for chain in found:
        row, outlet, uri = named[chain.root_id]
        origin = (
            "PICKUP" if row.pickup_id else "OWN" if outlet.partner_id is None and not outlet.unclaimed else "UNKNOWN"
        )
        cells = (uri, outlet.name, origin, chain.copies, chain.steps, chain.branches, chain.outlets)
        rows.append(Row((*cells, round(chain.seconds / 3600, 2), chain.unsure), ("Reprint", row.id)))
    return Table(columns, rows)


async def _largest_chains(session: AsyncSession, scope: Scope, first: int) -> list[RollupChain]:
    period = scope.period
    if scope.partner_id is None and (period.since.day, period.until.day) == (1, 1):
        zone = await zone_kept(session)
        if zone is not None and zone.key == period.zone.key:
            return await largest_chains(session, period, first)
    there = sa.select(col(Reprint.root_id), sa.func.count().label("copies"))
    sizes = there.where(col(Reprint.state) != ReprintState.WITHDRAWN).group_by(col(Reprint.root_id)).subquery()
    statement = (
        sa.select(col(Reprint.id))
        .join(sizes, sizes.c.root_id == col(Reprint.id))
        .where(scope.clause(), col(Reprint.root_id) == col(Reprint.id))
        .order_by(sizes.c.copies.desc(), col(Reprint.id).desc())
        .limit(first)
    )
    roots = list((await session.execute(statement)).scalars().all())
    counted = {row["root_id"]: RollupChain(**row) for row in await chain_rows(session, period.zone, roots)}
    return [counted[root] for root in roots]

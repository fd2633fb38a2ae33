"""Counts all rows anew, span by span, by statements of its own: what folding came to has to be the same, bit for bit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL, JsonObject
from models.database import Database
from models.metric.standing import GRADES, best_counting
from models.metric.table import StandingFigure
from models.outlet import Outlet
from models.pickup import Pickup
from models.report.period import Period
from models.reprint.table import Reprint, ReprintState
from models.rollup.calendar import ALWAYS, spans_at
from models.rollup.chain import chain_rows
from models.rollup.copy import QUALIFIERS, SEEN, SUMMED, TIMED, Where, new_cell, no_figure, place_of
from models.rollup.fold import alone, fold, in_span, reach_of, reach_statement, zone_kept
from models.rollup.table import Axis, RollupCell, RollupChain, RollupChange, RollupState, RollupThing
from models.rollup.thing import Belonging, belongings, keep_belongings, sums_of_things

_THERE: Final = col(Reprint.state) != ReprintState.WITHDRAWN
_OWNER: Final = sa.func.coalesce(col(Reprint.partner_id), col(Outlet.partner_id), type_=sa.Uuid())
_KEYS: Final[dict[Axis, tuple[Any, ...]]] = {
    Axis.STORY: (col(Reprint.story_id),),
    Axis.OUTLET: (col(Reprint.outlet_id),),
    Axis.PLACE: (col(Reprint.language), col(Reprint.territory)),
    Axis.PARTNER: (_OWNER,),
    Axis.TOTAL: (),
}
_COUNTED: Final = {
    Axis.STORY: ("outlets",),
    Axis.OUTLET: ("stories",),
    Axis.PLACE: ("outlets", "stories"),
    Axis.PARTNER: (),
    Axis.TOTAL: ("outlets", "stories"),
}
_ROWS_OF_CHAINS: Final = 5000


async def rebuild(database: Database, zone: ZoneInfo) -> int:
    """Counts all rows anew, by the days of a zone; whoever writes to copies meanwhile is counted afterwards.

    :returns: how many cells there are.
    """
    async with alone(database) as session:
        return await rebuild_in(session, zone)


async def keep_up(database: Database, zone: ZoneInfo) -> int:
    """Works in what is pending; where the rows were never counted, or by the days of another zone, counts them anew.

    :returns: how many changes were worked in.
    """
    async with database.read() as session:
        kept = await zone_kept(session)
    if kept is None or kept.key != zone.key:
        await rebuild(database, zone)
        return 0
    return await fold(database)


async def rebuild_in(session: AsyncSession, zone: ZoneInfo) -> int:
    """As `rebuild`, in a transaction that is `alone`."""
    for table in (RollupChange, RollupCell, RollupChain, RollupThing):
        await session.execute(sa.delete(table))
    state = (await session.exec(select(RollupState))).one()
    state.zone = zone.key
    session.add(state)
    await session.flush()
    number = 0
    async for cells in counted(session, zone):
        if cells:
            await session.execute(sa.insert(RollupCell), [cell.model_dump() for cell in cells])
        number += len(cells)
    await keep_belongings(session, await _belongings(session))
    chains = await chain_rows(session, zone)
    for start in range(0, len(chains), _ROWS_OF_CHAINS):
        await session.execute(sa.insert(RollupChain), chains[start : start + _ROWS_OF_CHAINS])
    return number


async def differences(session: AsyncSession, zone: ZoneInfo) -> list[str]:
    """The ids of cells, and the roots of chains, that do not say what the rows say; nothing may be pending."""
    different: list[str] = []
    seen: set[str] = set()
    async for cells in counted(session, zone):
        span = cells[0].span if cells else None
        kept = {row.id: row for row in (await session.exec(select(RollupCell).where(RollupCell.span == span))).all()}
        different += [
            cell.id for cell in cells if cell.id not in kept or kept[cell.id].model_dump() != cell.model_dump()
        ]
        counted_now = {cell.id for cell in cells}
        different += [one for one in kept if one not in counted_now]
        seen |= {span} if span is not None else set()
        session.expunge_all()
    rest = select(RollupCell.id).where(col(RollupCell.span).not_in(seen))
    different += (await session.exec(rest)).all()
    chains = {row.root_id: row.model_dump() for row in (await session.exec(select(RollupChain))).all()}
    different += [
        str(row["root_id"]) for row in await chain_rows(session, zone) if chains.pop(row["root_id"], None) != row
    ]
    belong = {
        Belonging(row.story_id, Axis(row.axis), row.thing_id) for row in (await session.exec(select(RollupThing))).all()
    }
    return (
        different
        + [str(root) for root in chains]
        + sorted(str(one.story_id) for one in belong ^ await _belongings(session))
    )


async def _belongings(session: AsyncSession) -> set[Belonging]:
    """What the stories with copies belong to."""
    copied = set((await session.execute(sa.select(col(Reprint.story_id)).where(_THERE).distinct())).scalars().all())
    return {one for one in await belongings(session) if one.story_id in copied}


async def counted(session: AsyncSession, zone: ZoneInfo) -> AsyncIterator[list[RollupCell]]:
    """The cells of each span, as the rows have it. Figures are read once, month by month, and added up for what is longer."""
    months = _Months()
    belong = await belongings(session)
    for span in sorted(await _spans(session, zone), key=lambda one: (-len(one), "Q" in one, one)):
        is_month = len(span) == len("2025-03") and "Q" not in span
        axes = [Axis.STORY] if span == ALWAYS else [Axis.STORY, Axis.OUTLET, Axis.PLACE, Axis.PARTNER]
        cells: dict[str, RollupCell] = {}
        for axis in [*axes, Axis.TOTAL] if is_month else axes:
            await _count(session, span, axis, zone, cells)
        if is_month:
            await _count_figures(session, span, zone, months)
        for cell in cells.values():
            cell.figures, cell.reach = months.of(cell)
        await _count_pickups(session, span, zone, cells)
        if span != ALWAYS:
            of_stories = [cell for cell in cells.values() if cell.axis == Axis.STORY.value]
            cells |= {cell.id: cell for cell in sums_of_things(of_stories, belong, span)}
        yield [cells[one] for one in sorted(cells)]


class _Months:
    """The figures of months, by axis and item."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, str], dict[str, dict[str, list[list[int]]]]] = {}
        self._reach: dict[str, dict[str, tuple[int, int, int]]] = {}

    def add(self, month: str, axis: Axis, item: str, measure: str, figure: list[list[int]]) -> None:
        """Keeps what is summed of a measure."""
        self._figures.setdefault((axis.value, item), {}).setdefault(month, {})[measure] = figure

    def reach(self, month: str, item: str, value: int, grade: int, qualifier: int) -> None:
        """Keeps a reach of a story; the largest is the one that is given last."""
        self._reach.setdefault(item, {})[month] = (value, grade, qualifier)

    def of(self, cell: RollupCell) -> tuple[JsonObject, list[Any] | None]:
        """The figures and the reach of a cell."""
        sums: dict[str, list[list[int]]] = {}
        for month, figures in self._figures.get((cell.axis, cell.item), {}).items():
            if _is_within(month, cell.span):
                for measure, figure in figures.items():
                    held = sums.get(measure, no_figure())
                    sums[measure] = [
                        [a + b for a, b in zip(*pair, strict=True)] for pair in zip(held, figure, strict=True)
                    ]
        reach = None
        if cell.axis == Axis.STORY.value:
            found = [one for month, one in self._reach.get(cell.item, {}).items() if _is_within(month, cell.span)]
            largest = [one for one in found if one[0] == max(one[0] for one in found)]
            if largest:
                reach = reach_of(largest[0][0], min(one[1] for one in largest), max(one[2] for one in largest))
        return {measure: sums[measure] for measure in sorted(sums)}, reach


def _is_within(month: str, span: str) -> bool:
    quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    return span in (ALWAYS, month[:4], quarter, month)


async def _spans(session: AsyncSession, zone: ZoneInfo) -> list[str]:
    """Every span that something lies in, in order, without looking at every row."""
    spans = {ALWAYS}
    for moment in (col(Reprint.published_at), col(Pickup.created_at)):
        first = (await session.execute(sa.select(moment).order_by(moment).limit(1))).scalar_one_or_none()
        while first is not None:
            spans |= set(spans_at(first, zone))
            end = _end_of_month(first, zone)
            following = sa.select(moment).where(moment >= end).order_by(moment).limit(1)
            first = (await session.execute(following)).scalar_one_or_none()
    return sorted(spans)


def _end_of_month(moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone)
    number = day.year * 12 + day.month
    return Period(date(day.year, day.month, 1), date(number // 12, number % 12 + 1, 1), zone).end


def _so_many(condition: Any, value: Any = 1) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, value), else_=0)), 0)


def _item(axis: Axis, place: Sequence[Any]) -> str | None:
    if axis is Axis.PLACE:
        return place_of(*place)
    if axis is Axis.TOTAL:
        return ""
    return None if place[0] is None else place[0].hex


async def _count(session: AsyncSession, span: str, axis: Axis, zone: ZoneInfo, cells: dict[str, RollupCell]) -> None:
    key = _KEYS[axis]
    within = [_THERE, *in_span(span, zone, col(Reprint.published_at))]
    timed = sa.and_(col(Reprint.published_precision).in_(TIMED), col(Reprint.published_at) >= col(Pickup.created_at))
    different = [
        sa.func.count(sa.distinct(col(Reprint.outlet_id) if column == "outlets" else col(Reprint.story_id)))
        for column in _COUNTED[axis]
    ]
    numbers = sa.select(
        *key,
        sa.func.count(),
        _so_many(col(Reprint.state).in_(SEEN)),
        _so_many(col(Reprint.state) == ReprintState.CREDIT_MISSING),
        _so_many(timed),
        _so_many(timed, _seconds(session)),
        *different,
    )
    statement = (
        numbers.select_from(Reprint)
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .outerjoin(Pickup, col(Pickup.id) == col(Reprint.pickup_id))
        .where(*within)
    )
    for row in (await session.execute(statement.group_by(*key) if key else statement)).all():
        item = _item(axis, row[: len(key)])
        copies, seen, uncredited, timed_copies, seconds, *others = row[len(key) :]
        if item is None or not copies:
            continue
        cell = cells.setdefault(Where(span, axis, item).id, new_cell(Where(span, axis, item)))
        cell.copies, cell.seen, cell.uncredited = copies, int(seen), int(uncredited)
        cell.timed, cell.seconds = int(timed_copies), int(seconds)
        for column, number in zip(_COUNTED[axis], others, strict=True):
            setattr(cell, column, number)


def _seconds(session: AsyncSession) -> Any:
    """Whole seconds from pickup to publication."""
    if session.get_bind().dialect.name == POSTGRESQL:
        between = sa.func.extract("epoch", col(Reprint.published_at) - col(Pickup.created_at))
        return sa.cast(sa.func.floor(between), sa.BigInteger)
    whole = sa.cast(sa.func.strftime("%s", col(Reprint.published_at)), sa.Integer) - sa.cast(
        sa.func.strftime("%s", col(Pickup.created_at)), sa.Integer
    )
    fraction = sa.func.substr(col(Reprint.published_at), 21) < sa.func.substr(col(Pickup.created_at), 21)
    return whole - sa.case((fraction, 1), else_=0)


async def _count_figures(session: AsyncSession, month: str, zone: ZoneInfo, months: _Months) -> None:
    within = [_THERE, *in_span(month, zone, col(Reprint.published_at))]
    for axis, key in _KEYS.items():
        statement = (
            sa.select(
                *key,
                col(StandingFigure.measure),
                sa.func.sum(col(StandingFigure.value)),
                *(_so_many(col(StandingFigure.grade) == grade) for grade in GRADES),
                *(_so_many(col(StandingFigure.qualifier) == qualifier) for qualifier in QUALIFIERS),
            )
            .select_from(Reprint)
            .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
            .join(StandingFigure, col(StandingFigure.subject_id) == col(Reprint.id))
            .where(*within, col(StandingFigure.measure).in_(SUMMED), best_counting())
            .group_by(*key, col(StandingFigure.measure))
        )
        for row in (await session.execute(statement)).all():
            item = _item(axis, row[: len(key)])
            if item is not None:
                measure, value, *numbers = row[len(key) :]
                counts = [int(number) for number in numbers]
                figure = [[int(value)], counts[: len(GRADES)], counts[len(GRADES) :]]
                months.add(month, axis, item, measure.value, figure)
    reached = reach_statement(col(Reprint.story_id)).where(*within, col(Reprint.story_id).is_not(None))
    by_value = reached.group_by(col(Reprint.story_id), col(StandingFigure.value)).order_by(col(StandingFigure.value))
    for story_id, value, grade, qualifier in (await session.execute(by_value)).all():
        months.reach(month, story_id.hex, value, grade, qualifier)


async def _count_pickups(session: AsyncSession, span: str, zone: ZoneInfo, cells: dict[str, RollupCell]) -> None:
    kept = col(Pickup.released_at).is_(None)
    if span == ALWAYS:
        by_story = sa.select(
            col(Pickup.story_id), sa.func.count(), sa.func.count(sa.distinct(col(Pickup.partner_id)))
        ).where(kept)
        for story_id, pickups, takers in (await session.execute(by_story.group_by(col(Pickup.story_id)))).all():
            where = Where(span, Axis.STORY, story_id.hex)
            cell = cells.setdefault(where.id, new_cell(where))
            cell.pickups, cell.takers = pickups, takers
        return
    missing = _so_many(col(Pickup.missing_since).is_not(None))
    by_partner = sa.select(col(Pickup.partner_id), sa.func.count(), missing).where(
        kept, *in_span(span, zone, col(Pickup.created_at))
    )
    for partner_id, pickups, unseen in (await session.execute(by_partner.group_by(col(Pickup.partner_id)))).all():
        where = Where(span, Axis.PARTNER, partner_id.hex)
        cell = cells.setdefault(where.id, new_cell(where))
        cell.pickups, cell.missing = pickups, int(unseen)

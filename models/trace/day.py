"""Closing days: what was counted on one becomes figures of the copy that it was counted on, a pair for each day, however many hits."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import Database
from models.metric.record import Figure, Subject, record
from models.metric.table import Accumulation, Counting, Measure
from models.outlet import FigureGrade
from models.reprint.table import Reprint, ReprintState
from models.trace.count import Hits
from models.trace.table import TraceCount, TraceKind

GRACE: Final = timedelta(minutes=10)
"""After the end of a day, in which servers write what they counted on it. What comes later stays with the pickup."""
BATCH: Final = 100
"""Days of pickups that are closed in one transaction."""
SOURCE: Final = "Storypool"
MEASURES: Final = {TraceKind.SHORT_LINK: Measure.CLICKS, TraceKind.PIXEL: Measure.VIEWS}
METHODS: Final = {
    TraceKind.SHORT_LINK: "requests for the short link of the pickup, on one day of the reports' zone",
    TraceKind.PIXEL: "requests for the tracking pixel of the pickup, on one day of the reports' zone",
}
_WITHOUT: Final = "; without the robots and machines of the COUNTER lists, and without what browsers load ahead"


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a moment."""
    return moment.astimezone(zone).date()


async def close_days(database: Database, zone: ZoneInfo, now: datetime) -> int:
    """Closes the days that are over, a batch of them.

    :returns: how many rows of counts were closed.
    """
    before = day_of(now - GRACE, zone)
    due = (
        select(col(TraceCount.pickup_id), col(TraceCount.kind), col(TraceCount.day))
        .where(col(TraceCount.told_at).is_(None), TraceCount.day < before)
        .distinct()
        .limit(BATCH)
    )
    async with database.read() as session:
        days = (await session.exec(due)).all()
    if not days:
        return 0
    async with database.write() as session:
        closed = 0
        for pickup_id, kind, day in sorted(days):
            closed += await _close(session, pickup_id, kind, day, zone, now)
        return closed


async def _close(
    session: AsyncSession, pickup_id: uuid.UUID, kind: TraceKind, day: date, zone: ZoneInfo, now: datetime
) -> int:
    """Closes one day of one pickup, all its rows together: what the pixel named and what it did not may be of one copy. Of two servers
    that close it at once, one waits, and finds it closed."""
    of_day = select(TraceCount).where(TraceCount.pickup_id == pickup_id, TraceCount.kind == kind, TraceCount.day == day)
    of_day = of_day.order_by(col(TraceCount.subject_id)).with_for_update()
    rows = (await session.exec(of_day.execution_options(populate_existing=True))).all()
    if any(row.told_at is not None for row in rows):  # what came after the day was closed
        rows = [row for row in rows if row.told_at is None]
        await _mark(session, rows, now)
        return len(rows)
    only = await _only_copy(session, pickup_id)
    sums: dict[uuid.UUID, Hits] = defaultdict(Hits)
    for row in rows:
        copy_id = row.subject_id if row.subject_id != pickup_id else only
        if copy_id is not None:
            sums[copy_id].add(Hits(row.raw, row.filtered))
    for copy_id in sorted(sums):
        figures = _figures(kind, sums[copy_id], pickup_id, day, zone)
        await record(session, Subject(reprint_id=copy_id), figures, "traces", now)
    await _mark(session, rows, now)
    return len(rows)


async def _mark(session: AsyncSession, rows: Sequence[TraceCount], now: datetime) -> None:
    for row in rows:
        row.told_at = now
        session.add(row)
    await session.flush()


async def _only_copy(session: AsyncSession, pickup_id: uuid.UUID) -> uuid.UUID | None:
    """The copy of a pickup, where exactly one is known."""
    known = select(Reprint.id).where(Reprint.pickup_id == pickup_id, Reprint.state != ReprintState.WITHDRAWN).limit(2)
    found = (await session.exec(known)).all()
    return found[0] if len(found) == 1 else None


def _figures(kind: TraceKind, hits: Hits, pickup_id: uuid.UUID, day: date, zone: ZoneInfo) -> list[Figure]:
    """With robots and without, side by side. By the day: a figure that somebody gives of the whole until a moment takes the place of the
    days before it, and those after it are added, each once (`models.metric.standing`)."""

    def figure(value: int, counting: Counting, method: str) -> Figure:
        return Figure(
            measure=MEASURES[kind],
            value=value,
            since=datetime.combine(day, time(), zone),
            as_of=datetime.combine(day + timedelta(days=1), time(), zone),
            source=SOURCE,
            grade=FigureGrade.MEASURED,
            accumulation=Accumulation.DELTA,
            counting=counting,
            method=method,
            evidence=f"Storypool's counts by the day, kept with pickup {pickup_id}",
        )

    return [
        figure(hits.raw, Counting.RAW, METHODS[kind]),
        figure(hits.filtered, Counting.FILTERED, METHODS[kind] + _WITHOUT),
    ]

"""How long the change log is kept. A cursor stays good as long as what came after it is there; an older one is told where to resume.

Two things make the log shorter. Compaction takes away what a later event of the same kind says again of the same story: whoever reads
on from any cursor still hears the last word. Trimming takes away the oldest end, and moves the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import Database
from models.event import Counter, Event

HORIZON_COUNTER: Final = "event_horizon"
COMPACTED_COUNTER: Final = "event_compacted"
BATCH: Final = 500


@dataclass(frozen=True)
class Retention:
    """How long events are kept.

    :param compact_after: what was said again later goes after so long.
    :param keep: everything goes after so long.
    """

    compact_after: timedelta
    keep: timedelta


async def oldest_readable(session: AsyncSession) -> int:
    """The position after which every event that was not compacted is there: a cursor before it is too old."""
    return (await session.exec(select(Counter.value).where(Counter.name == HORIZON_COUNTER))).one()


async def shorten(database: Database, retention: Retention, now: datetime) -> int:
    """Takes away what need not be kept any more, a batch of each kind.

    :returns: how many events went or were looked at.
    """
    return await trim(database, now - retention.keep) + await compact(database, now - retention.compact_after)


async def trim(database: Database, before: datetime, batch: int = BATCH) -> int:
    """Takes the oldest events away, up to the first that happened at or after a moment.

    :returns: how many went, at most `batch`.
    """
    async with database.write() as session:
        horizon = await _hold(session, HORIZON_COUNTER)
        oldest = (
            select(Event.position, Event.at)
            .where(col(Event.position) > horizon)
            .order_by(col(Event.position))
            .limit(batch)
        )
        last = horizon
        for position, at in (await session.exec(oldest)).all():
            if at >= before:
                break
            last = position
        if last == horizon:
            return 0
        gone = await session.execute(sa.delete(Event).where(col(Event.position) <= last))
        await _move(session, HORIZON_COUNTER, last)
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a cursor result


async def compact(database: Database, before: datetime, batch: int = BATCH) -> int:
    """Takes away events of before a moment that a later one says again: the same kind, of the same story and variant, to the same reach.

    So the newest of each stays, tombstones too, and no cursor becomes invalid.

    :returns: how many events were looked at, at most `batch`.
    """
    async with database.write() as session:
        horizon = await _hold(session, COMPACTED_COUNTER)
        stretch = (
            select(Event.position, Event.at)
            .where(col(Event.position) > horizon)
            .order_by(col(Event.position))
            .limit(batch)
        )
        looked_at = []
        for position, at in (await session.exec(stretch)).all():
            if at >= before:
                break
            looked_at.append(position)
        if not looked_at:
            return 0
        later = aliased(Event)
        again = (
            select(later.position)
            .where(
                col(later.story_id) == col(Event.story_id),
                col(later.position) > col(Event.position),
                later.kind == Event.kind,
                col(later.audience) == col(Event.audience),
                col(later.partner_id).is_not_distinct_from(col(Event.partner_id)),
                col(later.variant_id).is_not_distinct_from(col(Event.variant_id)),
                col(later.subject_id).is_not_distinct_from(col(Event.subject_id)),
                col(later.scope) == col(Event.scope),
            )
            .exists()
        )
        gone = sa.delete(Event).where(
            col(Event.position) > horizon,
            col(Event.position) <= looked_at[-1],
            col(Event.story_id).is_not(None),
            again,
        )
        await session.execute(gone.execution_options(synchronize_session=False))
        await _move(session, COMPACTED_COUNTER, looked_at[-1])
        return len(looked_at)


async def _hold(session: AsyncSession, name: str) -> int:
    """A counter's value; other processes that do the same wait until the commit."""
    return (await session.exec(select(Counter.value).where(Counter.name == name).with_for_update())).one()


async def _move(session: AsyncSession, name: str, value: int) -> None:
    await session.execute(sa.update(Counter).where(col(Counter.name) == name).values(value=value))

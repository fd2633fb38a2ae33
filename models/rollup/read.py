"""Reads cells for reports."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.report.period import Period
from models.rollup.calendar import span_of
from models.rollup.fold import zone_kept
from models.rollup.pending import portions
from models.rollup.table import Axis, RollupCell, RollupChain


async def span_kept(session: AsyncSession, period: Period) -> str | None:
    """The span that a period is, where numbers are kept for it: a month, quarter or year in the zone that is counted by."""
    zone = await zone_kept(session)
    return span_of(period) if zone is not None and zone.key == period.zone.key else None


_CELLS: Final = sa.select(*sa.inspect(RollupCell).columns)
"""Cells as plain rows, which are made in a fraction of the time."""


async def largest(session: AsyncSession, span: str, axis: Axis, first: int | None) -> Sequence[RollupCell]:
    """The cells of most copies, at most so many; all of them for None. Not to be changed."""
    statement = _CELLS.where(
        col(RollupCell.span) == span, col(RollupCell.axis) == axis.value, col(RollupCell.copies) > 0
    ).order_by(col(RollupCell.copies).desc(), col(RollupCell.item).desc())
    rows: Sequence[Any] = (await session.execute(statement.limit(first))).all()
    return rows


async def cells_of(session: AsyncSession, span: str, axis: Axis, items: Iterable[str]) -> dict[str, RollupCell]:
    """Cells by their items, as far as there are any. Not to be changed."""
    found: dict[str, Any] = {}
    for some in portions(items):
        ids = [f"{span}/{axis.value}/{item}" for item in some]
        rows = (await session.execute(_CELLS.where(col(RollupCell.id).in_(ids)))).all()
        found |= {row.item: row for row in rows}
    return found


async def copies_kept(session: AsyncSession, span: str, axis: Axis, items: Iterable[str]) -> dict[str, int]:
    """How many copies cells count, by their items, as far as there are any."""
    found: dict[str, int] = {}
    for some in portions(items):
        ids = [f"{span}/{axis.value}/{item}" for item in some]
        counted = select(RollupCell.item, RollupCell.copies).where(col(RollupCell.id).in_(ids))
        found |= dict((await session.exec(counted.where(RollupCell.copies > 0))).all())
    return found


async def largest_chains(session: AsyncSession, period: Period, first: int) -> list[RollupChain]:
    """The largest chains that began in a period of whole months."""
    found: list[tuple[int, uuid.UUID]] = []
    for month in period.months():
        # Keys alone, which the index holds: of a year's, most are not among the largest.
        statement = (
            select(RollupChain.copies, RollupChain.root_id)
            .where(RollupChain.month == f"{month.since:%Y-%m}")
            .order_by(col(RollupChain.copies).desc(), col(RollupChain.root_id).desc())
            .limit(first)
        )
        found += (await session.exec(statement)).all()
    largest = sorted(found, reverse=True)[:first]
    whole = select(RollupChain).where(col(RollupChain.root_id).in_([root for _, root in largest]))
    chains = {chain.root_id: chain for chain in (await session.exec(whole)).all()}
    return [chains[root] for _, root in largest]

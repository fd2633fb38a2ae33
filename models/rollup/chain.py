"""How chains spread, as reports read it: counted anew, in one statement over their copies, whenever one of them was written to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UTCDateTime
from models.reprint.chain import UNSURE
from models.reprint.table import Reprint, ReprintState
from models.rollup.calendar import month_at
from models.rollup.pending import portions
from models.rollup.table import RollupChain


async def keep_chains(session: AsyncSession, roots: Iterable[uuid.UUID], zone: ZoneInfo) -> None:
    """Counts anew how the chains spread that begin with these."""
    for some in portions(sorted(roots)):
        rows = await chain_rows(session, zone, some)
        await session.execute(sa.delete(RollupChain).where(col(RollupChain.root_id).in_(some)))
        if rows:
            await session.execute(sa.insert(RollupChain), rows)


async def chain_rows(
    session: AsyncSession, zone: ZoneInfo, roots: Sequence[uuid.UUID] | None = None
) -> list[dict[str, Any]]:
    """How chains spread, as rows of `RollupChain`: those that begin with some copies, or all."""
    there = col(Reprint.state) != ReprintState.WITHDRAWN
    published = sa.type_coerce(col(Reprint.published_at), UTCDateTime())
    unsure = sa.and_(col(Reprint.parent_id).is_not(None), col(Reprint.edge_confidence) < UNSURE)
    sizes = sa.select(
        col(Reprint.root_id).label("root_id"),
        sa.func.count().label("copies"),
        sa.func.max(col(Reprint.depth)).label("steps"),
        sa.func.count(sa.distinct(col(Reprint.parent_id))).label("branches"),
        sa.func.count(sa.distinct(col(Reprint.outlet_id))).label("outlets"),
        sa.func.min(published).label("first_at"),
        sa.func.max(published).label("last_at"),
        sa.func.coalesce(sa.func.sum(sa.case((unsure, 1), else_=0)), 0).label("unsure"),
    ).where(there)
    if roots is not None:
        sizes = sizes.where(col(Reprint.root_id).in_(roots))
    counted = sizes.group_by(col(Reprint.root_id)).subquery()
    statement = (
        sa.select(col(Reprint.published_at).label("began_at"), counted)
        .join(counted, counted.c.root_id == col(Reprint.id))
        .where(there, col(Reprint.root_id) == col(Reprint.id))
    )
    return [
        {
            "root_id": row.root_id,
            "month": month_at(row.began_at, zone),
            "copies": row.copies,
            "steps": row.steps,
            "branches": row.branches,
            "outlets": row.outlets,
            "seconds": int((row.last_at - row.first_at).total_seconds()),
            "unsure": int(row.unsure),
        }
        for row in (await session.execute(statement)).all()
    ]

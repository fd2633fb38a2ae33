"""Counting: many hits in memory become one addition to a row."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL
from models.trace.table import TraceCount, TraceKind


class Place(NamedTuple):
    """Which row a hit belongs to; see `TraceCount`."""

    pickup_id: uuid.UUID
    kind: TraceKind
    day: date
    subject_id: uuid.UUID


@dataclass
class Hits:
    """How many there were, with robots and without."""

    raw: int = 0
    filtered: int = 0

    def add(self, other: Hits) -> None:
        """Adds others to them."""
        self.raw += other.raw
        self.filtered += other.filtered


async def add_hits(session: AsyncSession, hits: Mapping[Place, Hits]) -> None:
    """Adds to the rows, always in the same order, so that two servers never wait for each other."""
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    for place in sorted(hits):
        came = hits[place]
        new = insert(TraceCount).values(**place._asdict(), raw=came.raw, filtered=came.filtered)
        added = new.on_conflict_do_update(
            index_elements=["pickup_id", "kind", "day", "subject_id"],
            set_={
                "raw": col(TraceCount.raw) + new.excluded.raw,
                "filtered": col(TraceCount.filtered) + new.excluded.filtered,
            },
        )
        await session.execute(added)


async def hits_of(session: AsyncSession, pickup_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[TraceKind, Hits]]:
    """How often links and pixels of pickups were asked for, over all days and copies."""
    found: dict[uuid.UUID, dict[TraceKind, Hits]] = defaultdict(dict)
    sums = (
        select(TraceCount.pickup_id, TraceCount.kind, sa.func.sum(TraceCount.raw), sa.func.sum(TraceCount.filtered))
        .where(col(TraceCount.pickup_id).in_(pickup_ids))
        .group_by(col(TraceCount.pickup_id), col(TraceCount.kind))
    )
    for pickup_id, kind, raw, filtered in (await session.exec(sums)).all():
        found[pickup_id][TraceKind(kind)] = Hits(int(raw), int(filtered))
    return found

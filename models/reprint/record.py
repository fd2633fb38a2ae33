"""Reprints with what hangs on them, read for many at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.metric.standing import standing_figures
from models.metric.table import StandingFigure
from models.outlet import AudienceMeasure, Outlet
from models.reprint.source import sources_of
from models.reprint.table import Reprint, ReprintSource, Stage

BIG: Final = 100_000
"""Followers, subscribers or copies from which on an outlet counts as a big account: an order of magnitude above what a community page of a
city has."""


@dataclass(frozen=True)
class ReprintRecord:
    """A reprint, its outlet, who says that it ran, and what stands of its figures.

    :param figures: None where the actor may not see them: those of others' copies.
    """

    row: Reprint
    outlet: Outlet
    sources: tuple[ReprintSource, ...]
    figures: tuple[StandingFigure, ...] | None

    @property
    def stage(self) -> Stage:
        """How far along its way it is: as somebody decided, or else by whose outlet it is and by how many follow that."""
        return self.row.stage_given or stage_of(self.outlet)

    @property
    def has_unknown_parent(self) -> bool:
        """Whether it came from somewhere that nobody knows."""
        return self.row.parent_id is None and self.row.pickup_id is None and not is_own(self.outlet)


def is_own(outlet: Outlet) -> bool:
    """Whether an outlet is the centre's own."""
    return outlet.partner_id is None and not outlet.unclaimed


def stage_of(outlet: Outlet) -> Stage:
    """The centre's own is where it began; an outlet whose newest figure of any audience is `BIG` or more is a big account; the rest is
    community."""
    if is_own(outlet):
        return Stage.LOCAL_CREATION
    newest: dict[str, tuple[str, int]] = {}
    for figure in outlet.audience:
        if figure["measure"] in set(AudienceMeasure):
            newest[figure["measure"]] = max(
                newest.get(figure["measure"], ("", 0)), (figure["asOf"] or "", figure["value"])
            )
    return Stage.BIG_ACCOUNT if any(value >= BIG for _, value in newest.values()) else Stage.COMMUNITY


async def records_of(session: AsyncSession, rows: Sequence[Reprint], actor: Actor) -> list[ReprintRecord]:
    """Reprints with what hangs on them, in that order, by a number of queries that does not grow with theirs.

    A partner sees who reported a copy only where that was the partner itself.
    """
    ids = [row.id for row in rows]
    outlets = await outlets_by_id(session, {row.outlet_id for row in rows})
    sources = await sources_of(session, ids)
    figures = await standing_figures(session, ids)
    return [
        ReprintRecord(
            row,
            outlets[row.outlet_id],
            tuple(one for one in sources[row.id] if actor.is_staff or one.partner_id == actor.partner_id),
            tuple(figures[row.id]) if actor.is_staff or row.partner_id == actor.partner_id else None,
        )
        for row in rows
    ]


async def outlets_by_id(session: AsyncSession, ids: set[uuid.UUID]) -> dict[uuid.UUID, Outlet]:
    """Outlets by their ids."""
    found = (await session.exec(select(Outlet).where(col(Outlet.id).in_(ids)))).all()
    return {outlet.id: outlet for outlet in found}

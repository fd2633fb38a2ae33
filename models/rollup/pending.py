"""What is still to be worked in: how the things stood that were written to, and how they stand now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.metric.table import Counting, Measure, StandingFigure
from models.outlet import FigureGrade, FigureQualifier, Outlet
from models.pickup import Pickup
from models.reprint.table import Reprint, ReprintState
from models.rollup.copy import TIMED, Copy, Figure, Taking
from models.rollup.table import RollupChange

T = TypeVar("T")
BATCH: Final = 500
"""Ids in one statement."""


def portions(ids: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time as go into one statement."""
    rest = iter(ids)
    while some := list(islice(rest, BATCH)):
        yield some


@dataclass
class Pending:
    """The first thing that is known of each subject, which is how it stood when it was last worked in.

    :param copies: by the id of the copy; None where there was none.
    :param figures: by copy, measure and counting.
    :param stories: that may belong to something else now.
    """

    copies: dict[uuid.UUID, RollupChange] = field(default_factory=dict)
    figures: dict[uuid.UUID, dict[tuple[Measure, Counting], Figure | None]] = field(default_factory=dict)
    pickups: dict[uuid.UUID, RollupChange] = field(default_factory=dict)
    stories: set[uuid.UUID] = field(default_factory=set)
    last: int = 0

    @property
    def reprint_ids(self) -> list[uuid.UUID]:
        """Every copy that something of was written, in the order of ids."""
        return sorted({*self.copies, *self.figures})


async def pending(session: AsyncSession) -> Pending:
    """All that is still to be worked in."""
    found = Pending()
    for change in (await session.exec(select(RollupChange).order_by(col(RollupChange.id)))).all():
        assert change.id is not None
        found.last = change.id
        if change.kind == "R":
            found.copies.setdefault(change.subject_id, change)
        elif change.kind == "P":
            found.pickups.setdefault(change.subject_id, change)
        elif change.kind == "S":
            found.stories.add(change.subject_id)
        else:
            key = (Measure(str(change.measure)), Counting(str(change.counting)))
            before = None
            if change.existed:
                assert change.value is not None
                grade, qualifier = FigureGrade(str(change.grade)), FigureQualifier(str(change.qualifier))
                before = Figure(change.value, grade, qualifier)
            found.figures.setdefault(change.subject_id, {}).setdefault(key, before)
    return found


async def copies_now(session: AsyncSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Copy]:
    """How copies stand, withdrawn ones among them."""
    rows: list[Any] = []
    owner = sa.func.coalesce(col(Reprint.partner_id), col(Outlet.partner_id), type_=sa.Uuid())
    statement = (
        sa.select(Reprint, owner, col(Pickup.created_at))
        .join(Outlet, col(Outlet.id) == col(Reprint.outlet_id))
        .outerjoin(Pickup, col(Pickup.id) == col(Reprint.pickup_id))
    )
    for some in portions(ids):
        rows += (await session.execute(statement.where(col(Reprint.id).in_(some)))).all()
    figures = await figures_now(session, ids)
    return {
        row.id: Copy(
            row.published_at,
            row.story_id,
            row.outlet_id,
            partner_id,
            row.root_id,
            row.language,
            row.territory,
            row.state,
            seconds_between(picked, row.published_at, row.published_precision),
            figures.get(row.id, {}),
        )
        for row, partner_id, picked in rows
    }


async def figures_now(
    session: AsyncSession, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, dict[tuple[Measure, Counting], Figure]]:
    """What stands of copies."""
    found: dict[uuid.UUID, dict[tuple[Measure, Counting], Figure]] = {}
    for some in portions(ids):
        statement = select(StandingFigure).where(col(StandingFigure.subject_id).in_(some))
        for one in (await session.exec(statement)).all():
            figure = Figure(one.value, one.grade, one.qualifier)
            found.setdefault(one.subject_id, {})[one.measure, one.counting] = figure
    return found


async def picked_at(session: AsyncSession, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When pickups were made."""
    found: dict[uuid.UUID, datetime] = {}
    for some in portions(ids):
        statement = select(Pickup.id, Pickup.created_at).where(col(Pickup.id).in_(some))
        found |= dict((await session.exec(statement)).all())
    return found


def copy_before(
    change: RollupChange,
    figures: dict[tuple[Measure, Counting], Figure],
    picked: dict[uuid.UUID, datetime],
) -> Copy | None:
    """How a copy stood; None where there was none, or it was withdrawn.

    :param figures: those that stood of it then.
    """
    if not change.existed or change.state == ReprintState.WITHDRAWN:
        return None
    assert change.published_at is not None
    assert change.outlet_id is not None
    assert change.root_id is not None
    moment = None if change.pickup_id is None else picked.get(change.pickup_id)
    return Copy(
        change.published_at,
        change.story_id,
        change.outlet_id,
        change.partner_id,
        change.root_id,
        change.language,
        change.territory,
        ReprintState(str(change.state)),
        seconds_between(moment, change.published_at, str(change.published_precision)),
        figures,
    )


def taking_before(change: RollupChange) -> Taking | None:
    """How a pickup stood; None where there was none, or it was given back."""
    if not change.existed or change.released_at is not None:
        return None
    assert change.created_at is not None
    assert change.story_id is not None
    assert change.partner_id is not None
    return Taking(change.created_at, change.story_id, change.partner_id, change.missing_since is not None)


async def takings_now(session: AsyncSession, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Taking]:
    """How pickups stand that were not given back."""
    found: dict[uuid.UUID, Taking] = {}
    for some in portions(ids):
        statement = select(Pickup).where(col(Pickup.id).in_(some), col(Pickup.released_at).is_(None))
        for row in (await session.exec(statement)).all():
            found[row.id] = Taking(row.created_at, row.story_id, row.partner_id, row.missing_since is not None)
    return found


def seconds_between(picked: datetime | None, published: datetime, precision: str) -> int | None:
    """Whole seconds from pickup to publication; None where one of the moments is not known exactly, or comes first."""
    if picked is None or precision not in TIMED or published < picked:
        return None
    return int((published - picked).total_seconds())

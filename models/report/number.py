"""How many copies there are by story, outlet, place and month, with their figures: from the rollups where the period is one of theirs, from
the rows otherwise (other stretches of days, and one partner's own)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.metric.standing import GRADES
from models.metric.table import Measure
from models.report.measure import Scope, Sum, Sums, sums_by
from models.reprint.table import Reprint, ReprintState
from models.rollup.copy import QUALIFIERS, SEEN, language_and_territory
from models.rollup.read import cells_of, copies_kept, largest, span_kept
from models.rollup.table import Axis, RollupCell

Place = tuple[Any, ...]
"""What is counted by: an id, or language and territory, or nothing."""

KEYS: Final[dict[Axis, tuple[Any, ...]]] = {
    Axis.STORY: (col(Reprint.story_id),),
    Axis.OUTLET: (col(Reprint.outlet_id),),
    Axis.PLACE: (col(Reprint.language), col(Reprint.territory)),
    Axis.TOTAL: (sa.literal(1),),
}
TOGETHER: Final = (1,)
"""The place of `Axis.TOTAL`."""


@dataclass
class Number:
    """What is known of the copies of one thing.

    :param seen: how many were found to carry the story.
    """

    copies: int = 0
    seen: int = 0
    uncredited: int = 0
    outlets: int = 0
    stories: int = 0
    sums: Sums = field(default_factory=Sums)


async def numbers(session: AsyncSession, axis: Axis, scope: Scope, first: int | None) -> dict[Place, Number]:
    """The things of most copies first, at most so many; all of them for None."""
    span = None if scope.partner_id is not None else await span_kept(session, scope.period)
    if span is not None and (axis is not Axis.TOTAL or len(span) == len("2025-03")):
        return {place_at(axis, cell.item): number_of(cell) for cell in await largest(session, span, axis, first)}
    counts = await counted(session, KEYS[axis], scope, first)
    sums = await sums_by(session, KEYS[axis], scope.clause())
    for place, number in counts.items():
        number.sums = sums.get(place, Sums())
    return counts


async def numbers_of(session: AsyncSession, axis: Axis, scope: Scope, places: Iterable[Place]) -> dict[Place, Number]:
    """What is known of some things, without those that nothing is known of; on the rows' way without figures."""
    wanted = list(places)
    span = None if scope.partner_id is not None else await span_kept(session, scope.period)
    if span is None:
        condition = [] if axis is Axis.PLACE else [KEYS[axis][0].in_([place[0] for place in wanted])]
        found = await counted(session, KEYS[axis], scope, None, *condition)
        return {place: found[place] for place in wanted if place in found}
    cells = await cells_of(session, span, axis, [item_of(axis, place) for place in wanted])
    return {place_at(axis, cell.item): number_of(cell) for cell in cells.values() if cell.copies}


async def copies_before(session: AsyncSession, axis: Axis, scope: Scope, places: Iterable[Place]) -> dict[Place, int]:
    """How many copies of some things there were in the period before, without those of which there were none."""
    wanted, earlier = list(places), scope.before
    span = None if scope.partner_id is not None else await span_kept(session, earlier.period)
    if span is None:
        return {place: one.copies for place, one in (await numbers_of(session, axis, earlier, wanted)).items()}
    kept = await copies_kept(session, span, axis, [item_of(axis, place) for place in wanted])
    return {place_at(axis, item): copies for item, copies in kept.items()}


async def counted(
    session: AsyncSession,
    key: tuple[Any, ...],
    scope: Scope,
    first: int | None,
    *where: sa.ColumnElement[bool],
    joined: Sequence[Any] = (),
) -> dict[Place, Number]:
    """The rows, counted by a key: where most copies are first, at most so many. Without figures.

    :param joined: tables that the key needs beside the copies, each with its condition.
    """

    def so_many(*states: ReprintState) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((col(Reprint.state).in_(states), 1), else_=0)), 0)

    statement = sa.select(
        *key,
        sa.func.count(),
        so_many(*SEEN),
        so_many(ReprintState.CREDIT_MISSING),
        sa.func.count(sa.distinct(col(Reprint.outlet_id))),
        sa.func.count(sa.distinct(col(Reprint.story_id))),
    ).select_from(Reprint)
    for table, condition in joined:
        statement = statement.join(table, condition)
    statement = statement.where(scope.clause(), *where).group_by(*key)
    statement = statement.order_by(sa.func.count().desc(), *key).limit(first)
    rows = (await session.execute(statement)).all()
    found: dict[Place, Number] = {}
    for row in rows:
        copies, seen, uncredited, outlets, stories = (int(number) for number in row[len(key) :])
        found[tuple(row[: len(key)])] = Number(copies, seen, uncredited, outlets, stories)
    return found


def number_of(cell: RollupCell) -> Number:
    """What a cell says."""
    return Number(cell.copies, cell.seen, cell.uncredited, cell.outlets, cell.stories, sums_of(cell))


def sums_of(cell: RollupCell) -> Sums:
    """The figures of a cell: each as good as the worst that is in it."""
    sums = Sums()
    for measure, ((value,), grades, qualifiers) in cell.figures.items():
        worst = next(rank for rank, number in enumerate(grades) if number)
        weakest = max(rank for rank, number in enumerate(qualifiers) if number)
        sums.add(Measure(measure), Sum(value, GRADES[worst], QUALIFIERS[weakest]))
    return sums


def item_of(axis: Axis, place: Place) -> str:
    """The item of a cell."""
    if axis is Axis.PLACE:
        return "|".join(part or "" for part in place)
    return "" if axis is Axis.TOTAL else uuid.UUID(str(place[0])).hex


def place_at(axis: Axis, item: str) -> Place:
    """What the item of a cell stands for."""
    if axis is Axis.PLACE:
        return language_and_territory(item)
    return TOGETHER if axis is Axis.TOTAL else (uuid.UUID(item),)

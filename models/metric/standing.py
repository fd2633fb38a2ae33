"""What stands of all the figures that were given of one thing.

Of cumulative figures the best grade stands, and within it the newest: a figure that somebody measured is not displaced by one that
somebody claims. Deltas that begin where it ends, or later, are added, each once; one that reaches into what was counted already is left
out. The sum is as good as the worst that is in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.key import add_with_key
from models.metric.table import Accumulation, Counting, Measure, MetricSnapshot, StandingFigure
from models.outlet import FigureGrade, FigureQualifier

GRADES: Final = (FigureGrade.CLAIMED, FigureGrade.ESTIMATED, FigureGrade.REPORTED, FigureGrade.MEASURED)
"""From the worst to the best."""


@dataclass(frozen=True)
class Standing:
    """What stands of a measure.

    :param snapshot_ids: all that are in it.
    """

    value: int
    grade: FigureGrade
    qualifier: FigureQualifier
    as_of: datetime
    snapshot_ids: tuple[uuid.UUID, ...]


def standing_of(snapshots: Sequence[MetricSnapshot]) -> Standing | None:
    """What stands of the snapshots of one thing, one measure and one counting; None of none."""
    cumulative = [one for one in snapshots if one.accumulation is Accumulation.CUMULATIVE]
    base = max(cumulative, key=lambda one: (GRADES.index(one.grade), one.as_of, one.created_at, one.id), default=None)
    used = [base] if base is not None else []
    end = base.as_of if base is not None else None
    deltas = [one for one in snapshots if one.accumulation is Accumulation.DELTA]
    for delta in sorted(deltas, key=lambda one: (one.since or one.as_of, one.as_of, one.created_at, one.id)):
        if end is None or (delta.since is not None and delta.since >= end):
            used.append(delta)
            end = delta.as_of
    if not used:
        return None
    return Standing(
        sum(one.value for one in used),
        worst_grade(one.grade for one in used),
        weakest_qualifier(one.qualifier for one in used),
        used[-1].as_of,
        tuple(one.id for one in used),
    )


def worst_grade(grades: Iterable[FigureGrade]) -> FigureGrade:
    """The grade of a sum."""
    return min(grades, key=GRADES.index)


def weakest_qualifier(qualifiers: Iterable[FigureQualifier]) -> FigureQualifier:
    """How a sum is to be read: of what is exact and what is a lower bound, it is a lower bound; with a rounded one in it, it is rounded."""
    found = set(qualifiers)
    if FigureQualifier.ABOUT in found:
        return FigureQualifier.ABOUT
    return FigureQualifier.AT_LEAST if FigureQualifier.AT_LEAST in found else FigureQualifier.EXACT


async def restate(session: AsyncSession, subject_id: uuid.UUID, measure: Measure, counting: Counting) -> None:
    """Works out anew what stands, in the transaction of whatever changed it."""
    found = standing_of(await snapshots_of(session, subject_id, measure, counting))
    if found is None:
        return
    row = _row(subject_id, measure, counting, found)
    _, is_new = await add_with_key(session, row, "subject_id", "measure", "counting")
    if is_new:
        return
    held = select(StandingFigure).where(
        StandingFigure.subject_id == subject_id, StandingFigure.measure == measure, StandingFigure.counting == counting
    )
    kept = (await session.exec(held.with_for_update().execution_options(populate_existing=True))).one()
    found = standing_of(await snapshots_of(session, subject_id, measure, counting))  # others may have come meanwhile
    assert found is not None
    for name, value in _row(subject_id, measure, counting, found).model_dump().items():
        setattr(kept, name, value)
    session.add(kept)
    await session.flush()


def _row(subject_id: uuid.UUID, measure: Measure, counting: Counting, standing: Standing) -> StandingFigure:
    return StandingFigure(
        subject_id=subject_id,
        measure=measure,
        counting=counting,
        value=standing.value,
        grade=standing.grade,
        qualifier=standing.qualifier,
        as_of=standing.as_of,
        snapshot_id=standing.snapshot_ids[0],
    )


async def snapshots_of(
    session: AsyncSession, subject_id: uuid.UUID, measure: Measure | None = None, counting: Counting | None = None
) -> Sequence[MetricSnapshot]:
    """The snapshots of a copy, a group or an outlet, in the order in which they were true."""
    statement = select(MetricSnapshot).where(
        sa.or_(
            col(MetricSnapshot.reprint_id) == subject_id,
            col(MetricSnapshot.group_id) == subject_id,
            col(MetricSnapshot.outlet_id) == subject_id,
        )
    )
    if measure is not None:
        statement = statement.where(MetricSnapshot.measure == measure)
    if counting is not None:
        statement = statement.where(MetricSnapshot.counting == counting)
    return (await session.exec(statement.order_by(col(MetricSnapshot.as_of), col(MetricSnapshot.id)))).all()


def best_counting() -> sa.ColumnElement[bool]:
    """The standing figures that are summed: those without robots, and those with them only where the former are not known."""
    filtered = aliased(StandingFigure)
    return ~sa.exists().where(
        col(filtered.subject_id) == col(StandingFigure.subject_id),
        col(filtered.measure) == col(StandingFigure.measure),
        col(filtered.counting) == Counting.FILTERED,
        col(StandingFigure.counting) == Counting.RAW,
    )


async def standing_figures(
    session: AsyncSession, subject_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[StandingFigure]]:
    """What stands of things, by their ids."""
    found: dict[uuid.UUID, list[StandingFigure]] = {subject_id: [] for subject_id in subject_ids}
    statement = select(StandingFigure).where(col(StandingFigure.subject_id).in_(subject_ids))
    order = statement.order_by(col(StandingFigure.measure), col(StandingFigure.counting))
    for row in (await session.exec(order)).all():
        found[row.subject_id].append(row)
    return found

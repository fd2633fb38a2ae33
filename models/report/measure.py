"""Figures summed over copies, by whatever the copies are counted by; and which copies a report is about."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.metric.standing import GRADES, best_counting
from models.metric.table import Measure, MetricGroup, MetricGroupMember, StandingFigure
from models.outlet import FigureGrade, FigureQualifier
from models.report.narrowing import WHOLE, Narrowing, of_partner
from models.report.period import Period
from models.report.table import Cell, Column, ColumnKind
from models.report.words import Says
from models.reprint.table import Reprint, ReprintState
from models.rollup.copy import SUMMED

SHOWN: Final = SUMMED
"""What reports sum over copies, each by itself. Reach is not among it, and neither are followers."""
FIGURE_COLUMNS: Final = (
    Column("views", "Views", "浏览量", ColumnKind.COUNT),
    Column("plays", "Plays", "播放量", ColumnKind.COUNT),
    Column("reads", "Reads", "阅读量", ColumnKind.COUNT),
    Column("likes", "Likes", "点赞", ColumnKind.COUNT),
    Column("comments", "Comments", "评论", ColumnKind.COUNT),
    Column("shares", "Shares", "转发", ColumnKind.COUNT),
    Column("quality", "Quality of the figures", "数据质量", says=Says.QUALITY),
)
_QUALIFIERS: Final = (FigureQualifier.EXACT, FigureQualifier.AT_LEAST, FigureQualifier.ABOUT)


@dataclass(frozen=True)
class Scope:
    """Which copies a report is about.

    :param partner_id: of whose pickups, or at whose outlets; None for all.
    :param narrowing: of a list alone.
    """

    period: Period
    partner_id: uuid.UUID | None = None
    narrowing: Narrowing = WHOLE

    def clause(self) -> sa.ColumnElement[bool]:
        """The copies in SQL. What was withdrawn is in no report."""
        published = col(Reprint.published_at)
        there = sa.and_(
            published >= self.period.start,
            published < self.period.end,
            col(Reprint.state) != ReprintState.WITHDRAWN,
        )
        own = [] if self.partner_id is None else [of_partner(self.partner_id)]
        return sa.and_(there, *own, *self.narrowing.of_copies())

    @property
    def before(self) -> Scope:
        """The same of the period before."""
        return Scope(self.period.before, self.partner_id)


class Sum(NamedTuple):
    """A measure over several copies: as good as the worst of its figures."""

    value: int
    grade: FigureGrade
    qualifier: FigureQualifier

    def plus(self, other: Sum) -> Sum:
        """Both together."""
        return Sum(
            self.value + other.value,
            min(self.grade, other.grade, key=GRADES.index),
            max(self.qualifier, other.qualifier, key=_QUALIFIERS.index),
        )


@dataclass
class Sums:
    """Measures over several copies."""

    by_measure: dict[Measure, Sum] = field(default_factory=dict)

    def add(self, measure: Measure, found: Sum) -> None:
        """Counts more of a measure."""
        known = self.by_measure.get(measure)
        self.by_measure[measure] = found if known is None else known.plus(found)

    def cells(self) -> tuple[Cell, ...]:
        """The values of `FIGURE_COLUMNS`: nothing where nobody gave a figure, for silence is not zero."""
        found = [(measure, self.by_measure.get(measure)) for measure in SHOWN]
        quality = "; ".join(f"{measure} {one.qualifier} {one.grade}" for measure, one in found if one is not None)
        return (*(None if one is None else one.value for _, one in found), quality or None)


async def sums_by(
    session: AsyncSession, key: Sequence[Any], where: sa.ColumnElement[bool], *joined: Any
) -> dict[Hashable, Sums]:
    """What stands of the figures of copies, summed by a key.

    :param joined: tables that the key needs beside the copies, each with its condition.
    """
    grade = sa.case({grade: rank for rank, grade in enumerate(GRADES)}, value=col(StandingFigure.grade))
    qualifier = sa.case({one: rank for rank, one in enumerate(_QUALIFIERS)}, value=col(StandingFigure.qualifier))
    statement = sa.select(
        *key,
        col(StandingFigure.measure),
        sa.func.sum(col(StandingFigure.value)),
        sa.func.min(grade),
        sa.func.max(qualifier),
    ).select_from(Reprint)
    for table, condition in joined:
        statement = statement.join(table, condition)
    statement = (
        statement.join(StandingFigure, col(StandingFigure.subject_id) == col(Reprint.id))
        .where(where, col(StandingFigure.measure).in_(SHOWN), best_counting())
        .group_by(*key, col(StandingFigure.measure))
    )
    found: dict[Hashable, Sums] = {}
    for *place, measure, value, worst, weakest in (await session.execute(statement)).all():
        one = Sum(int(value), GRADES[worst], _QUALIFIERS[weakest])
        found.setdefault(tuple(place), Sums()).add(measure, one)
    return found


class Beyond(NamedTuple):
    """What the figure of a group says beyond those of its copies.

    :param story_id: of the group, where it is about one.
    """

    ran_at: datetime
    story_id: uuid.UUID | None
    measure: Measure
    sum: Sum


async def groups_in(session: AsyncSession, period: Period) -> list[Beyond]:
    """What groups that ran in a period add to their copies."""
    of_copies = aliased(StandingFigure)
    statement = (
        sa.select(MetricGroup, StandingFigure, sa.func.coalesce(sa.func.sum(col(of_copies.value)), 0))
        .join(StandingFigure, col(StandingFigure.subject_id) == col(MetricGroup.id))
        .outerjoin(MetricGroupMember, col(MetricGroupMember.group_id) == col(MetricGroup.id))
        .outerjoin(
            of_copies,
            sa.and_(
                col(of_copies.subject_id) == col(MetricGroupMember.reprint_id),
                col(of_copies.measure) == col(StandingFigure.measure),
                col(of_copies.counting) == col(StandingFigure.counting),
            ),
        )
        .where(
            col(MetricGroup.ran_at) >= period.start,
            col(MetricGroup.ran_at) < period.end,
            col(StandingFigure.measure).in_(SHOWN),
        )
        .group_by(
            col(MetricGroup.id),
            col(StandingFigure.subject_id),
            col(StandingFigure.measure),
            col(StandingFigure.counting),
        )
        .order_by(col(MetricGroup.key))
    )
    found = []
    for group, figure, of_members in (await session.execute(statement)).all():
        more = figure.value - int(of_members)
        if more > 0:
            found.append(
                Beyond(group.ran_at, group.story_id, figure.measure, Sum(more, figure.grade, figure.qualifier))
            )
    return found

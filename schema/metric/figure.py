"""Figures, as they were given and as they stand."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.metric.group import Total
from models.metric.record import Figure, Part
from models.metric.table import Accumulation, Counting, Measure, MetricSnapshot, StandingFigure
from models.outlet import FigureGrade, FigureQualifier
from models.reprint.table import TimePrecision
from models.territory import Territory
from schema.enum import describe
from schema.identifier import global_id
from schema.node import Node
from schema.scalar import Count

for _members in (Accumulation, Counting, Measure, TimePrecision):
    describe(_members)


@strawberry.type(description="What stands of a measure, of all the figures that were given.")
class StandingFigureResult:
    measure: Measure = strawberry.field(description="What it counts.")
    counting: Counting = strawberry.field(description="Whether robots are in it.")
    value: Count = strawberry.field(description="How many.")
    grade: FigureGrade = strawberry.field(description="How good it is: as the worst that is in it.")
    qualifier: FigureQualifier = strawberry.field(description="Whether it is exact, at least, or about.")
    as_of: datetime = strawberry.field(description="When it was true.")
    snapshot_id: strawberry.ID = strawberry.field(description="The figure that it goes back to.")

    @classmethod
    def of(cls, row: StandingFigure) -> StandingFigureResult:
        return cls(
            measure=row.measure,
            counting=row.counting,
            value=Count(row.value),
            grade=row.grade,
            qualifier=row.qualifier,
            as_of=row.as_of,
            snapshot_id=global_id("MetricSnapshot", row.snapshot_id),
        )


@strawberry.type(description="So much of a total is of one grade.")
class GradeShareResult:
    grade: FigureGrade = strawberry.field(description="The grade.")
    value: Count = strawberry.field(description="How much of the total.")


@strawberry.type(description="What a measure comes to over many copies. Reach and followers are never summed.")
class MetricTotalResult:
    measure: Measure = strawberry.field(description="What it counts.")
    value: Count = strawberry.field(description="How many.")
    qualifier: FigureQualifier = strawberry.field(description="Whether it is exact, at least, or about.")
    by_grade: list[GradeShareResult] = strawberry.field(description="How much of it is of which grade.")
    copies: int = strawberry.field(description="How many copies have such a figure.")

    @classmethod
    def of(cls, total: Total) -> MetricTotalResult:
        shares = [GradeShareResult(grade=grade, value=Count(value)) for grade, value in total.by_grade.items()]
        return cls(
            measure=total.measure,
            value=Count(total.value),
            qualifier=total.qualifier,
            by_grade=sorted(shares, key=lambda share: -share.value),
            copies=total.copies,
        )


@strawberry.type(description="A part of a figure.")
class FigurePartResult:
    territory: Territory | None = strawberry.field(description="Of this country or region.")
    age_band: str | None = strawberry.field(description="Of this age band, such as 18-34.")
    value: Count = strawberry.field(description="How many.")


@strawberry.type(
    name="MetricSnapshot", description="One figure of a copy, a group or an outlet at one time, as it was given."
)
class MetricSnapshotNode(Node):
    subject_id: strawberry.ID = strawberry.field(description="The copy, the group or the outlet.")
    measure: Measure = strawberry.field(description="What it counts.")
    value: Count = strawberry.field(description="How many.")
    accumulation: Accumulation = strawberry.field(description="What it runs over.")
    counting: Counting = strawberry.field(description="Whether robots are in it.")
    since: datetime | None = strawberry.field(description="Where a delta begins.")
    as_of: datetime = strawberry.field(description="When it was true.")
    source: str = strawberry.field(description="Who gives it.")
    method: str | None = strawberry.field(description="How it was counted.")
    evidence: str | None = strawberry.field(description="What it can be checked by.")
    grade: FigureGrade = strawberry.field(description="How good it is.")
    qualifier: FigureQualifier = strawberry.field(description="Whether it is exact, at least, or about.")
    breakdown: list[FigurePartResult] = strawberry.field(description="Parts of it.")
    decreased: bool = strawberry.field(description="Whether it is below an earlier one of the same source.")
    created_at: datetime = strawberry.field(description="When it was given.")

    @classmethod
    def of(cls, row: MetricSnapshot) -> MetricSnapshotNode:
        subjects = {"Reprint": row.reprint_id, "MetricGroup": row.group_id, "Outlet": row.outlet_id}
        kind, subject = next((kind, key) for kind, key in subjects.items() if key is not None)
        return cls(
            id=global_id("MetricSnapshot", row.id),
            subject_id=global_id(kind, subject),
            measure=row.measure,
            value=Count(row.value),
            accumulation=row.accumulation,
            counting=row.counting,
            since=row.since,
            as_of=row.as_of,
            source=row.source,
            method=row.method,
            evidence=row.evidence,
            grade=row.grade,
            qualifier=row.qualifier,
            breakdown=[
                FigurePartResult(territory=part["territory"], age_band=part["ageBand"], value=Count(part["value"]))
                for part in row.breakdown
            ],
            decreased=row.decreased,
            created_at=row.created_at,
        )


@strawberry.input(description="A part of a figure: of a country or region, of an age band, or of both.")
class FigurePartInput:
    value: Count = strawberry.field(description="How many.")
    territory: Territory | None = strawberry.field(default=None, description="Of this country or region.")
    age_band: str | None = strawberry.field(default=None, description="Of this age band: 18-34, or 65+.")


@strawberry.input(description="One figure at one time.")
class FigureInput:
    measure: Measure = strawberry.field(description="What it counts.")
    value: Count = strawberry.field(description="How many.")
    as_of: datetime = strawberry.field(description="When it was true.")
    source: str = strawberry.field(description="Who gives it, in up to 255 characters.")
    grade: FigureGrade = strawberry.field(description="How good it is. A measured one needs its evidence.")
    qualifier: FigureQualifier = strawberry.field(
        default=FigureQualifier.EXACT, description="Whether it is exact, at least, or about."
    )
    accumulation: Accumulation = strawberry.field(
        default=Accumulation.CUMULATIVE, description="What it runs over. A delta needs `since`."
    )
    counting: Counting = strawberry.field(default=Counting.RAW, description="Whether robots are in it.")
    since: datetime | None = strawberry.field(default=None, description="Where a delta begins.")
    method: str | None = strawberry.field(default=None, description="How it was counted.")
    evidence: str | None = strawberry.field(
        default=None, description="What it can be checked by: an address, or what it is and where it is kept."
    )
    breakdown: list[FigurePartInput] | None = strawberry.field(default=None, description="Parts of it.")

    def figure(self) -> Figure:
        """The figure, as the models take it."""
        values = dict(vars(self))
        parts = [Part(part.value, part.territory, part.age_band) for part in self.breakdown or ()]
        return Figure(**{**values, "breakdown": parts})

"""What one copy, or one pickup, adds to which cells."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from models.metric.standing import GRADES
from models.metric.table import Counting, Measure
from models.outlet import FigureGrade, FigureQualifier
from models.reprint.table import ReprintState, TimePrecision
from models.rollup.calendar import ALWAYS, month_at, spans_at
from models.rollup.table import Axis, RollupCell

QUALIFIERS: Final = (FigureQualifier.EXACT, FigureQualifier.AT_LEAST, FigureQualifier.ABOUT)
"""From the one that says most to the one that says least."""
SEEN: Final = (ReprintState.VERIFIED, ReprintState.PARTIAL)
"""States of copies that were found to carry the story."""
TIMED: Final = (TimePrecision.SECOND, TimePrecision.MINUTE)
"""How exactly a moment has to be known for a stretch of time to be counted from it."""
SUMMED: Final = (Measure.VIEWS, Measure.PLAYS, Measure.READS, Measure.LIKES, Measure.COMMENTS, Measure.SHARES)
"""What is summed over copies, each by itself. Reach is not among it, and neither are followers."""


class Figure(NamedTuple):
    """What stands of a measure."""

    value: int
    grade: FigureGrade
    qualifier: FigureQualifier


Figures = Mapping[tuple[Measure, Counting], Figure]
"""What stands of one copy."""


class Where(NamedTuple):
    """A cell."""

    span: str
    axis: Axis
    item: str

    @property
    def id(self) -> str:
        """The key of its row."""
        return f"{self.span}/{self.axis}/{self.item}"


class Member(NamedTuple):
    """One of the different things that a cell counts: of the column `outlets`, `stories` or `takers`."""

    where: Where
    column: str
    thing: uuid.UUID


@dataclass(frozen=True)
class Copy:
    """What counts of a copy.

    :param partner_id: its partner's, or else that of its outlet.
    :param seconds: from pickup to publication, where that is known.
    """

    published_at: datetime
    story_id: uuid.UUID | None
    outlet_id: uuid.UUID
    partner_id: uuid.UUID | None
    root_id: uuid.UUID
    language: str | None
    territory: str | None
    state: ReprintState
    seconds: int | None
    figures: Figures

    @property
    def place(self) -> str:
        """The item of `Axis.PLACE`."""
        return place_of(self.language, self.territory)

    def cells(self, zone: ZoneInfo) -> Iterator[Where]:
        """Where it counts."""
        if self.story_id is not None:
            yield Where(ALWAYS, Axis.STORY, self.story_id.hex)
        for span in spans_at(self.published_at, zone):
            if self.story_id is not None:
                yield Where(span, Axis.STORY, self.story_id.hex)
            yield Where(span, Axis.OUTLET, self.outlet_id.hex)
            yield Where(span, Axis.PLACE, self.place)
            if self.partner_id is not None:
                yield Where(span, Axis.PARTNER, self.partner_id.hex)
        yield Where(month_at(self.published_at, zone), Axis.TOTAL, "")

    def members(self, zone: ZoneInfo) -> Iterator[Member]:
        """Which different things are among what is counted there."""
        for where in self.cells(zone):
            if where.axis in (Axis.STORY, Axis.PLACE, Axis.TOTAL):
                yield Member(where, "outlets", self.outlet_id)
            if where.axis in (Axis.OUTLET, Axis.PLACE, Axis.TOTAL) and self.story_id is not None:
                yield Member(where, "stories", self.story_id)

    @property
    def reach(self) -> list[Figure]:
        """What stands of its reach, with robots and without."""
        return [one for (measure, _), one in self.figures.items() if measure is Measure.REACH]

    def summed(self) -> Iterator[tuple[Measure, Figure]]:
        """What is added up of it: without robots where that is known."""
        for measure in SUMMED:
            found = self.figures.get((measure, Counting.FILTERED)) or self.figures.get((measure, Counting.RAW))
            if found is not None:
                yield measure, found


@dataclass(frozen=True)
class Taking:
    """What counts of a pickup that was not given back.

    :param missing: whether no copy of it is known though one is due.
    """

    created_at: datetime
    story_id: uuid.UUID
    partner_id: uuid.UUID
    missing: bool

    def cells(self, zone: ZoneInfo) -> Iterator[Where]:
        """Where it counts."""
        yield Where(ALWAYS, Axis.STORY, self.story_id.hex)
        for span in spans_at(self.created_at, zone):
            yield Where(span, Axis.PARTNER, self.partner_id.hex)

    def members(self, zone: ZoneInfo) -> Iterator[Member]:
        """Which different things are among what is counted there."""
        for where in self.cells(zone):
            if where.axis is Axis.STORY:
                yield Member(where, "takers", self.partner_id)


@dataclass
class Change:
    """What is to be added to a cell."""

    numbers: dict[str, int] = field(default_factory=dict)
    figures: dict[str, list[list[int]]] = field(default_factory=dict)

    def count(self, column: str, number: int) -> None:
        """Adds to a column."""
        self.numbers[column] = self.numbers.get(column, 0) + number

    def add(self, copy: Copy, sign: int) -> None:
        """Adds a copy, or takes it away."""
        self.count("copies", sign)
        self.count("seen", sign * (copy.state in SEEN))
        self.count("uncredited", sign * (copy.state is ReprintState.CREDIT_MISSING))
        if copy.seconds is not None:
            self.count("timed", sign)
            self.count("seconds", sign * copy.seconds)
        for measure, figure in copy.summed():
            held = self.figures.setdefault(measure.value, no_figure())
            held[0][0] += sign * figure.value
            held[1][GRADES.index(figure.grade)] += sign
            held[2][QUALIFIERS.index(figure.qualifier)] += sign

    def add_cell(self, cell: RollupCell, sign: int) -> None:
        """Adds what a story has in a span to what it belongs to, or takes it away."""
        for column in ("copies", "seen", "uncredited", "timed", "seconds"):
            self.count(column, sign * getattr(cell, column))
        self.count("stories", sign * (cell.copies > 0))
        for measure, figure in cell.figures.items():
            held = self.figures.setdefault(measure, no_figure())
            for numbers, more in zip(held, figure, strict=True):
                numbers[:] = [a + sign * b for a, b in zip(numbers, more, strict=True)]

    def apply(self, cell: RollupCell) -> None:
        """Changes a cell; what came to nothing is left out of it."""
        for column, number in self.numbers.items():
            setattr(cell, column, getattr(cell, column) + number)
        figures = dict(cell.figures)
        for measure, more in self.figures.items():
            held = figures.get(measure, no_figure())
            figures[measure] = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(held, more, strict=True)]
        cell.figures = {measure: figures[measure] for measure in sorted(figures) if any(figures[measure][1])}


def new_cell(where: Where) -> RollupCell:
    """A cell of nothing."""
    return RollupCell(
        id=where.id,
        span=where.span,
        axis=where.axis.value,
        item=where.item,
        copies=0,
        seen=0,
        uncredited=0,
        outlets=0,
        stories=0,
        timed=0,
        seconds=0,
        pickups=0,
        missing=0,
        takers=0,
        figures={},
    )


def no_figure() -> list[list[int]]:
    """A sum of nothing: the value, so many of each grade, so many of each qualifier."""
    return [[0], [0] * len(GRADES), [0] * len(QUALIFIERS)]


def place_of(language: str | None, territory: str | None) -> str:
    """The item of `Axis.PLACE`."""
    return f"{language or ''}|{territory or ''}"


def language_and_territory(item: str) -> tuple[str | None, str | None]:
    """What an item of `Axis.PLACE` says."""
    language, _, territory = item.partition("|")
    return language or None, territory or None

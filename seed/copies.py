"""The shapes of `reprints.json`: copies that the source tells of, and the figures that it claims."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from models.metric.table import Measure
from models.outlet import FigureQualifier
from models.reprint.table import EdgeKind, ReprintForm, TimePrecision
from seed.files import File, Key, Language, TerritoryCode


class FigureFile(File):
    """A figure that the source claims."""

    measure: Measure
    value: int = Field(ge=0)
    qualifier: FigureQualifier
    as_of: AwareDatetime


class ReprintFile(File):
    """A copy that the source tells of. It has no address there: it is known by its key."""

    key: Key
    story: str
    outlet: Key
    parent: Key | None
    edge: EdgeKind
    language: Language | None
    territory: TerritoryCode | None
    form: ReprintForm | None
    published_at: AwareDatetime
    precision: TimePrecision
    note: str
    figures: list[FigureFile]


class MetricGroupFile(File):
    """Copies or accounts of which the source gives one figure together."""

    key: Key
    name: str
    story: str | None
    reprints: list[Key]
    outlets: list[Key]
    stated_size: int
    ran_at: AwareDatetime | None
    precision: TimePrecision | None
    note: str | None
    figures: list[FigureFile]


class ReprintsFile(File):
    """All copies, each after the one that it came from, and groups."""

    reprints: list[ReprintFile]
    groups: list[MetricGroupFile]

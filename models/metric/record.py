"""Keeping figures as they are given, and refusing what cannot be right."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject, new_id
from models.errors import BadInput
from models.key import add_with_key
from models.metric.standing import restate
from models.metric.table import Accumulation, Counting, Measure, MetricSnapshot
from models.outlet import FigureGrade, FigureQualifier

MOST_FIGURES: Final = 200
"""In one call."""
MOST_PEOPLE: Final = 9_000_000_000
"""More than live on earth."""
MOST: Final = 10**13
"""More than the most viewed of all videos, a hundred times over."""
MOST_PARTS: Final = 400
_AHEAD: Final = timedelta(minutes=10)
OF_OUTLETS: Final = frozenset({Measure.FOLLOWERS})
"""What is counted of outlets, and never of copies."""


@dataclass(frozen=True)
class Part:
    """A part of a figure: of a country or region, of an age band (`18-34`, `65+`), or of both."""

    value: int
    territory: str | None = None
    age_band: str | None = None


@dataclass(frozen=True)
class Figure:
    """One figure, as it is given.

    :param since: of a delta: where it begins.
    :param evidence: an address, or what it is and where it is kept.
    """

    measure: Measure
    value: int
    as_of: datetime
    source: str
    grade: FigureGrade
    qualifier: FigureQualifier = FigureQualifier.EXACT
    accumulation: Accumulation = Accumulation.CUMULATIVE
    counting: Counting = Counting.RAW
    since: datetime | None = None
    method: str | None = None
    evidence: str | None = None
    breakdown: Sequence[Part] = field(default_factory=tuple)


@dataclass(frozen=True)
class Subject:
    """What a figure is of: one of them."""

    reprint_id: uuid.UUID | None = None
    group_id: uuid.UUID | None = None
    outlet_id: uuid.UUID | None = None

    @property
    def id(self) -> uuid.UUID:
        """Its id."""
        found = self.reprint_id or self.group_id or self.outlet_id
        assert found is not None
        return found


async def record(
    session: AsyncSession,
    subject: Subject,
    figures: Sequence[Figure],
    by: str,
    now: datetime,
    partner_id: uuid.UUID | None = None,
) -> list[MetricSnapshot]:
    """Keeps figures; the same again finds the same. All are kept, or none.

    :raises BadInput: a figure cannot be right; `field` is the path to it.
    """
    if not 1 <= len(figures) <= MOST_FIGURES:
        raise BadInput(f"figures holds {len(figures)}; give 1 to {MOST_FIGURES}", field=["figures"])
    for place, figure in enumerate(figures):
        _check(figure, subject, now, ["figures", str(place)])
    kept = []
    for figure in sorted(figures, key=lambda one: one.as_of):
        kept.append(await _keep(session, subject, figure, by, now, partner_id))
    for measure, counting in {(figure.measure, figure.counting) for figure in figures}:
        await restate(session, subject.id, measure, counting)
    return kept


def _check(figure: Figure, subject: Subject, now: datetime, path: list[str]) -> None:
    def refuse(message: str, name: str) -> None:
        raise BadInput(message, field=[*path, name])

    most = MOST_PEOPLE if figure.measure in (Measure.REACH, Measure.FOLLOWERS) else MOST
    if figure.value < 0:
        refuse(f"the figure {figure.value} is below 0", "value")
    if figure.value > most:
        refuse(f"the figure {figure.value} is above {most}, which nothing can have", "value")
    if figure.as_of > now + _AHEAD:
        refuse(f"asOf {figure.as_of.isoformat()} lies in the future", "asOf")
    if (figure.accumulation is Accumulation.DELTA) != (figure.since is not None):
        refuse("a delta needs since, and a cumulative figure has none", "since")
    if figure.since is not None and figure.since >= figure.as_of:
        refuse(f"since {figure.since.isoformat()} is not before asOf", "since")
    if figure.measure is Measure.REACH and figure.accumulation is Accumulation.DELTA:
        refuse(
            "people who were reached before are among those of a delta; give reach as a cumulative figure",
            "accumulation",
        )
    if figure.measure in OF_OUTLETS and subject.reprint_id is not None:
        refuse("followers are of an outlet, never of a copy; give views, reads or reach", "measure")
    if not 1 <= len(figure.source.strip()) <= 255:
        refuse("say in 1 to 255 characters who gives the figure", "source")
    for name, longest in (("method", 255), ("evidence", 2048)):
        text: str | None = getattr(figure, name)
        if text is not None and len(text) > longest:
            refuse(f"{name} has {len(text)} characters; at most {longest} are kept", name)
    if figure.grade is FigureGrade.MEASURED and not figure.evidence:
        refuse("a measured figure needs its evidence; without it, it is reported or claimed", "evidence")
    _check_parts(figure, path)


def _check_parts(figure: Figure, path: list[str]) -> None:
    if len(figure.breakdown) > MOST_PARTS:
        raise BadInput(
            f"breakdown holds {len(figure.breakdown)} parts; at most {MOST_PARTS}", field=[*path, "breakdown"]
        )
    sums: dict[tuple[bool, bool], int] = {}
    for place, part in enumerate(figure.breakdown):
        where = [*path, "breakdown", str(place)]
        if part.value < 0:
            raise BadInput(f"the part {part.value} is below 0", field=[*where, "value"])
        if part.territory is None and part.age_band is None:
            raise BadInput("say of which country or region, or of which age band", field=where)
        if part.age_band is not None and not _is_age_band(part.age_band):
            raise BadInput(f"{part.age_band[:20]!r} is no age band; write 18-34 or 65+", field=[*where, "ageBand"])
        kind = (part.territory is not None, part.age_band is not None)
        sums[kind] = sums.get(kind, 0) + part.value
    if figure.qualifier is FigureQualifier.EXACT and any(total > figure.value for total in sums.values()):
        raise BadInput("the parts are more than the whole", field=[*path, "breakdown"])


def _is_age_band(text: str) -> bool:
    low, dash, high = text.partition("-")
    if not dash:
        return text.endswith("+") and text[:-1].isdecimal() and int(text[:-1]) <= 120
    return low.isdecimal() and high.isdecimal() and int(low) <= int(high) <= 120


async def _keep(
    session: AsyncSession, subject: Subject, figure: Figure, by: str, now: datetime, partner_id: uuid.UUID | None
) -> MetricSnapshot:
    values = {**vars(subject), **vars(figure), "source": figure.source.strip(), "breakdown": _parts(figure.breakdown)}
    key = hashlib.sha256(orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)).hexdigest()
    snapshot = MetricSnapshot(
        id=new_id(),
        snapshot_key=key,
        **values,
        decreased=await _is_below(session, subject, figure),
        partner_id=partner_id,
        created_by=by,
        created_at=now,
    )
    kept, _ = await add_with_key(session, snapshot, "snapshot_key")
    return kept


async def _is_below(session: AsyncSession, subject: Subject, figure: Figure) -> bool:
    """Whether a cumulative figure is below one of the same source that was true earlier."""
    if figure.accumulation is Accumulation.DELTA:
        return False
    earlier = select(MetricSnapshot.value).where(
        _is_of(subject),
        MetricSnapshot.measure == figure.measure,
        MetricSnapshot.counting == figure.counting,
        MetricSnapshot.accumulation == Accumulation.CUMULATIVE,
        MetricSnapshot.source == figure.source.strip(),
        col(MetricSnapshot.as_of) < figure.as_of,
    )
    last = (await session.exec(earlier.order_by(col(MetricSnapshot.as_of).desc()).limit(1))).first()
    return last is not None and figure.value < last


def _is_of(subject: Subject) -> bool:
    name = next(name for name, value in vars(subject).items() if value is not None)
    is_it: bool = getattr(MetricSnapshot, name) == subject.id
    return is_it


def _parts(parts: Sequence[Part]) -> list[JsonObject]:
    return [{"territory": part.territory, "ageBand": part.age_band, "value": part.value} for part in parts]

"""Groups: copies, or accounts, for which one figure was given together; and what stands of many copies in all.

A copy is in one group at most, so that nothing is counted twice. What stands of a group is the larger of the figure that was given for it
and the sum of its copies': the copies that are known are a part of what the figure was given for.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.errors import BadInput, KeyTaken, NotFound
from models.key import add_with_key, parse_key
from models.metric.standing import weakest_qualifier
from models.metric.table import Counting, Measure, MetricGroup, MetricGroupMember, StandingFigure
from models.outlet import FigureGrade, FigureQualifier, Outlet
from models.reprint.table import Reprint, TimePrecision
from models.story import Story

ADDITIVE: Final = frozenset(Measure) - {Measure.REACH, Measure.FOLLOWERS}
"""What may be summed over copies. People who were reached by one may be those of another, and so may followers."""
MOST_MEMBERS: Final = 1000


@dataclass(frozen=True)
class GroupChanges:
    """What a group is.

    :param stated_size: how many there are by whoever gave the figure, where not all are known.
    :param ran_at: when what is in it ran.
    """

    name: str
    story_id: uuid.UUID | None = None
    reprint_ids: Collection[uuid.UUID] = field(default_factory=tuple)
    outlet_ids: Collection[uuid.UUID] = field(default_factory=tuple)
    stated_size: int | None = None
    ran_at: datetime | None = None
    ran_precision: TimePrecision | None = None
    note: str | None = None


async def save_group(session: AsyncSession, key: str, changes: GroupChanges, now: datetime) -> MetricGroup:
    """Adds a group by its key, or says anew what it is and who is in it.

    :raises BadInput: a value cannot be right.
    :raises NotFound: a story, copy or outlet is not there.
    :raises KeyTaken: a copy is in another group.
    """
    parse_key(key)
    if not 1 <= len(changes.name.strip()) <= 255:
        raise BadInput("name has 1 to 255 characters", field=["name"])
    if len(changes.reprint_ids) + len(changes.outlet_ids) > MOST_MEMBERS:
        raise BadInput(f"a group has at most {MOST_MEMBERS} members", field=["reprintIds"])
    if changes.stated_size is not None and changes.stated_size < 1:
        raise BadInput(f"a group of {changes.stated_size} is none", field=["statedSize"])
    if changes.ran_at is not None and changes.ran_at > now:
        raise BadInput(f"ranAt {changes.ran_at.isoformat()} lies in the future", field=["ranAt"])
    if changes.story_id is not None and await session.get(Story, changes.story_id) is None:
        raise NotFound(f"there is no story {changes.story_id}", field=["storyId"])
    new = MetricGroup(id=new_id(), key=key, name=changes.name.strip(), created_at=now)
    await add_with_key(session, new)
    held = select(MetricGroup).where(MetricGroup.key == key).with_for_update(key_share=True)
    group = (await session.exec(held.execution_options(populate_existing=True))).one()
    group.name, group.story_id, group.note = changes.name.strip(), changes.story_id, changes.note
    group.stated_size = changes.stated_size
    group.ran_at, group.ran_precision = changes.ran_at, changes.ran_precision
    session.add(group)
    await _keep_members(session, group, changes)
    return group


async def _keep_members(session: AsyncSession, group: MetricGroup, changes: GroupChanges) -> None:
    rows = (await session.exec(select(MetricGroupMember).where(MetricGroupMember.group_id == group.id))).all()
    for row in rows:
        if row.reprint_id not in changes.reprint_ids and row.outlet_id not in changes.outlet_ids:
            await session.delete(row)
    await session.flush()
    for reprint_id in sorted(set(changes.reprint_ids)):
        if await session.get(Reprint, reprint_id) is None:
            raise NotFound(f"there is no reprint {reprint_id}", field=["reprintIds"])
        member = MetricGroupMember(id=new_id(), group_id=group.id, reprint_id=reprint_id)
        kept, _ = await add_with_key(session, member, "reprint_id")
        if kept.group_id != group.id:
            raise KeyTaken(f"the copy {reprint_id} is in another group", field=["reprintIds"])
    for outlet_id in sorted(set(changes.outlet_ids)):
        if await session.get(Outlet, outlet_id) is None:
            raise NotFound(f"there is no outlet {outlet_id}", field=["outletIds"])
        member = MetricGroupMember(id=new_id(), group_id=group.id, outlet_id=outlet_id)
        await add_with_key(session, member, "group_id", "outlet_id")


@dataclass(frozen=True)
class Total:
    """What a measure comes to over many copies.

    :param by_grade: how much of it is of which grade; the copies' sums, and the rest that only groups have.
    :param copies: how many have a figure.
    """

    measure: Measure
    value: int
    qualifier: FigureQualifier
    by_grade: dict[FigureGrade, int]
    copies: int


@dataclass(frozen=True)
class GroupFigure:
    """A figure of a group, with the sum of the same over those of its copies that are counted beside it."""

    figure: StandingFigure
    members: int


def totals(figures: Sequence[StandingFigure], groups: Sequence[GroupFigure] = ()) -> list[Total]:
    """What additive measures come to: the copies' sum, and of each group what its own figure says beyond that of its copies.

    A copy whose robots were counted out counts so, and else as it was counted.

    :param figures: of copies, whether in groups or not.
    """
    chosen: dict[tuple[uuid.UUID, Measure], StandingFigure] = {}
    for figure in figures:
        place = (figure.subject_id, figure.measure)
        if figure.measure in ADDITIVE and (place not in chosen or figure.counting is Counting.FILTERED):
            chosen[place] = figure
    beyond = [
        (group.figure, group.figure.value - group.members) for group in groups if group.figure.measure in ADDITIVE
    ]
    found = []
    for measure in Measure:
        of_copies = [figure for (_, counted), figure in chosen.items() if counted is measure]
        of_groups = [(figure, more) for figure, more in beyond if figure.measure is measure and more > 0]
        if not of_copies and not of_groups:
            continue
        by_grade: dict[FigureGrade, int] = {}
        for figure, value in [*((one, one.value) for one in of_copies), *of_groups]:
            by_grade[figure.grade] = by_grade.get(figure.grade, 0) + value
        qualifiers = [figure.qualifier for figure in of_copies] + [figure.qualifier for figure, _ in of_groups]
        found.append(Total(measure, sum(by_grade.values()), weakest_qualifier(qualifiers), by_grade, len(of_copies)))
    return found


async def groups_of(session: AsyncSession, reprint_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The groups that any of these copies is in, each with those of its copies."""
    statement = select(MetricGroupMember.group_id, MetricGroupMember.reprint_id).where(
        col(MetricGroupMember.reprint_id).in_(reprint_ids)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for group_id, reprint_id in (await session.exec(statement)).all():
        assert reprint_id is not None
        found.setdefault(group_id, []).append(reprint_id)
    return found

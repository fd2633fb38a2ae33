"""Stories by how far they travelled, what is exposed with them, and what was supplied and nobody took."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import Organisation
from models.metric.table import Measure, MetricGroup, StandingFigure
from models.pickup import Pickup
from models.pool.tables import Release, ReleaseKind
from models.report.copies import BEFORE, COPIES, ROUGH_MOMENTS, VERIFIED
from models.report.measure import FIGURE_COLUMNS, Scope, groups_in
from models.report.number import Number, Place, copies_before, numbers, numbers_of
from models.report.table import Column, ColumnKind, Row, Table
from models.report.words import Says
from models.reprint.table import Reprint, ReprintState
from models.rollup.calendar import ALWAYS
from models.rollup.fold import reach_of, reach_statement, zone_kept
from models.rollup.read import cells_of, span_kept
from models.rollup.table import Axis
from models.rollup.thing import belongings
from models.series import Series
from models.story import Story
from models.topic import Topic
from models.variant import Variant

REACH_IS_NOT_SUMMED: Final = (
    "Reach is the largest that was given of one copy or one group: whoever was reached by one may be among those of another.",
    "触达人数取单条转载或单组中的最大值：不同转载触达的可能是同一批人，故不相加。",
)
_NEVER: Final = (0, 0, 0)
_NOBODY: Final = (-1, "")


async def impact(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Stories with copies in the period, or with figures of groups that ran in it."""
    found = await numbers(session, Axis.STORY, scope, first)
    found.pop((None,), None)
    before = await copies_before(session, Axis.STORY, scope, found)
    reach = await _largest_reach(session, scope, [place[0] for place in found])
    if scope.partner_id is None:
        for beyond in await groups_in(session, scope.period):
            if beyond.story_id is not None:
                found.setdefault((beyond.story_id,), Number()).sums.add(beyond.measure, beyond.sum)
        for story_id, figure in await _reach_of_groups(session, scope):
            found.setdefault((story_id,), Number())
            if figure.value > reach.get(story_id, _NOBODY)[0]:
                reach[story_id] = (figure.value, f"{figure.qualifier} {figure.grade}")
    found = dict(list(found.items())[:first])
    ids = [place[0] for place in found]
    stories = {row.id: row for row in (await session.exec(select(Story).where(col(Story.id).in_(ids)))).all()}
    taken = await _pickups(session, ids, scope.partner_id)
    languages = await _languages(session, ids)
    columns = (
        Column("story", "Story", "稿件"),
        Column("slugline", "Slugline", "标识"),
        Column("languages", "Languages supplied", "供稿语种数", ColumnKind.COUNT),
        Column("pickups", "Pickups", "采用数", ColumnKind.COUNT),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("outlets", "Outlets", "渠道数", ColumnKind.COUNT),
        Column("largestReach", "Largest reach", "最大触达人数", ColumnKind.COUNT),
        Column("reachQuality", "Quality of that", "触达数据质量", says=Says.QUALITY),
        *FIGURE_COLUMNS,
    )
    rows = []
    for place, one in found.items():
        story = stories[place[0]]
        about = (story.uri, story.slugline, languages.get(story.id, 0), taken.get(story.id, 0))
        cells = (one.copies, before.get(place, 0), one.seen, one.outlets)
        rows.append(Row((*about, *cells, *reach.get(story.id, (None, None)), *one.sums.cells()), ("Story", story.id)))
    return Table(columns, rows, [REACH_IS_NOT_SUMMED, ROUGH_MOMENTS])


async def _pickups(session: AsyncSession, ids: list[uuid.UUID], partner_id: uuid.UUID | None) -> Mapping[Any, int]:
    if partner_id is None and await zone_kept(session) is not None:
        cells = await cells_of(session, ALWAYS, Axis.STORY, [story_id.hex for story_id in ids])
        return {uuid.UUID(item): cell.pickups for item, cell in cells.items()}
    statement = select(Pickup.story_id, sa.func.count()).where(
        col(Pickup.story_id).in_(ids), col(Pickup.released_at).is_(None)
    )
    if partner_id is not None:
        statement = statement.where(Pickup.partner_id == partner_id)
    return dict((await session.exec(statement.group_by(col(Pickup.story_id)))).all())


async def _languages(session: AsyncSession, ids: list[uuid.UUID]) -> Mapping[Any, int]:
    statement = select(Variant.story_id, sa.func.count(sa.distinct(col(Variant.language)))).where(
        col(Variant.story_id).in_(ids), col(Variant.version) > 0
    )
    return dict((await session.exec(statement.group_by(col(Variant.story_id)))).all())


async def _reach_of_groups(session: AsyncSession, scope: Scope) -> list[tuple[uuid.UUID, StandingFigure]]:
    statement = (
        select(MetricGroup.story_id, StandingFigure)
        .join(StandingFigure, col(StandingFigure.subject_id) == col(MetricGroup.id))
        .where(
            StandingFigure.measure == Measure.REACH,
            col(MetricGroup.ran_at) >= scope.period.start,
            col(MetricGroup.ran_at) < scope.period.end,
        )
    )
    found = (await session.exec(statement)).all()
    return [(story_id, figure) for story_id, figure in found if story_id is not None]


async def _largest_reach(session: AsyncSession, scope: Scope, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Of each story the largest reach of one copy, with how good it is: the worst, where several are as large."""
    span = None if scope.partner_id is not None else await span_kept(session, scope.period)
    if span is not None:
        cells = await cells_of(session, span, Axis.STORY, [story_id.hex for story_id in ids])
        kept = {uuid.UUID(item): cell.reach for item, cell in cells.items() if cell.reach is not None}
    else:
        statement = reach_statement(col(Reprint.story_id)).where(scope.clause(), col(Reprint.story_id).in_(ids))
        by_value = statement.group_by(col(Reprint.story_id), col(StandingFigure.value))
        rows = (await session.execute(by_value.order_by(col(StandingFigure.value)))).all()
        kept = {row[0]: reach_of(*row[1:]) for row in rows}
    return {story_id: (value, f"{qualifier} {grade}") for story_id, (value, grade, qualifier) in kept.items()}


async def exposure(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Series, topics and enterprises by the copies of their stories."""
    columns = (
        Column("kind", "Kind", "类别", says=Says.CODES),
        Column("key", "Key", "标识"),
        Column("nameEn", "Name in English", "英文名称"),
        Column("nameZh", "Name in Chinese", "中文名称"),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("stories", "Stories", "稿件数", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    span = None if scope.partner_id is not None else await span_kept(session, scope.period)
    beyond = await groups_in(session, scope.period) if scope.partner_id is None else []
    told = await _things_by_story(session, {one.story_id for one in beyond if one.story_id is not None})
    every = await _things_by_story(session) if span is None else {}
    rows = []
    for axis, table in _TABLES.items():
        things = told.get(axis, {})
        found = await (
            _of_stories(session, every.get(axis, {}), scope) if span is None else numbers(session, axis, scope, first)
        )
        if span is not None:
            named_alone = {(thing,) for of_story in things.values() for thing in of_story} - set(found)
            found |= await numbers_of(session, axis, scope, named_alone)
        for extra in beyond:
            for thing in things.get(extra.story_id, ()):
                found.setdefault((thing,), Number()).sums.add(extra.measure, extra.sum)
        largest = sorted(found, key=lambda place: (-found[place].copies, place))[:first]
        if span is None:
            counts = await _of_stories(session, every.get(axis, {}), scope.before)
            before = {place: one.copies for place, one in counts.items()}
        else:
            before = await copies_before(session, axis, scope, largest)
        ids = [place[0] for place in largest]
        named: dict[uuid.UUID, Any] = {
            row.id: row for row in (await session.exec(select(table).where(table.id.in_(ids)))).all()
        }
        for place in largest:
            row, one = named[place[0]], found[place]
            kind = table.__name__
            about = (kind.upper(), row.key, row.names.get("en"), row.names.get("zh"))
            cells = (one.copies, before.get(place, 0), one.seen, one.stories)
            rows.append(Row((*about, *cells, *one.sums.cells()), (kind, row.id)))
    return Table(columns, rows, [ROUGH_MOMENTS])


_TABLES: Final[dict[Axis, Any]] = {Axis.SERIES: Series, Axis.TOPIC: Topic, Axis.BRAND: Organisation}


_Things = Mapping[uuid.UUID | None, list[uuid.UUID]]
"""The series, the topic or the brands of each story that has any."""


async def _things_by_story(session: AsyncSession, stories: Iterable[uuid.UUID] | None = None) -> dict[Axis, _Things]:
    found: dict[Axis, dict[uuid.UUID | None, list[uuid.UUID]]] = {}
    for one in sorted(await belongings(session, stories)):
        found.setdefault(one.axis, {}).setdefault(one.story_id, []).append(one.thing_id)
    return dict(found)


async def _of_stories(session: AsyncSession, things: _Things, scope: Scope) -> dict[Place, Number]:
    """The numbers of stories, added up by what they belong to."""
    found: dict[Place, Number] = {}
    for place, one in (await numbers(session, Axis.STORY, scope, None)).items():
        for thing in things.get(place[0], ()):
            whole = found.setdefault((thing,), Number())
            whole.copies += one.copies
            whole.seen += one.seen
            whole.stories += 1
            for measure, figure in one.sums.by_measure.items():
                whole.sums.add(measure, figure)
    return found


async def uptake(session: AsyncSession, scope: Scope, first: int) -> Table:
    """Stories that were first released in the period: what was taken of them, the ones that nobody took first."""
    released = (
        select(Release.story_id)
        .where(Release.kind == ReleaseKind.RELEASE)
        .group_by(col(Release.story_id))
        .having(sa.func.min(col(Release.at)) >= scope.period.start, sa.func.min(col(Release.at)) < scope.period.end)
    )
    ids = list((await session.exec(released)).all())
    counts = await _taken(session, ids)
    shown = sorted(ids, key=lambda story_id: (counts.get(story_id, _NEVER)[0], story_id))[:first]
    stories = {row.id: row for row in (await session.exec(select(Story).where(col(Story.id).in_(shown)))).all()}
    languages = await _languages(session, shown)
    columns = (
        Column("story", "Story", "稿件"),
        Column("slugline", "Slugline", "标识"),
        Column("languages", "Languages supplied", "供稿语种数", ColumnKind.COUNT),
        Column("pickups", "Pickups", "采用数", ColumnKind.COUNT),
        Column("partners", "Partners who took it", "采用方数", ColumnKind.COUNT),
        Column("copies", "Copies, of all time", "转载数（累计）", ColumnKind.COUNT),
    )
    rows = [
        Row(
            (stories[one].uri, stories[one].slugline, languages.get(one, 0), *counts.get(one, _NEVER)),
            ("Story", one),
        )
        for one in shown
    ]
    return Table(columns, rows)


async def _taken(session: AsyncSession, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    """Of stories: pickups, partners who took them, and copies, of all time."""
    if await zone_kept(session) is not None:
        cells = await cells_of(session, ALWAYS, Axis.STORY, [story_id.hex for story_id in ids])
        return {uuid.UUID(item): (cell.pickups, cell.takers, cell.copies) for item, cell in cells.items()}
    taken: dict[uuid.UUID, tuple[int, int, int]] = {}
    partners = sa.func.count(sa.distinct(col(Pickup.partner_id)))
    pickups = sa.select(col(Pickup.story_id), sa.func.count(), partners).where(col(Pickup.released_at).is_(None))
    for story_id, number, by in (await session.execute(pickups.group_by(col(Pickup.story_id)))).all():
        taken[story_id] = (number, by, 0)
    copies = sa.select(col(Reprint.story_id), sa.func.count()).where(col(Reprint.state) != ReprintState.WITHDRAWN)
    for story_id, number in (await session.execute(copies.group_by(col(Reprint.story_id)))).all():
        if story_id is not None:
            taken[story_id] = (*taken.get(story_id, _NEVER)[:2], number)
    return taken

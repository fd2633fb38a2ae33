"""Stories by how far they travelled, what is exposed with them, and what was supplied and nobody took."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import Organisation, StoryOrganisation
from models.metric.table import Measure, MetricGroup, StandingFigure
from models.pickup import Pickup
from models.pool.tables import Release, ReleaseKind
from models.report.copies import BEFORE, COPIES, ROUGH_MOMENTS, VERIFIED, counted
from models.report.measure import FIGURE_COLUMNS, Scope, Sums, groups_in, sums_by
from models.report.table import Column, ColumnKind, Row, Table
from models.reprint.table import Reprint
from models.series import Series
from models.story import Story
from models.topic import Topic
from models.variant import Variant

REACH_IS_NOT_SUMMED: Final = (
    "Reach is the largest that was given of one copy or one group: whoever was reached by one may be among those of another.",
    "触达人数取单条转载或单组中的最大值：不同转载触达的可能是同一批人，故不相加。",
)
_NONE: Final = (0, 0, 0, 0)


async def impact(session: AsyncSession, scope: Scope) -> Table:
    """Stories with copies in the period, or with figures of groups that ran in it."""
    key = (col(Reprint.story_id),)
    counts = {place: found for place, found in (await counted(session, key, scope)).items() if place[0] is not None}
    before = await counted(session, key, scope.before)
    sums = await sums_by(session, key, scope.clause())
    if scope.partner_id is None:
        for beyond in await groups_in(session, scope.period):
            if beyond.story_id is not None:
                counts.setdefault((beyond.story_id,), _NONE)
                sums.setdefault((beyond.story_id,), Sums()).add(beyond.measure, beyond.sum)
    ids = [place[0] for place in counts]
    stories = {row.id: row for row in (await session.exec(select(Story).where(col(Story.id).in_(ids)))).all()}
    reach = await _largest_reach(session, scope, ids)
    for story_id in await _reached_by_groups(session, scope):
        if story_id not in stories and scope.partner_id is None:
            row = await session.get(Story, story_id)
            assert row is not None
            stories[story_id], counts[(story_id,)] = row, _NONE
            reach |= await _largest_reach(session, scope, [story_id])
    taken = await _pickups(session, list(stories), scope.partner_id)
    languages = await _languages(session, list(stories))
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
        Column("reachQuality", "Quality of that", "触达数据质量"),
        *FIGURE_COLUMNS,
    )
    rows = []
    for place, (copies, seen, outlets, _) in counts.items():
        story = stories[place[0]]
        value, quality = reach.get(story.id, (None, None))
        cells = (story.uri, story.slugline, languages.get(story.id, 0), taken.get(story.id, 0), copies)
        more = (before.get(place, _NONE)[0], seen, outlets, value, quality)
        rows.append(Row((*cells, *more, *sums.get(place, Sums()).cells()), ("Story", story.id)))
    return Table(columns, rows, [REACH_IS_NOT_SUMMED, ROUGH_MOMENTS])


async def _pickups(session: AsyncSession, ids: list[uuid.UUID], partner_id: uuid.UUID | None) -> Mapping[Any, int]:
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


async def _reached_by_groups(session: AsyncSession, scope: Scope) -> list[uuid.UUID]:
    statement = (
        select(MetricGroup.story_id)
        .join(StandingFigure, col(StandingFigure.subject_id) == col(MetricGroup.id))
        .where(
            StandingFigure.measure == Measure.REACH,
            col(MetricGroup.story_id).is_not(None),
            col(MetricGroup.ran_at) >= scope.period.start,
            col(MetricGroup.ran_at) < scope.period.end,
        )
    )
    return [story_id for story_id in (await session.exec(statement)).all() if story_id is not None]


async def _largest_reach(session: AsyncSession, scope: Scope, ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Of each story the largest reach of one copy, or of one group, with how good it is."""
    of_copies = (
        select(Reprint.story_id, StandingFigure)
        .join(StandingFigure, col(StandingFigure.subject_id) == col(Reprint.id))
        .where(scope.clause(), col(Reprint.story_id).in_(ids), StandingFigure.measure == Measure.REACH)
    )
    found = list((await session.exec(of_copies)).all())
    if scope.partner_id is None:
        of_groups = (
            select(MetricGroup.story_id, StandingFigure)
            .join(StandingFigure, col(StandingFigure.subject_id) == col(MetricGroup.id))
            .where(
                col(MetricGroup.story_id).in_(ids),
                StandingFigure.measure == Measure.REACH,
                col(MetricGroup.ran_at) >= scope.period.start,
                col(MetricGroup.ran_at) < scope.period.end,
            )
        )
        found += (await session.exec(of_groups)).all()
    largest: dict[uuid.UUID, tuple[int, str]] = {}
    for story_id, figure in found:
        if story_id is not None and figure.value > largest.get(story_id, (-1, ""))[0]:
            largest[story_id] = (figure.value, f"{figure.qualifier} {figure.grade}")
    return largest


async def exposure(session: AsyncSession, scope: Scope) -> Table:
    """Series, topics and enterprises by the copies of their stories."""
    story = (Story, col(Story.id) == col(Reprint.story_id))
    brand = (StoryOrganisation, col(StoryOrganisation.story_id) == col(Story.id))
    is_brand = (
        Organisation,
        sa.and_(
            col(Organisation.id) == col(StoryOrganisation.organisation_id), col(StoryOrganisation.is_brand).is_(True)
        ),
    )
    kinds: tuple[tuple[str, Any, Any, tuple[Any, ...]], ...] = (
        ("Series", col(Story.series_id), Series, (story,)),
        ("Topic", col(Story.topic_id), Topic, (story,)),
        ("Organisation", col(Organisation.id), Organisation, (story, brand, is_brand)),
    )
    columns = (
        Column("kind", "Kind", "类别"),
        Column("key", "Key", "标识"),
        Column("nameEn", "Name in English", "英文名称"),
        Column("nameZh", "Name in Chinese", "中文名称"),
        COPIES,
        BEFORE,
        VERIFIED,
        Column("outlets", "Outlets", "渠道数", ColumnKind.COUNT),
        Column("stories", "Stories", "稿件数", ColumnKind.COUNT),
        *FIGURE_COLUMNS,
    )
    rows = []
    beyond = await groups_in(session, scope.period) if scope.partner_id is None else []
    for kind, column, table, joined in kinds:
        counts = {
            place: found for place, found in (await counted(session, (column,), scope, *joined)).items() if place[0]
        }
        before = await counted(session, (column,), scope.before, *joined)
        sums = await sums_by(session, (column,), scope.clause(), *joined)
        for extra in beyond:
            for thing in await _things_of(session, kind, extra.story_id):
                counts.setdefault((thing,), _NONE)
                sums.setdefault((thing,), Sums()).add(extra.measure, extra.sum)
        things = (await session.exec(select(table).where(table.id.in_([place[0] for place in counts])))).all()
        named = {thing.id: thing for thing in things}
        for place, found in counts.items():
            thing = named[place[0]]
            names = (thing.names.get("en"), thing.names.get("zh"))
            cells = (kind.upper(), thing.key, *names, found[0], before.get(place, _NONE)[0], *found[1:])
            rows.append(Row((*cells, *sums.get(place, Sums()).cells()), (kind, thing.id)))
    return Table(columns, rows, [ROUGH_MOMENTS])


async def _things_of(session: AsyncSession, kind: str, story_id: uuid.UUID | None) -> list[uuid.UUID]:
    if story_id is None:
        return []
    if kind == "Organisation":
        brands = select(StoryOrganisation.organisation_id).where(
            StoryOrganisation.story_id == story_id, col(StoryOrganisation.is_brand).is_(True)
        )
        return list((await session.exec(brands)).all())
    story = await session.get(Story, story_id)
    found = None if story is None else story.series_id if kind == "Series" else story.topic_id
    return [] if found is None else [found]


async def uptake(session: AsyncSession, scope: Scope) -> Table:
    """Stories that were first released in the period: what was taken of them, the ones that nobody took first."""
    first = (
        select(Release.story_id, sa.func.min(col(Release.at)).label("at"))
        .where(Release.kind == ReleaseKind.RELEASE)
        .group_by(col(Release.story_id))
        .subquery()
    )
    taken = sa.select(
        col(Pickup.story_id),
        sa.func.count().label("number"),
        sa.func.count(sa.distinct(col(Pickup.partner_id))).label("by"),
    )
    taken = taken.where(col(Pickup.released_at).is_(None)).group_by(col(Pickup.story_id))
    pickups = taken.subquery()
    copies = sa.select(col(Reprint.story_id), sa.func.count().label("number")).where(col(Reprint.story_id).is_not(None))
    reprints = copies.group_by(col(Reprint.story_id)).subquery()
    number = sa.func.coalesce(pickups.c.number, 0)
    statement = (
        sa.select(Story, number, sa.func.coalesce(pickups.c.by, 0), sa.func.coalesce(reprints.c.number, 0))
        .join(first, first.c.story_id == col(Story.id))
        .outerjoin(pickups, pickups.c.story_id == col(Story.id))
        .outerjoin(reprints, reprints.c.story_id == col(Story.id))
        .where(first.c.at >= scope.period.start, first.c.at < scope.period.end)
        .order_by(number, col(Story.id))
        .limit(1000)
    )
    found = (await session.execute(statement)).all()
    languages = await _languages(session, [row[0].id for row in found])
    columns = (
        Column("story", "Story", "稿件"),
        Column("slugline", "Slugline", "标识"),
        Column("languages", "Languages supplied", "供稿语种数", ColumnKind.COUNT),
        Column("pickups", "Pickups", "采用数", ColumnKind.COUNT),
        Column("partners", "Partners who took it", "采用方数", ColumnKind.COUNT),
        Column("copies", "Copies, of all time", "转载数（累计）", ColumnKind.COUNT),
    )
    rows = [
        Row((story.uri, story.slugline, languages.get(story.id, 0), number, by, copied), ("Story", story.id))
        for story, number, by, copied in found
    ]
    return Table(columns, rows)

"""Series, topics and brands: their cells are those of their stories, added up.

Only months, quarters and years have them. Different outlets are not counted, for those of several stories cannot be added.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import StoryOrganisation
from models.rollup.calendar import ALWAYS
from models.rollup.copy import Change, Where, new_cell
from models.rollup.pending import portions
from models.rollup.table import Axis, RollupCell, RollupThing
from models.story import Story


class Belonging(NamedTuple):
    """What a story belongs to."""

    story_id: uuid.UUID
    axis: Axis
    thing_id: uuid.UUID


class Turn(NamedTuple):
    """A cell of a story before and after it was written to; None for one of nothing."""

    before: RollupCell | None
    after: RollupCell | None


async def belongings(session: AsyncSession, stories: Iterable[uuid.UUID] | None = None) -> set[Belonging]:
    """What stories belong to; all of them for None."""
    some = [None] if stories is None else list(portions(stories))
    found: set[Belonging] = set()
    for ids in some:
        for axis, column in ((Axis.SERIES, col(Story.series_id)), (Axis.TOPIC, col(Story.topic_id))):
            of_story = select(Story.id, column).where(column.is_not(None))
            rows = (await session.exec(of_story if ids is None else of_story.where(col(Story.id).in_(ids)))).all()
            found |= {Belonging(story_id, axis, thing) for story_id, thing in rows if thing is not None}
        brands = select(StoryOrganisation.story_id, StoryOrganisation.organisation_id).where(
            col(StoryOrganisation.is_brand).is_(True)
        )
        rows = (
            await session.exec(brands if ids is None else brands.where(col(StoryOrganisation.story_id).in_(ids)))
        ).all()
        found |= {Belonging(story_id, Axis.BRAND, thing) for story_id, thing in rows}
    return found


async def kept_belongings(session: AsyncSession, stories: Iterable[uuid.UUID]) -> set[Belonging]:
    """What the cells say that stories belong to."""
    found: set[Belonging] = set()
    for ids in portions(stories):
        rows = (await session.exec(select(RollupThing).where(col(RollupThing.story_id).in_(ids)))).all()
        found |= {Belonging(row.story_id, Axis(row.axis), row.thing_id) for row in rows}
    return found


async def keep_belongings(session: AsyncSession, found: Iterable[Belonging]) -> None:
    """Keeps what stories belong to, of which nothing is kept yet."""
    rows = [{"story_id": one.story_id, "axis": one.axis.value, "thing_id": one.thing_id} for one in sorted(found)]
    if rows:
        await session.execute(sa.insert(RollupThing), rows)


async def changes_of_things(
    session: AsyncSession, turns: Mapping[Where, Turn], written: Iterable[uuid.UUID]
) -> dict[Where, Change]:
    """What is to be added to the cells of things after those of stories are as they should be; keeps where the stories now belong.

    :param turns: every cell of a story that was written to.
    :param written: stories that may belong to something else now.
    """
    by_story: dict[uuid.UUID, dict[str, Turn]] = {}
    for where, turn in turns.items():
        by_story.setdefault(uuid.UUID(where.item), {})[where.span] = turn
    for story_id in written:
        by_story.setdefault(story_id, {})
    touched = sorted(by_story)
    copied = await _copied(session, touched)
    old = await kept_belongings(session, touched)
    new = {one for one in await belongings(session, touched) if one.story_id in copied}
    moved = {one.story_id for one in old ^ new}
    for story_id, cells in (await _cells(session, sorted(moved))).items():
        known = by_story[story_id]
        by_story[story_id] = {cell.span: known.get(cell.span, Turn(cell, cell)) for cell in cells} | known
    changes: dict[Where, Change] = {}
    for belonging, sign in [*((one, -1) for one in old), *((one, 1) for one in new)]:
        for span, turn in by_story[belonging.story_id].items():
            cell = turn.after if sign > 0 else turn.before
            if cell is not None and span != ALWAYS:
                where = Where(span, belonging.axis, belonging.thing_id.hex)
                changes.setdefault(where, Change()).add_cell(cell, sign)
    for ids in portions(sorted(moved)):
        await session.execute(sa.delete(RollupThing).where(col(RollupThing.story_id).in_(ids)))
    await keep_belongings(session, (one for one in new if one.story_id in moved))
    return changes


def sums_of_things(cells: Iterable[RollupCell], found: Iterable[Belonging], span: str) -> list[RollupCell]:
    """The cells of things in one span, from those of the stories."""
    of_story: dict[str, list[Belonging]] = {}
    for one in found:
        of_story.setdefault(one.story_id.hex, []).append(one)
    changes: dict[Where, Change] = {}
    for cell in cells:
        for one in of_story.get(cell.item, ()):
            changes.setdefault(Where(span, one.axis, one.thing_id.hex), Change()).add_cell(cell, 1)
    made = []
    for where, change in changes.items():
        cell = new_cell(where)
        change.apply(cell)
        made.append(cell)
    return made


async def _copied(session: AsyncSession, stories: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the stories that have copies."""
    found: set[uuid.UUID] = set()
    for some in portions(stories):
        ids = [Where(ALWAYS, Axis.STORY, story_id.hex).id for story_id in some]
        statement = select(RollupCell.item).where(col(RollupCell.id).in_(ids), col(RollupCell.copies) > 0)
        found |= {uuid.UUID(item) for item in (await session.exec(statement)).all()}
    return found


async def _cells(session: AsyncSession, stories: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[RollupCell]]:
    """All cells of stories."""
    found: dict[uuid.UUID, list[RollupCell]] = {}
    for some in portions(stories):
        of_story = col(RollupCell.item).in_([story_id.hex for story_id in some])
        for cell in (await session.exec(select(RollupCell).where(RollupCell.axis == Axis.STORY.value, of_story))).all():
            found.setdefault(uuid.UUID(cell.item), []).append(cell)
    return found

"""What changes are about, read for all of a page at once, as it is when it is read."""

from __future__ import annotations

import uuid

from strawberry.dataloader import DataLoader

from models.event import Event
from models.log.reader import see_changes
from models.notice.listing import notices_by_id
from models.pool.reading import read_stories
from schema.context import Context
from schema.notice import Notice
from schema.notice.notice import notices_for
from schema.story import Story


def stories_now(context: Context) -> DataLoader[uuid.UUID, Story | None]:
    """Stories as the viewer sees them now; None for one that is not there."""

    async def load(story_ids: list[uuid.UUID]) -> list[Story | None]:
        viewer = await context.viewer()
        async with context.database.read() as session:
            seen = await read_stories(session, story_ids, viewer, context.book)
        address = await context.media_address()
        return [Story.of(seen[id], address) if id in seen else None for id in story_ids]

    kept: DataLoader[uuid.UUID, Story | None] = context.kept("stories of changes", lambda: DataLoader(load_fn=load))
    return kept


def changes_now(context: Context) -> DataLoader[int, Event | None]:
    """What the change log says at some positions; None where that is nothing for the viewer."""

    async def load(positions: list[int]) -> list[Event | None]:
        viewer = await context.viewer()
        async with context.database.read() as session:
            seen = await see_changes(session, viewer, positions)
        return [seen.get(position) for position in positions]

    kept: DataLoader[int, Event | None] = context.kept("changes", lambda: DataLoader(load_fn=load))
    return kept


def notices_now(context: Context) -> DataLoader[uuid.UUID, Notice | None]:
    """Notices, with where the partner stands with them; None for one that did not go to it."""

    async def load(notice_ids: list[uuid.UUID]) -> list[Notice | None]:
        async with context.database.read() as session:
            rows = await notices_by_id(session, notice_ids, context.actor)
        found = dict(zip(rows, await notices_for(context, list(rows.values())), strict=True))
        return [found.get(id) for id in notice_ids]

    kept: DataLoader[uuid.UUID, Notice | None] = context.kept("notices of changes", lambda: DataLoader(load_fn=load))
    return kept

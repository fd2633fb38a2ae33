"""The newest notice of each story on a page, read for all of them at once."""

from __future__ import annotations

import uuid

from strawberry.dataloader import DataLoader

from models.notice.listing import newest_notices
from schema.context import Context
from schema.notice.notice import Notice, notices_for


def latest_notices(context: Context) -> DataLoader[uuid.UUID, Notice | None]:
    """The loader of this request."""

    async def load(story_ids: list[uuid.UUID]) -> list[Notice | None]:
        async with context.database.read() as session:
            rows = await newest_notices(session, story_ids, context.actor)
        found = dict(zip(rows, await notices_for(context, list(rows.values())), strict=True))
        return [found.get(story_id) for story_id in story_ids]

    kept: DataLoader[uuid.UUID, Notice | None] = context.kept("latest notices", lambda: DataLoader(load_fn=load))
    return kept

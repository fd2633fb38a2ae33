"""What the clock brings about: an embargo lifts, a story expires. Each is told once, by whichever server comes first."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models import event
from models.database import Database
from models.document import decode, scope_of
from models.event import Event, EventAudience, EventKind
from models.moment import MomentKind, StoryMoment
from models.pool.tables import Document, PoolStory
from models.story import PubStatus, Story

BATCH: Final = 100
_EVENTS: Final = {
    MomentKind.EMBARGO_LIFTED: EventKind.EMBARGO_LIFTED,
    MomentKind.EXPIRED: EventKind.STORY_EXPIRED,
}


async def keep_moments(
    session: AsyncSession, story: Story, embargoed_until: datetime | None, expires: datetime | None, now: datetime
) -> None:
    """Writes down which moments of a story are to be told, in the transaction of what changed them.

    What has been told of stays told as long as its moment does. What was past already when it was set is told nothing of. A canceled
    story has no moments any more.
    """
    known = {row.kind: row for row in (await session.exec(_held(story.id))).all()}
    wanted = {MomentKind.EMBARGO_LIFTED: embargoed_until, MomentKind.EXPIRED: expires}
    for kind, due in wanted.items():
        row = known.get(kind)
        if due is None or story.pub_status is PubStatus.CANCELED:
            if row is not None and (row.told_at is not None or row.due_at > now or due is not None):
                await session.delete(row)
        elif row is None:
            if due > now:
                session.add(StoryMoment(story_id=story.id, kind=kind, due_at=due))
        elif row.due_at != due:
            row.due_at, row.told_at = due, None
            session.add(row)
    await session.flush()


def _held(story_id: uuid.UUID) -> SelectOfScalar[StoryMoment]:
    statement = select(StoryMoment).where(StoryMoment.story_id == story_id).order_by(col(StoryMoment.kind))
    return statement.with_for_update().execution_options(populate_existing=True)


async def was_told(session: AsyncSession, story_id: uuid.UUID, kind: MomentKind) -> bool:
    """Whether the change log has a story's present moment of this kind already: whatever the clock says now, it has come."""
    row = await session.get(StoryMoment, (story_id, kind))
    return row is not None and row.told_at is not None


async def tell_moments(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Tells of the moments that have come, also where nobody was awake when they did: each once, with the moment as its time.

    Of a canceled story nothing is told, and of a withheld one not that its embargo has lifted: whoever reinstates it tells more.

    :returns: how many moments were dealt with, at most `batch`.
    """
    async with database.write() as session:
        moment = StoryMoment
        due = (
            select(moment.story_id, moment.kind)
            .where(col(moment.told_at).is_(None), col(moment.due_at) <= now)
            .order_by(col(moment.due_at), col(moment.story_id))
            .limit(batch)
            .with_for_update(skip_locked=True)
        )
        claim = (
            sa.update(moment)
            .where(sa.tuple_(col(moment.story_id), col(moment.kind)).in_(due))
            .values(told_at=now)
            .returning(col(moment.story_id), col(moment.kind), col(moment.due_at))
        )
        claimed = sorted((await session.execute(claim)).all(), key=lambda row: (row.due_at, row.story_id))
        live = await _live(session, {row.story_id for row in claimed})
        for story_id, kind, due_at in claimed:
            if (told := _event(MomentKind(kind), due_at, *live[story_id])) is not None:
                event.append(session, told)
        return len(claimed)


async def _live(session: AsyncSession, story_ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[PoolStory, str]]:
    statement = (
        select(PoolStory, Document.content)
        .join(Document, col(Document.release_id) == PoolStory.release_id)
        .where(col(PoolStory.story_id).in_(story_ids))
    )
    return {live.story_id: (live, content) for live, content in (await session.exec(statement)).all()}


def _event(kind: MomentKind, due_at: datetime, live: PoolStory, content: str) -> Event | None:
    document = decode(content)
    silent = {PubStatus.CANCELED} if kind is MomentKind.EXPIRED else {PubStatus.CANCELED, PubStatus.WITHHELD}
    keys = [part["id"] for part in document["variants"] if live.status_of(part["id"]) not in silent]
    if not keys:
        return None
    return Event(
        kind=_EVENTS[kind],
        at=due_at,
        audience=EventAudience.PARTNER,
        story_id=live.story_id,
        story_version=live.version,
        scope=scope_of(document, keys),
    )

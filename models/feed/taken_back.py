"""What was taken back, as feeds tell it: which variants, since when, and in which words. Read apart from the list, so that no filter on
content keeps a kill back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.event import Event, EventKind
from models.language import language_covers, wording
from models.notice.listing import notices_of_stories
from models.notice.table import Notice, NoticeKind
from models.paging import PageRequest
from models.pool.filter import Period, StoryFilter, is_there, live_languages, span_of
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolStory, first_position, release_of
from models.story import PubStatus
from models.viewer import Viewer

TOLD_FOR: Final = timedelta(days=30)
"""For how long a feed tells that something was taken back."""
_VARIANTS_A_STORY: Final = 8
"""So many entries are read for each story of a page; what is left comes on the next."""
_TAKEN_BACK: Final = (EventKind.STORY_CANCELED, EventKind.STORY_WITHHELD)
_SAID: Final = {PubStatus.CANCELED: NoticeKind.KILL, PubStatus.WITHHELD: NoticeKind.WITHHOLD}
_PLAIN: Final = {
    PubStatus.CANCELED: {
        "en": "This item has been withdrawn. Do not use it, and take down every copy.",
        "zh": "本稿已撤回，请勿使用，并撤下所有已发布的副本。",
    },
    PubStatus.WITHHELD: {
        "en": "This item is withheld. Do not use it until further notice.",
        "zh": "本稿暂停使用，在另行通知之前请勿使用。",
    },
}


@dataclass(frozen=True)
class TakenBack:
    """A variant that was taken back.

    :param status: WITHHELD or CANCELED.
    :param at: since when.
    :param text: what is said of it, in its language or the nearest that there is.
    """

    release_id: int
    variant_id: uuid.UUID
    status: PubStatus
    at: datetime
    text: str


@dataclass(frozen=True)
class Stretch:
    """Part of what was taken back, the newest release first.

    :param edge: the last release that was looked at whole, where there may be more after it; None where that was all.
    """

    found: tuple[TakenBack, ...]
    edge: int | None


async def read_taken_back(session: AsyncSession, viewer: Viewer, wanted: StoryFilter, request: PageRequest) -> Stretch:
    """What was taken back of what is there for the viewer, within `TOLD_FOR`.

    Language, form, series and topic of a feed narrow it; what else a feed asks is not known of what was taken back, and narrows nothing.
    """
    entries, edge = await _entries(session, viewer, wanted, request)
    live = select(PoolStory.release_id, PoolStory.story_id).where(
        col(PoolStory.release_id).in_({release_of(entry.position) for entry in entries})
    )
    stories = dict((await session.exec(live)).all())
    events = await _events(session, set(stories.values()))
    notices = await notices_of_stories(session, set(stories.values()), viewer.actor, tuple(_SAID.values()))
    found = []
    for entry in entries:
        story_id = stories[release_of(entry.position)]
        at = _since(entry, events.get(story_id, ()))
        if at is None or viewer.now - at >= TOLD_FOR:
            continue
        text = _text(entry, notices.get(story_id, ()))
        found.append(TakenBack(release_of(entry.position), entry.variant_id, entry.pub_status, at, text))
    return Stretch(tuple(found), edge)


async def _entries(
    session: AsyncSession, viewer: Viewer, wanted: StoryFilter, request: PageRequest
) -> tuple[list[PoolEntry], int | None]:
    """The entries, the newest first, and the last release that was read whole where there may be more."""
    span = await span_of(session, StoryFilter(version_created=Period(start=viewer.now - TOLD_FOR)))
    statement = select(PoolEntry).where(
        sa.text("pub_status <> 'USABLE'"),  # word for word, so that the index of these alone is used
        is_there(PoolEntry, viewer),
    )
    if span.low is not None:
        statement = statement.where(col(PoolEntry.position) >= first_position(span.low))
    if request.after is not None:
        statement = statement.where(col(PoolEntry.position) < first_position(int(request.after[-1])))
    if wanted.languages:
        present = await live_languages(session)
        covered = [tag for tag in present if any(language_covers(range_, tag) for range_ in wanted.languages)]
        statement = statement.where(col(PoolEntry.language).in_(covered))
    for column, values in (
        (PoolEntry.form, wanted.forms),
        (PoolEntry.series, wanted.series),
        (PoolEntry.topic, wanted.topics),
    ):
        if values:
            statement = statement.where(col(column).in_(values))
    limit = max(request.size * _VARIANTS_A_STORY, POSITIONS_PER_RELEASE + 1)  # at least one release is whole
    entries = list((await session.exec(statement.order_by(col(PoolEntry.position).desc()).limit(limit))).all())
    if len(entries) < limit:
        return entries, None
    last = release_of(entries[-1].position)
    whole = [entry for entry in entries if release_of(entry.position) > last]
    return whole, last + 1


async def _events(session: AsyncSession, stories: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Event]]:
    """By story, what the change log says of its being taken back, the newest first."""
    told = select(Event).where(col(Event.story_id).in_(stories), col(Event.kind).in_(_TAKEN_BACK))
    found: dict[uuid.UUID, list[Event]] = {}
    for event in (await session.exec(told.order_by(col(Event.position).desc()))).all():
        if event.story_id is not None:
            found.setdefault(event.story_id, []).append(event)
    return found


def _since(entry: PoolEntry, events: Iterable[Event]) -> datetime | None:
    """When a variant was taken back; None where the log does not say so any more: that is long ago."""
    for event in events:
        of_it = event.variant_id in (None, entry.variant_id)
        if of_it and [entry.language, entry.form.value] in event.scope["variants"]:
            return event.at
    return None


def _text(entry: PoolEntry, notices: Iterable[Notice]) -> str:
    """What the newest notice of it says; plain words where there is none."""
    for notice in notices:
        names_it = not notice.variant_ids or str(entry.variant_id) in notice.variant_ids
        if notice.kind is _SAID[entry.pub_status] and names_it and notice.texts:
            return wording(notice.texts, entry.language) or ""
    return wording(_PLAIN[entry.pub_status], entry.language) or ""
